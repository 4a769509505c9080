"""Audit: who did what to whose matter, in a chain that shows every later change. Others import :mod:`services.audit.service`."""
