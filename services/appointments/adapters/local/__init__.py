"""Our own booking platform, on PostgreSQL."""

from services.appointments.adapters.local.administration import Administration
from services.appointments.adapters.local.provider import LocalProvider

__all__ = ["Administration", "LocalProvider"]
