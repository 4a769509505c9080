"""A city's own booking platform, over HTTP."""

from services.appointments.adapters.http.provider import HttpProvider

__all__ = ["HttpProvider"]
