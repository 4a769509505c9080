"""The staff's HTTP and WebSocket API: views over the doors of the services. ``blueprints`` is what the gateway mounts."""

from __future__ import annotations

from sanic import Blueprint

from desk.agents import conversations, signing_in, stream, tickets
from desk.editors import exchange, guides, publishing, questions
from desk.supervision import overview

blueprints: list[Blueprint] = [
    signing_in.blueprint,
    conversations.blueprint,
    stream.blueprint,
    tickets.blueprint,
    overview.blueprint,
    guides.blueprint,
    publishing.blueprint,
    exchange.blueprint,
    questions.blueprint,
]
