"""A dialogue engine that says what a test tells it to, and can fail, stall or stage."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from services.conversations.errors import EngineFailed
from services.conversations.model import EngineReply, Turn

Answer = Callable[[Turn, dict[str, Any]], Awaitable[EngineReply]]


class ScriptedEngine:
    """Echoes by default. ``failures`` next calls fail; ``gate`` holds every call until it is set."""

    def __init__(self) -> None:
        self.calls: list[tuple[Turn, dict[str, Any]]] = []
        self.failures = 0
        self.gate: asyncio.Event | None = None
        self.running = 0
        self.most_at_once: dict[str, int] = {}
        self.answer: Answer | None = None

    async def turn(self, *, turn: Turn, context: dict[str, Any]) -> EngineReply:
        self.calls.append((turn, context))
        self.running += 1
        self.most_at_once[turn.conversation.id] = max(self.most_at_once.get(turn.conversation.id, 0), self.running)
        try:
            if self.gate:
                await self.gate.wait()
            if self.failures:
                self.failures -= 1
                raise EngineFailed("told to")
            if self.answer:
                return await self.answer(turn, context)
            return EngineReply(outputs=[{"text": f"echo {turn.masked}"}], intent="greet", action="utter_greet")
        finally:
            self.running -= 1
