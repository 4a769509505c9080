"""How messages are shown this time: what the channel can, how citizens reach our pages, and how much of it the quota leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from channels.base import Capabilities
from channels.splitting import Limit


@dataclass(frozen=True)
class Site:
    """``base``: the public address. ``page``: the address of one of his own pages (``/`` or ``/#/…``) where a channel leads to them in its own
    way, so that he goes on as the one he is there."""

    base: str
    page: Callable[[str], str] | None = None

    def url(self, path: str) -> str:
        """The whole address of a path."""
        if self.page is not None and (path == "/" or path.startswith("/#/")):
            return self.page(path)
        return self.base.rstrip("/") + path


@dataclass(frozen=True)
class Manner:
    """``doors``: cards and pictures that only add to what a message says, at most so many with each. ``apart``: what else may have been
    meant stands in a menu of its own, else below the rest of the one. ``cards``: a form is a card. ``how_told``: the sentence beside this
    message says how to answer it."""

    can: Capabilities
    limit: Limit
    site: Site | None = None
    doors: int = 2
    apart: bool = True
    cards: bool = True
    how_told: bool = False

    @property
    def linked(self) -> Site | None:
        """Where texts may show addresses."""
        return self.site if self.can.links else None

    def url(self, path: str) -> str:
        return self.site.url(path) if self.site else ""

    def plainer(self) -> list[Manner]:
        """This and what costs fewer messages, one after the other; what answers the citizen is in all of them."""
        plain = replace(self, doors=0, apart=False)
        return [self, replace(self, doors=1, apart=False), plain, replace(plain, cards=False)]
