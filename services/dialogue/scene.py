"""What a flow works with: the turn, who is speaking, what is known, and the reply being built."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from knowledge.schema.guide import Guide
from knowledge.schema.library import shared_situations
from services.citizens.service import Citizen
from services.conversations.model import Effect, Staged, Turn, Utter
from services.conversations.state import DialogueState, Offer
from services.dialogue import lexicon
from services.messages.model import Candidate, Choice, Message, Outcome
from services.messages.payloads import Payload
from services.messages.rendering import words


@dataclass(frozen=True)
class Understood:
    """What the engine read out of the sentence."""

    intent: str | None = None
    aspects: tuple[str, ...] = ()
    region: str | None = None
    chosen: str | None = None  # the payload of the offer that was meant
    objects: tuple[str, ...] = ()
    when: dict[str, list[str]] = field(default_factory=dict)  # date, daypart, time, preference


@dataclass
class Scene:
    """One turn seen by a flow. ``state`` is changed by replacing it; the first value stays in ``turn.state``."""

    turn: Turn
    understood: Understood
    citizen: Citizen | None
    facts: dict[str, str]  # situations that verified identity answers
    licences: frozenset[str]
    state: DialogueState
    entries: list[Utter | Message] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    outcome: Outcome | None = None

    @property
    def own_licences(self) -> frozenset[str]:
        """The citizen's e-licences make his own matter free of papers, nobody else's."""
        return self.licences if self.state.subject == "self" else frozenset()

    @property
    def text(self) -> str:
        """The citizen's words, masked and in simplified characters, as the engine's entities are; empty for a button."""
        return lexicon.simplified(self.turn.masked) if self.turn.kind == "text" else ""

    def update(self, **changes: Any) -> None:
        self.state = self.state.model_copy(update=changes)

    def close_question(self) -> None:
        """Nothing is asked any more; what is remembered otherwise stays."""
        self.state = self.state.asks_nothing()

    def say(self, response: str, *, notice: str | None = None, at: int | None = None, **values: Any) -> None:
        """``at``: its place in the turn; the end without one."""
        self.entries.insert(len(self.entries) if at is None else at, Utter(response=response, values=values, notice=notice))

    def show(self, message: Message) -> None:
        self.entries.append(message)

    def ask(self, response: str, offers: Sequence[Offer], *, pending: str, extra: Sequence[Choice] = (), **values: Any) -> None:
        """A question with buttons; the same offers may be answered in words."""
        choices = [*(Choice(label=o.label, payload=o.payload) for o in offers), *extra]
        self.entries.append(Utter(response=response, values=values, choices=choices))
        self.update(pending=pending, offers=[*offers, *(Offer(label=c.label, payload=c.payload) for c in extra)])

    def suggest(self, response: str, choices: Sequence[Choice], **values: Any) -> None:
        """Buttons that are an invitation, not a question: an open question before them stays open."""
        self.entries.append(Utter(response=response, values=values, choices=list(choices)))
        if self.state.pending == "none":
            self.update(offers=[Offer(label=c.label, payload=c.payload) for c in choices])

    def conclude(self, code: str, *, guide: tuple[str, int] | None = None, section: str | None = None, candidates: Sequence[Candidate] = ()) -> None:
        """Records how the turn went; the first conclusion with a citation is kept when several parts are answered."""
        if self.outcome is None or self.outcome.guide_id is None or code != "answered":
            self.outcome = Outcome(
                code=code,
                guide_id=guide and guide[0],
                guide_version=guide and guide[1],
                section=section,
                candidates=list(candidates) or (self.outcome.candidates if self.outcome else []),
            )

    def staged(self) -> Staged:
        outcome = self.outcome or Outcome(code="answered")
        missed = outcome.code in ("no_answer", "failed")
        self.update(misses=self.state.misses + 1 if missed else 0)
        return Staged(entries=self.entries, state=self.state, outcome=outcome, effects=self.effects)


def answers_for(scene: Scene, guide: Guide) -> dict[str, str]:
    """Everything known about this guide's situations: said in this talk, or told by verified identity (one's own matter only)."""
    shared, said = shared_situations(), scene.state.answers
    known: dict[str, str] = {}
    for situation in guide.situations:
        key = situation.id if situation.id in shared else f"{guide.id}:{situation.id}"
        if key in said:
            known[situation.id] = said[key]
        elif scene.state.subject == "self" and situation.known_from and situation.known_from in scene.facts:
            known[situation.id] = scene.facts[situation.known_from]
    return known


def answer_key(guide: Guide, situation_id: str) -> str:
    """Where an answer is remembered: once for all guides if the situation is shared."""
    return situation_id if situation_id in shared_situations() else f"{guide.id}:{situation_id}"


def button(name: str, payload: Payload) -> Choice:
    """A button with its label from the catalogue."""
    return Choice(label=words()["buttons"][name], payload=str(payload))
