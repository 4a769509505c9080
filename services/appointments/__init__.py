"""Halls, slots, holds and bookings. Other packages use :mod:`services.appointments.service` only."""
