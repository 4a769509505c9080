"""What the assistant remembers between two turns of a conversation. No personal values: ids, answers and what it last asked."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Pending = Literal["none", "item", "situation", "field", "confirm_form", "hall", "slot", "confirm_slot", "confirm_handoff", "rating", "complaint"]
Goal = Literal["overview", "materials", "aspect", "form", "booking"]
Script = Literal["hans", "hant"]
Voice = Literal["hans", "hant", "hant_text"]


class Offer(BaseModel):
    """Something offered as a button; ``words`` and ``number`` are how it may be said instead."""

    model_config = ConfigDict(extra="ignore")

    label: str
    payload: str
    words: list[str] = []
    number: tuple[float | None, float | None] | None = None


class Waiting(BaseModel):
    """A matter named beside the one that was taken up, until its turn comes."""

    model_config = ConfigDict(extra="ignore")

    label: str  # what it is called to the citizen
    query: str  # the part of the sentence that named it (masked)
    guides: list[str]  # the items that may be meant, the likeliest first; never empty
    goal: Goal = "overview"
    aspects: list[str] = []


class DialogueState(BaseModel):
    """Stored as JSON with the conversation; unknown fields of older versions are dropped on reading."""

    model_config = ConfigDict(extra="ignore")

    guide_id: str | None = None
    answers: dict[str, str] = {}  # shared situations by id, a guide's own by "<guide id>:<situation id>"
    subject: Literal["self", "other"] = "self"  # whose matter it is; identity answers only for oneself
    whom: str = "self"  # and who that somebody is: child, parent, … ("self" for oneself)
    about: dict[str, str] = {}  # who each item of the talk was for
    told_of: dict[str, dict[str, str]] = {}  # answers of the others this talk is about, by who they are
    district: str | None = None  # where the citizen says he is
    goal: Goal = "overview"  # what to do once the open question is answered
    aspects: list[str] = []  # asked last, for "那护照呢" and for after a question
    pending: Pending = "none"
    offers: list[Offer] = []
    situation: str | None = None  # the situation asked last
    query: str | None = None  # the sentence being narrowed down (masked)
    candidates: list[str] = []
    refused: list[str] = []  # items for that sentence that it was not: behind them others were offered
    waiting: list[Waiting] = []  # matters of an earlier sentence that are still to be talked of
    asked_which: int = 0  # times the question which of them is meant was put again
    form_id: str | None = None
    field: str | None = None
    appointment_id: str | None = None
    moving: str | None = None  # the appointment being moved to another slot
    hall_id: str | None = None
    visit_for: str | None = None  # the item a visit was last wanted for: one may come back to it
    when: dict[str, list[str]] = {}  # a time that was said before there was anything to choose from (the engine's entities)
    case_id: str | None = None
    complained: str | None = None  # the turn of the last complaint, and when it was (seconds): what is added belongs to its ticket
    complained_at: float | None = None
    history: list[str] = []  # guides visited, newest last
    plain: bool = False
    script: Script = "hans"
    script_chosen: bool = False
    misses: int = 0  # turns in a row that led nowhere

    @property
    def voice(self) -> Voice:
        """How messages are written: official names stay as they are until the citizen has chosen traditional characters himself."""
        return "hans" if self.script == "hans" else "hant" if self.script_chosen else "hant_text"

    def asks_nothing(self) -> DialogueState:
        """The same state with no open question."""
        closed = {"pending": "none", "offers": [], "situation": None, "field": None, "candidates": [], "refused": [], "query": None, "asked_which": 0}
        return self.model_copy(update=closed)

    def engine_context(self) -> dict[str, object]:
        """What the dialogue engine is told each turn (it keeps nothing that matters itself)."""
        return {
            "pending": self.pending,
            "offers": [o.model_dump() for o in self.offers],
            "has_guide": self.guide_id is not None,
            "has_form": self.form_id is not None,
            "plain": self.plain,
            "script": self.script,
        }
