"""The webhook channel: other systems (a province's app, terminals in halls, the 12345 hotline) plug in with signed requests."""

from channels.webhook.channel import make

__all__ = ["make"]
