"""The states of a revision and which step may be taken from which.

::

    draft ──► submitted ──► approved ──► published ──► superseded
      ▲           └──────► rejected        │  └──────► withdrawn
      └─ every saved change ◄── any open   └─ scheduled first, where it takes effect on a later day

A guide has at most one *open* revision and at most one published one. Saving never overwrites: the open revision becomes
``replaced`` and a new one is the draft, so that history tells who changed what.
"""

from __future__ import annotations

from typing import Literal

State = Literal["draft", "submitted", "approved", "rejected", "scheduled", "published", "superseded", "withdrawn", "replaced"]
OPEN: tuple[State, ...] = ("draft", "submitted", "approved", "rejected", "scheduled")
SUBMITTABLE: tuple[State, ...] = ("draft", "rejected")
PUBLISHABLE: tuple[State, ...] = ("approved", "scheduled")
