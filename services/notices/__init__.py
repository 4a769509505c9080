"""What the administration tells a citizen of its own accord: one outbox, several ways. Others import :mod:`services.notices.service`."""
