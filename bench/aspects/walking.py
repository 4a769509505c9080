"""One guide walked through: every aspect asked with the item's name, then with the item in hand, the case unknown and then told."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

from bench.aspects.cases import Asked
from bench.aspects.judging import Verdict, judge
from bench.dialogue.goals import told_by
from bench.dialogue.screen import Message, Question, about_another, question
from knowledge.schema.guide import Guide
from services.messages.payloads import AnswerSituation, ChooseItem, PickFacet

_TAPS = 10  # situation questions of one case at most


@dataclass(frozen=True)
class Turn:
    """``where``: first, in hand or told; ``taps``: questions which item was meant, before the answer."""

    guide: str
    where: str
    asked: Asked
    text: str
    verdict: Verdict
    taps: int = 0
    known: dict[str, str] = field(default_factory=dict)
    got: tuple[Message, ...] = ()
    outcome: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        got = [{k: m[k] for k in ("type", "guide_id", "aspect", "section") if m.get(k)} | {"text": m["text"][:600]} for m in self.got]
        asked = {"kind": self.asked.kind, "aspects": self.asked.aspects, "said": self.asked.said, "held": self.asked.held}
        return {"guide": self.guide, "where": self.where, **asked, "text": self.text, "taps": self.taps, "known": self.known,
                "verdict": self.verdict.as_dict(), "outcome": self.outcome, "got": got}  # fmt: skip


class Talk:
    """One session. ``known``: situations answered by buttons; ``perhaps``: with those that words may have told."""

    def __init__(self, http: httpx.Client, guide: Guide):
        opened = http.post("/api/chat/sessions", json={})
        opened.raise_for_status()
        self._http, self.guide = http, guide
        self._headers = {"Authorization": f"Bearer {opened.json()['token']}"}
        self.known: dict[str, str] = {}
        self.perhaps: dict[str, str] = {}
        self.messages: list[Message] = []
        self.outcome: dict[str, Any] = {}

    def send(self, **body: str) -> list[Message]:
        response = self._http.post("/api/chat/messages", json=body, headers=self._headers)
        response.raise_for_status()
        data = response.json()
        self.messages, self.outcome = data["messages"], data["outcome"] or {}
        return self.messages

    def take_up(self) -> None:
        """The item in hand, as by its button."""
        self.send(payload=str(ChooseItem(guide_id=self.guide.id)))

    def tell_the_case(self, rng: random.Random) -> None:
        """Answers every question about the case by some button until the list is there."""
        for _ in range(_TAPS):
            asked = question(self.messages)
            if asked is None or asked.kind != "situation":
                return
            _, payload = rng.choice(asked.options)
            assert isinstance(payload, AnswerSituation)
            self.known[payload.situation] = payload.option
            self.send(payload=str(payload))

    def ask(self, text: str, asked: Asked, where: str) -> Turn:
        """What is said, and what it was worth; an item drifted away from is taken up again."""
        taps = 0
        self.send(text=text)
        while taps < 2 and where == "first" and (payload := self._mine(question(self.messages))):
            self.send(payload=payload)
            taps += 1
        self.perhaps = {**self.perhaps, **self.known, **told_by(self.guide, text)}
        verdict = judge(self.guide, asked.aspects, self.known, {**self.perhaps}, self.messages, self.outcome)
        turn = Turn(self.guide.id, where, asked, text, verdict, taps, dict(self.known), tuple(self.messages), self.outcome)
        if where != "first" and (not verdict.guide or any(about_another(m, self.guide.id) for m in self.messages)):
            self.take_up()
        return turn

    def _mine(self, asked: Question | None) -> str | None:
        """The button of this item among those asked about."""
        if asked is None or asked.kind != "item":
            return None
        for _, payload in asked.options:
            mine = isinstance(payload, ChooseItem) and payload.guide_id == self.guide.id
            if mine or (isinstance(payload, PickFacet) and self.guide.facets.get(payload.key) == payload.value):  # type: ignore[call-overload]
                return str(payload)
        return None


def walk(http: httpx.Client, guide: Guide, plan: dict[str, list[tuple[Asked, str]]], seed: int) -> Iterator[Turn]:
    """``plan``: by where, what is asked and how it is said."""
    for asked, text in plan["first"]:
        yield Talk(http, guide).ask(text, asked, "first")
    for where in ("in hand", "told"):
        talk = Talk(http, guide)
        talk.take_up()
        if where == "told":
            talk.tell_the_case(random.Random(f"{seed} {guide.id}"))
        for asked, text in plan[where]:
            yield talk.ask(text, asked, where)
