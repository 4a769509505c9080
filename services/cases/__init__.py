"""Cases (办件): what was submitted and how it goes on. Others import :mod:`services.cases.service`."""
