"""Deliveries: whom a channel speaks with, and what he has not been handed yet; every message once it is stored, in order, at least once."""
