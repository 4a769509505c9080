"""What makes a guide a bundle (一件事): which items belong to it, in what order, and what is the same in several of them.

An author writes :class:`Member` entries; everything in :class:`Bundle` below ``members`` is computed by
:mod:`knowledge.guidance.bundles` from the members' published guides and is never written by hand.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from knowledge.schema.condition import When
from knowledge.schema.texts import Key, Line, Slug

Prefix = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*$", max_length=12)]


class _Element(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Asked(_Element):
    """A member's question is answered by one of the bundle's: ``options`` maps each of ours to one of theirs."""

    situation: Key
    options: dict[Key, Key] = Field(min_length=1)


class Member(_Element):
    """One item of a bundle.

    ``answers`` settles questions of the item for this bundle (``age16: minor``) or has them answered by a question of the
    bundle; what is left is asked. ``materials`` and ``fields`` say which of the item's are the same as another item's or the
    bundle's own, where their names do not show it.
    """

    guide: Slug
    key: Prefix  # in front of ids that would otherwise clash
    name: Line | None = None  # as people say it; the item's own name if left out
    after: list[Slug] = []  # these must be done first
    when: When | None = None
    by: Line | None = None  # who does it; the item's department if left out
    what: Line | None = None  # the step in a sentence; the item's summary if left out
    at: Line | None = None  # where one goes for it; items of one place may share a visit
    online: bool = False  # nobody has to go anywhere for it
    at_once: bool = False  # the result is handed over on the spot
    papers: When | None = None  # when its own materials and fields are asked for; elsewhere the bundle's own cover it
    answers: dict[Key, Key | Asked] = {}
    materials: dict[Key, Key] = {}
    fields: dict[Key, Key] = {}
    spare: list[Key] = []  # fields of its form that the bundle knows or makes itself
    assumes: list[Line] = []  # computed: which answers were settled, in words


class Visit(_Element):
    """One way to one place, and the items (guide ids, in order) done there on it."""

    place: Line
    items: list[Slug] = Field(min_length=1)


class Bundle(_Element):
    """``joint``: one application reaches every department, which hand results on among themselves; otherwise each item is applied
    for by itself, and the bundle is the order, the one list and the one form."""

    joint: bool
    members: list[Member] = Field(min_length=2)
    missing: list[Slug] = []  # computed: members that are not published now
    visits: list[Visit] = []  # computed: what can be done in one visit
