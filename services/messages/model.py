"""The typed messages of the public contract (contract v1, "Citizen chat"), one class per ``type``.

``text`` is a complete plain rendering of every type; :mod:`services.messages.rendering` makes it from the other fields.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, TypeAdapter

from common.clock import iso

Moment = Annotated[datetime, PlainSerializer(iso, return_type=str, when_used="json")]
Sender = Literal["citizen", "bot", "agent", "system"]
Aspect = Literal[
    "materials", "conditions", "fee", "time", "where", "steps", "proxy", "online", "visits", "delivery", "result", "basis", "phone", "faq"
]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Choice(_Part):
    label: str
    payload: str


class Item(_Part):
    guide_id: str
    name: str
    region: str
    why: str
    payload: str


class LabelValue(_Part):
    label: str
    value: str


class Section(_Part):
    id: str
    title: str


class SituationAnswer(_Part):
    ask: str
    answer: str


class MaterialLine(_Part):
    name: str
    kind: str
    copies: int | None
    required: bool
    waived_by: Literal["e_licence", "data_sharing"] | None = None
    deferrable: bool = False
    note: str | None = None


class FormField(_Part):
    name: str
    label: str
    type: str
    value: Any = None
    source: Literal["identity", "licence", "previous", "ocr", "citizen", "agent"] | None = None
    locked: bool = False
    required: bool = True
    error: str | None = None
    options: list[LabelValue] | None = None
    help: str | None = None  # how to fill it in, where the guide says so


class Hall(_Part):
    id: str
    name: str
    address: str | None = None
    district: str | None = None


class Slot(_Part):
    slot_id: str
    start: Moment
    end: Moment
    left: int
    payload: str


class Day(_Part):
    date: date
    weekday: str
    slots: list[Slot]
    note: str | None = None  # what to know of the day: its holiday arrangement is not announced yet, say


class TimelineEntry(_Part):
    at: Moment
    state: str
    note: str | None = None


class Level(_Part):
    value: int = Field(ge=1, le=5)
    label: str
    payload: str


class _Message(BaseModel):
    """Fields of every message. ``seq``, ``id`` and ``created_at`` are given when it is stored; ``text`` when it is rendered."""

    model_config = ConfigDict(extra="forbid")

    seq: int = 0
    id: str = ""
    sender: Sender = "bot"
    text: str = ""
    created_at: Moment | None = None


class Text(_Message):
    type: Literal["text"] = "text"


class Notice(_Message):
    type: Literal["notice"] = "notice"
    code: str


class Choices(_Message):
    type: Literal["choices"] = "choices"
    prompt: str = ""  # the question alone; ``text`` also lists the options
    choices: list[Choice]


class ItemList(_Message):
    type: Literal["item_list"] = "item_list"
    items: list[Item]
    choices: list[Choice] = []  # ways out of the list ("都不是")


class GuideCard(_Message):
    type: Literal["guide"] = "guide"
    guide_id: str
    version: int
    name: str
    region: str
    department: str | None
    summary: list[LabelValue]
    sections: list[Section]
    actions: list[Choice]
    nearby: list[Choice] = []  # other items that may have been meant, when this one was found with some doubt
    reviewed: bool
    as_of: str | None


class Answer(_Message):
    type: Literal["answer"] = "answer"
    guide_id: str
    version: int
    section: str
    aspect: Aspect
    nearby: list[Choice] = []


class Materials(_Message):
    type: Literal["materials"] = "materials"
    guide_id: str
    version: int
    situation: list[SituationAnswer]
    materials: list[MaterialLine]


class Form(_Message):
    type: Literal["form"] = "form"
    form_id: str
    guide_id: str
    state: Literal["draft", "ready", "submitted"]
    url: str
    fields: list[FormField]
    missing: list[str]
    title: str | None = None


class Slots(_Message):
    type: Literal["slots"] = "slots"
    guide_id: str
    hall: Hall
    days: list[Day]


class Appointment(_Message):
    type: Literal["appointment"] = "appointment"
    appointment_id: str
    code: str
    state: Literal["held", "booked", "cancelled", "completed", "no_show"]
    guide_id: str
    hall: Hall
    start: Moment
    end: Moment
    bring: list[str]
    ics_url: str
    qr_url: str


class Case(_Message):
    type: Literal["case"] = "case"
    case_id: str
    number: str
    state: str
    guide_id: str
    timeline: list[TimelineEntry]
    form_pdf_url: str | None


class Handoff(_Message):
    type: Literal["handoff"] = "handoff"
    state: Literal["queued", "connected", "closed", "ticket"]
    position: int | None = None
    estimated_wait_s: int | None = None
    agent: str | None = None
    ticket_number: str | None = None


class Rating(_Message):
    type: Literal["rating"] = "rating"
    episode_id: str
    levels: list[Level]


Message = Annotated[
    Text | Notice | Choices | ItemList | GuideCard | Answer | Materials | Form | Slots | Appointment | Case | Handoff | Rating,
    Field(discriminator="type"),
]
message_adapter: TypeAdapter[Message] = TypeAdapter(Message)


class Candidate(_Part):
    guide_id: str
    name: str
    score: float


class Outcome(_Part):
    """How a bot turn went; ``partial`` counts as not answered in every report."""

    code: Literal["answered", "partial", "clarifying", "no_answer", "handed_off", "failed"]
    guide_id: str | None = None
    guide_version: int | None = None
    section: str | None = None
    candidates: list[Candidate] = []
