"""What every channel beside the web page is: a name, a callback that its platform calls, a way to send, what it can show, and how it feels.

A channel without its settings does not exist in a process: its maker returns nothing, its callback answers ``channel.off``, and
``/healthz`` says ``off``, which is healthy.

In: ``callback`` verifies → parses → ``services.deliveries.arrived`` → acknowledges at once. Out: messages are rendered to parts by
``channels.rendering`` as far as :class:`Capabilities` go, and ``send`` hands one part at a time to the platform; when, in which order and
how often is the delivery worker's business.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from sanic import Request
from sanic.response import HTTPResponse

from common.errors import NotFound, Unavailable
from common.settings import Settings
from services.bootstrap import Services
from services.deliveries.service import (
    Allowance,
    CardPart,
    Forbidden,
    Gone,
    MenuChoice,
    MenuPart,
    Part,
    PicturePart,
    Place,
    QuotaUsed,
    Refused,
    SendFailed,
    TextPart,
    TryLater,
    TypedPart,
    WindowClosed,
)  # fmt: skip

__all__ = [
    "UNLIMITED", "Allowance", "Capabilities", "CardPart", "Channel", "ChannelOff", "ChannelStopped", "Finding", "Forbidden", "Gone", "Maker",
    "MenuChoice", "MenuPart", "Part", "PicturePart", "Place", "QuotaUsed", "Refused", "SendFailed", "State", "TextPart", "TryLater", "TypedPart",
    "WindowClosed",
]  # fmt: skip
UNLIMITED = Allowance()
State = Literal["ok", "starting", "down", "off"]


@dataclass(frozen=True)
class Capabilities:
    """What a channel can show; the renderer degrades by it. Numbers change with the platforms: they come from settings or one table."""

    text_bytes: int | None = None  # UTF-8, of one text
    text_chars: int | None = None
    choices: Literal["menu", "numbers"] = "numbers"  # entries to tap, or "回复 1–5"
    menu_choices: int = 10  # entries of one menu; more are reached by number or words
    menu_head_bytes: int = 1024
    menu_label_bytes: int = 128
    menu_lines: bool = False  # lines of words may stand between the entries
    cards: bool = False  # a message of its own with title, words and link
    card_title_chars: int = 64
    card_text_chars: int = 120
    own_pages: bool = False  # cards open pages inside the channel itself; no public address is needed
    mini_program: bool = False  # cards can open pages of our mini-program
    links: bool = True  # an address in a text can be opened
    anchors: bool = False  # words of a text can be a link: <a href="…">words</a>
    pictures: bool = False  # a picture of ours as a message of its own
    files: bool = False
    typed: bool = False  # the other end is a program: it is handed the typed messages themselves
    push: bool = True  # can send of its own accord; else answers are collected by the citizen's next call
    allowance: Allowance = UNLIMITED  # what one message of the citizen lets us send
    passive_s: float | None = None  # seconds within which the callback itself may carry an answer


@dataclass(frozen=True)
class Finding:
    """One line of ``bangban channels check``: ``what`` was looked at (``settings``, ``signature``, ``reachable`` …), whether it is well, and
    a few words of English without secrets."""

    what: str
    ok: bool
    detail: str = ""


class Channel(Protocol):
    """A configured channel."""

    name: str

    def capabilities(self, account: str) -> Capabilities:
        """What it can show to citizens of this account."""

    async def callback(self, request: Request) -> HTTPResponse:
        """Answers one call of the platform. Verifies its signature before it believes anything; errors in the envelope of the contract."""

    async def send(self, *, place: Place, part: Part) -> None:
        """Hands one part to the platform. :raises SendFailed: :class:`TryLater`, :class:`WindowClosed`, :class:`QuotaUsed`, :class:`Gone`
        or :class:`Refused`."""

    async def check(self) -> list[Finding]:
        """Looks at settings, proves the signature on itself, and asks whether the platform is reached; for an operator."""

    def state(self) -> State:
        """For ``/healthz``."""

    async def close(self) -> None:
        """Ends its connections."""

    # One whose platform would show the citizen an error for a refused call also has ``async def paused(self, request) -> HTTPResponse``, which
    # answers a call while an operator has stopped the channel: verified as ever, kindly, and nothing of it stored.
    # One that has to ask its platform for messages, or the like, also has ``async def background(self) -> None``, which runs for ever.


Maker = Callable[[Settings, Services], Channel | None]  # nothing when its settings are absent


class ChannelOff(NotFound):
    """The channel has no settings here."""

    code = "channel.off"


class ChannelStopped(Unavailable):
    """An operator stopped it; nothing is taken in, and what was answered is kept."""

    code = "channel.stopped"
