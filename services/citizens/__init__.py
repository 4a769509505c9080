"""Who a citizen is, as the state knows him. Others import :mod:`services.citizens.service`."""
