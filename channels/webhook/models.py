"""What travels: three kinds of calls, and what is answered or pushed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

Id = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")]
User = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[\x21-\x7e]+$")]
Wait = Annotated[float, Field(ge=0, le=20)]


class _Call(BaseModel):
    """``id``: the system's own, the same for every try of the same call. ``user``: its lasting name for this citizen."""

    model_config = ConfigDict(extra="forbid")

    id: Id
    user: User


class MessageCall(_Call):
    """The citizen said, tapped or sent something; exactly one of ``text``, ``payload``, ``choice`` (a key or number offered before) and
    ``image`` (base64). ``wait``: seconds the answer is waited for, to be in the reply. ``citizen_id``: who he has proved to be."""

    type: Literal["message"]
    text: str | None = None
    payload: str | None = None
    choice: Annotated[str, Field(max_length=64)] | None = None
    image: str | None = None
    wait: Wait = 0
    citizen_id: Annotated[str, Field(max_length=64)] | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> MessageCall:
        if sum(v is not None for v in (self.text, self.payload, self.choice, self.image)) != 1:
            raise ValueError("exactly one of text, payload, choice and image")
        return self


class EventCall(_Call):
    """He came (something kept for him may be sent) or left (nothing is sent until he is back)."""

    type: Literal["event"]
    event: Literal["joined", "left"]


class PollCall(_Call):
    """Whatever there is for him now, waited for up to ``wait`` seconds."""

    type: Literal["poll"]
    wait: Wait = 0


class Option(BaseModel):
    """Something offered: send ``key`` back as ``choice``, or let him say ``number``."""

    key: str
    label: str
    number: int | None = None


class Said(BaseModel):
    """What the citizen is to be told: typed ``messages`` of the contract, or in the styles ``text`` and ``voice`` the ``texts`` in order and
    the ``choices`` they offer."""

    messages: list[dict[str, Any]] = []
    texts: list[str] = []
    choices: list[Option] = []


class Reply(Said):
    """The answer to a call. ``more``: something is kept for him beyond this."""

    accepted: Literal[True] = True
    duplicate: bool = False
    more: bool = False


class Push(Said):
    """What we POST to a system's address. ``id`` is the same for every try of the same push."""

    type: Literal["messages", "ping"] = "messages"
    id: str
    user: str = ""


Call = Annotated[MessageCall | EventCall | PollCall, Field(discriminator="type")]
call_adapter: TypeAdapter[Call] = TypeAdapter(Call)
