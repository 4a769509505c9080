"""One talk over the chat API, from the first sentence to the end, with everything that was said."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import httpx

from bench.dialogue.citizen import Citizen, Move
from bench.dialogue.goals import Goal
from bench.dialogue.judging import Result


@dataclass
class Talk:
    """``turns``: what was said, and the messages and outcome it got."""

    goal: Goal
    result: Result
    turns: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        goal = {
            "guide": self.goal.guide.id, "name": self.goal.guide.name, "manner": self.goal.manner, "opening": self.goal.opening,
            "answers": self.goal.answers, "told": sorted(self.goal.told), "materials": self.goal.materials,
        }  # fmt: skip
        return {"goal": goal, "result": self.result.as_dict(), "seconds": round(self.seconds, 3), "turns": self.turns}


def talk(http: httpx.Client, goal: Goal, *, seed: int) -> Talk:
    """``http`` has the product's address. A turn that fails ends the talk and is its problem."""
    citizen, began = Citizen(goal, seed), time.perf_counter()
    held = Talk(goal, citizen.result)
    opened = http.post("/api/chat/sessions", json={})
    opened.raise_for_status()
    headers = {"Authorization": f"Bearer {opened.json()['token']}"}
    move: Move | None = citizen.first()
    while move is not None:
        response = http.post("/api/chat/messages", json={"payload": move.payload} if move.payload else {"text": move.text}, headers=headers)
        if response.status_code != 200:
            citizen.result.problem = f"status {response.status_code}"
            break
        data = response.json()
        outcome = (data["outcome"] or {}).get("code")
        held.turns.append({"said": move.text, "button": move.payload is not None, "outcome": outcome, "got": [_short(m) for m in data["messages"]]})
        if outcome == "failed":
            citizen.result.problem = "failed turn"
            break
        move = citizen.next(data["messages"], outcome)
    if citizen.result.problem is None and not citizen.result.listed:
        citizen.result.problem = "no list"
    held.seconds = time.perf_counter() - began
    return held


def _short(message: dict[str, Any]) -> dict[str, Any]:
    kept = {key: message[key] for key in ("type", "guide_id", "aspect", "situation") if message.get(key)}
    names = {"materials": [m["name"] for m in message["materials"]]} if message["type"] == "materials" else {}
    return {**kept, **names, "text": message["text"][:300]}
