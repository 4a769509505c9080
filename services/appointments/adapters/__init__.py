"""Booking platforms: our own (``local``) and a city's (``http``)."""
