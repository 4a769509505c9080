"""Staff: who works here, signing in, and what each role may do. Others import :mod:`services.staff.service`."""
