"""Fakes of ports; the real stores are never faked."""
