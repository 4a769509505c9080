"""A citizen and a member of staff over the public API, for scripted dialogues and for tests of the whole."""

from __future__ import annotations

import time
import uuid
from typing import Any

import httpx

from tests.system.running import PASSWORD

Message = dict[str, Any]


class Citizen:
    """One chat session; ``say`` and ``tap`` return the messages of that turn."""

    def __init__(self, url: str, name: str | None = None):
        self.http = httpx.Client(base_url=url, timeout=60, trust_env=False)
        opened = self.http.post("/api/chat/sessions", json={"sandbox_citizen": name} if name else {})
        assert opened.status_code == 201, opened.text
        self.session = opened.json()
        self.http.headers["Authorization"] = f"Bearer {self.session['token']}"
        self.turn: list[Message] = []
        self.conversation: dict[str, Any] = {}
        self.outcome: dict[str, Any] | None = None
        self.log: list[str] = []

    def send(self, label: str, **body: Any) -> list[Message]:
        body.setdefault("client_message_id", uuid.uuid4().hex)
        response = self.http.post("/api/chat/messages", json=body)
        assert response.status_code == 200, f"{label!r}: {response.status_code} {response.text}"
        data = response.json()
        self.turn, self.conversation, self.outcome = data["messages"], data["conversation"], data["outcome"]
        self.log.append(f"> {label}   [{(self.outcome or {}).get('code')}]")
        self.log += [f"    {m['type']}: {m['text'][:200]!r}" for m in self.turn]
        return self.turn

    def say(self, text: str) -> list[Message]:
        return self.send(text, text=text)

    def tap(self, label: str) -> list[Message]:
        """Taps the button of the last turns whose label or name contains ``label``."""
        for message in reversed(self.turn):
            for option in options(message):
                if label in (option.get("label") or option.get("name") or option.get("start") or ""):
                    return self.send(f"[{label}]", payload=option["payload"])
        raise AssertionError(f"no button {label!r}\n{self.transcript()}")

    def last(self, *types: str) -> Message | None:
        return next((m for m in reversed(self.turn) if m["type"] in types), None)

    def history(self) -> list[Message]:
        response = self.http.get("/api/chat/messages", params={"after": 0})
        assert response.status_code == 200, response.text
        return response.json()["messages"]

    def wait_for(self, sender: str, *, after: int, seconds: float = 15) -> list[Message]:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self.http.get("/api/chat/messages", params={"after": after, "wait": 3}).json()["messages"]
            hits = [m for m in found if m["sender"] == sender]
            if hits:
                return hits
        return []

    def transcript(self) -> str:
        return "\n".join(self.log)


def options(message: Message) -> list[dict[str, Any]]:
    """Everything tappable in a message."""
    flat = [*(message.get("choices") or []), *(message.get("items") or []), *(message.get("actions") or []), *(message.get("levels") or [])]
    return flat + [s for d in message.get("days") or [] for s in d["slots"] if s["left"] > 0]


class Staff:
    def __init__(self, url: str, name: str):
        self.http = httpx.Client(base_url=url, timeout=30, trust_env=False)
        response = self.http.post("/api/desk/login", json={"username": name, "password": PASSWORD})
        assert response.status_code == 200, response.text
        self.user = response.json()["user"]
        self.http.headers["Authorization"] = f"Bearer {response.json()['token']}"

    def presence(self, state: str, capacity: int = 50) -> None:
        assert self.http.put("/api/desk/presence", json={"state": state, "capacity": capacity}).status_code < 300
