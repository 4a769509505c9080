"""Counting what a platform lets us send: pure arithmetic over the list kept with an address."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from services.deliveries.model import Allowance, Reach

Kept = list[dict[str, Any]]  # {kind, left: int or None, until: ISO moment or None, sent: ISO moments of what was sent by it}


def granted(kept: Kept, allowance: Allowance, now: datetime) -> Kept:
    """With a new allowance: it replaces the one of its kind; what ran out is dropped. What was sent since the deed counts already."""
    since = min(allowance.since or now, now)
    until = (since + allowance.window).isoformat() if allowance.window is not None else None
    others = [a for a in _open(kept, now) if a["kind"] != allowance.kind]
    if allowance.count is None:
        return [*others, {"kind": allowance.kind, "left": None, "until": until}]
    sent = sorted({at for a in kept for at in a.get("sent", ()) if datetime.fromisoformat(at) > since})
    return [*others, {"kind": allowance.kind, "left": max(0, allowance.count - len(sent)), "until": until, "sent": sent}]


def room(kept: Kept, now: datetime) -> int | None:
    """How many messages may still be sent now; None: as many as there are."""
    open_now = _open(kept, now)
    return None if any(a["left"] is None for a in open_now) else sum(a["left"] for a in open_now)


def reach_of(row: Row[Any], now: datetime) -> Reach:
    """How far the citizen of this address has what was said to him."""
    why = row.parked or ("fetch" if row.collects else None)
    left = 0 if row.parked else None if row.collects else room(row.allowances, now)
    return Reach(row.delivered_seq, why if row.due_seq > row.delivered_seq else None, left)


def window_open(kept: Kept, now: datetime) -> bool:
    """Whether any window stands open, used up or not."""
    return bool(_open(kept, now))


def spent(kept: Kept, now: datetime) -> Kept:
    """After one more message: what ends first is used first."""
    open_now = sorted(_open(kept, now), key=lambda a: (a["until"] is None, a["until"] or ""))
    if any(a["left"] is None for a in open_now):
        return kept
    for allowance in open_now:
        if allowance["left"] > 0:
            used = {**allowance, "left": allowance["left"] - 1, "sent": [*allowance.get("sent", ()), now.isoformat()]}
            return [used if a["kind"] == allowance["kind"] else a for a in kept]
    return kept


def _open(kept: Kept, now: datetime) -> Kept:
    return [a for a in kept if a["until"] is None or datetime.fromisoformat(a["until"]) > now]
