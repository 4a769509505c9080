"""Values that cross the border of this package."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

Parked = Literal["window", "quota", "gone"]


@dataclass(frozen=True)
class Place:
    """Where a citizen is reached: the channel, the account of ours he speaks to (``gh_…``, ``open_kfid``, a webhook's name), and his own
    address there (openid, ``external_userid``). The address is personal: it is sealed at rest and stays out of logs, as out of ``repr``."""

    channel: str
    account: str
    address: str = field(repr=False)


@dataclass(frozen=True)
class Allowance:
    """What something the citizen did lets us send: ``count`` messages within ``window`` (None: without end). ``kind`` tells apart what the
    platform counts apart (``message``, ``menu``, ``follow`` …): a new allowance replaces the one of its kind and stands beside the others.
    ``since``: when he did it, by the platform's clock (None: just now); what was sent after that is of this allowance for the platform, even
    if we hear of the deed only later."""

    count: int | None = None
    window: timedelta | None = None
    kind: str = "message"
    since: datetime | None = None


@dataclass(frozen=True)
class Reach:
    """How far a citizen has what was said to him. ``delivered``: sequence number of the last message he has. ``waits``: why the rest is kept
    (``fetch``: his account can only be answered, so he fetches it; None: nothing is kept, or it is on its way). ``room``: how many messages
    may still be sent before he speaks (None: as many as there are)."""

    delivered: int
    waits: Literal["window", "quota", "gone", "fetch"] | None
    room: int | None


@dataclass(frozen=True)
class Arrival:
    """A citizen's message is safe. ``duplicate``: it was here before, and nothing was done. ``fetching``: he only asked for what was kept for
    him ("继续"), so there is no turn. ``new``: nobody was known at this place before."""

    conversation_id: str
    turn_id: str | None
    duplicate: bool = False
    fetching: bool = False
    new: bool = False


class _Part(BaseModel):
    """``upto``: with this part the citizen has every message up to this sequence number; ``whole``: and no half of the next one. ``key``: the
    same for every try of the same part, 32 of ``[0-9a-f]``; platforms that know idempotency keys are given it. ``purpose``: what the message
    it says is for, by its type, of a hand-over with its state (``handoff.connected``); of several in one part the last."""

    model_config = ConfigDict(extra="forbid")

    upto: int = 0
    whole: bool = True
    key: str = ""
    purpose: str = ""


class MenuChoice(BaseModel):
    """One entry. ``key`` (at most 64 of ``[0-9.]``) is what the platform hands back; ``Deliveries.tapped`` turns it into the payload.
    ``number``: what the citizen may say instead, where the text shows it. ``under``: words that stand above this entry where the menu goes
    over to something else and the platform has lines of words inside a menu (:attr:`channels.base.Capabilities.menu_lines`)."""

    model_config = ConfigDict(extra="forbid")

    key: str
    label: str
    number: int | None = None
    under: str = ""


class TextPart(_Part):
    """Plain text within the channel's limits. ``choices``: the entries its numbers stand for; a bare number said next means them."""

    kind: Literal["text"] = "text"
    text: str
    choices: list[MenuChoice] = []


class MenuPart(_Part):
    """Entries to tap under some words."""

    kind: Literal["menu"] = "menu"
    head: str
    choices: list[MenuChoice]
    tail: str = ""


class CardPart(_Part):
    """A link with a title and a few words: a guide, a form, an appointment, a case. ``page`` is the path inside the citizen's pages, ``url``
    the whole address, ``mini`` the same page of the mini-program where the channel can open that. ``source``: the type of the message it
    stands for. ``instead``: the text that says as much where the platform refuses the card; empty: other parts have said it all."""

    kind: Literal["card"] = "card"
    title: str
    text: str
    url: str
    page: str
    source: str
    mini: str = ""
    instead: str = ""


class PicturePart(_Part):
    """A picture of ours: ``page`` is its signed path (the QR code of a visit), so that only who was given it is shown it; ``name`` what it
    shows, ``source`` and ``instead`` as of a card."""

    kind: Literal["picture"] = "picture"
    page: str
    name: str
    source: str
    instead: str = ""


class TypedPart(_Part):
    """The typed messages of the public contract, for channels whose other end is a program."""

    kind: Literal["typed"] = "typed"
    messages: list[dict[str, Any]]


Part = Annotated[TextPart | MenuPart | CardPart | PicturePart | TypedPart, Field(discriminator="kind")]
parts_adapter: TypeAdapter[list[Part]] = TypeAdapter(list[Part])
