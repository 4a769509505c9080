"""What a button may say: ``/<name>{json}``, the form Rasa reads as an intent with entities. One class per name.

The registry is the whole list; anything else is refused before it is stored (:class:`PayloadInvalid`). A test holds
it equal to the intents of ``bot/domain``.
"""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from common.errors import BangbanError
from services.messages.model import Aspect

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:+-]*$", max_length=120)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=80)]
_PAYLOAD = re.compile(r"^/([a-z][a-z0-9_]{1,40})(\{.*\})?$", re.S)
MAX_LENGTH = 1000


class PayloadInvalid(BangbanError):
    code = "chat.invalid_payload"
    status = 422


class Payload(BaseModel):
    """Base of all; ``str(payload)`` is what goes into a message."""

    model_config = ConfigDict(extra="forbid")
    name: ClassVar[str]

    def __str__(self) -> str:
        data = self.model_dump(exclude_none=True)
        return f"/{self.name}{json.dumps(data, ensure_ascii=False) if data else ''}"


class ChooseItem(Payload):
    name = "choose_item"
    guide_id: Id


class PickFacet(Payload):
    name = "pick_facet"
    key: Id
    value: Words


class NoneOfThese(Payload):
    name = "none_of_these"


class PutOff(Payload):
    """What is being filled in or asked is left for another day; nothing of it is lost."""

    name = "put_off"


class AnswerSituation(Payload):
    name = "answer_situation"
    guide_id: Id
    situation: Id
    option: Id


class AskAspect(Payload):
    name = "ask_aspect"
    aspect: Aspect
    guide_id: Id | None = None


class StartForm(Payload):
    name = "start_form"
    guide_id: Id | None = None


class ContinueForm(Payload):
    name = "continue_form"
    form_id: Id | None = None


class FillField(Payload):
    name = "fill_field"
    form_id: Id | None = None
    field: Id
    value: Words


class ShowForm(Payload):
    name = "show_form"


class SubmitForm(Payload):
    name = "submit_form"
    form_id: Id | None = None


class CancelForm(Payload):
    name = "cancel_form"
    form_id: Id | None = None


class StartBooking(Payload):
    name = "start_booking"
    guide_id: Id | None = None


class PickHall(Payload):
    name = "pick_hall"
    hall_id: Id


class ChangeHall(Payload):
    name = "change_hall"


class PickSlot(Payload):
    name = "pick_slot"
    slot_id: Id


class ConfirmSlot(Payload):
    name = "confirm_slot"
    appointment_id: Id | None = None


class Reschedule(Payload):
    name = "reschedule"
    appointment_id: Id | None = None


class MoveHere(Payload):
    """Move an appointment that stands to another slot."""

    name = "move_here"
    appointment_id: Id
    slot_id: Id


class CancelBooking(Payload):
    name = "cancel_booking"
    appointment_id: Id | None = None


class MyAppointments(Payload):
    name = "my_appointments"


class AskProgress(Payload):
    name = "ask_progress"


class ShowCase(Payload):
    name = "show_case"
    case_id: Id | None = None


class Human(Payload):
    name = "human"


class CancelHandoff(Payload):
    name = "cancel_handoff"


class Complaint(Payload):
    name = "complaint"


class Rate(Payload):
    name = "rate"
    episode_id: Id
    value: Annotated[int, Field(ge=1, le=5)]


class SetRegion(Payload):
    name = "set_region"
    region: Words


class Simple(Payload):
    """Payloads without arguments share this shape."""


def _simple(name: str) -> type[Payload]:
    return type(name.title().replace("_", ""), (Simple,), {"name": name, "__annotations__": {}, "__module__": __name__})


SIMPLE_NAMES = (
    "simplify",
    "use_traditional",
    "use_simplified",
    "repeat",
    "go_back",
    "start_over",
    "affirm",
    "deny",
    "greet",
    "thanks",
    "what_can_you_do",
    "who_are_you",
    "goodbye",
)
_CLASSES: list[type[Payload]] = [
    ChooseItem,
    PickFacet,
    NoneOfThese,
    PutOff,
    AnswerSituation,
    AskAspect,
    StartForm,
    ContinueForm,
    FillField,
    ShowForm,
    SubmitForm,
    CancelForm,
    StartBooking,
    PickHall,
    ChangeHall,
    PickSlot,
    ConfirmSlot,
    Reschedule,
    MoveHere,
    CancelBooking,
    MyAppointments,
    AskProgress,
    ShowCase,
    Human,
    CancelHandoff,
    Complaint,
    Rate,
    SetRegion,
    *(_simple(n) for n in SIMPLE_NAMES),
]
REGISTRY: dict[str, type[Payload]] = {c.name: c for c in _CLASSES}


def parse_payload(text: str) -> Payload:
    """The payload a button sent. Raises :class:`PayloadInvalid` for an unknown name or wrong arguments."""
    match = _PAYLOAD.match(text) if len(text) <= MAX_LENGTH else None
    kind = REGISTRY.get(match.group(1)) if match else None
    if match is None or kind is None:
        raise PayloadInvalid(fields={"payload": "unknown"})
    try:
        return kind.model_validate(_arguments(match.group(2)))
    except (ValidationError, ValueError) as error:
        raise PayloadInvalid(fields={"payload": kind.name}) from error


def _arguments(text: str | None) -> dict[str, Any]:
    data = json.loads(text) if text else {}
    if not isinstance(data, dict):
        raise ValueError("payload arguments are an object")
    if any("\0" in value for value in data.values() if isinstance(value, str)):
        raise ValueError("no button says a NUL, and no database takes one")
    return data
