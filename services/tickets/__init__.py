"""Tickets (工单): what is answered later, by whom, and until when. Others import :mod:`services.tickets.service`."""
