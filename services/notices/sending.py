"""Handing one notice to the first way that takes it.

Which way is tried is written down before it is tried. As long as nobody knows whether that way has sent it, no other way is used: told late
is better than told twice. So a notice goes out twice only if a gateway is killed between the platform's yes and our note, or the platform
took it and its yes was lost, and then through the same way under the same key. Where the platform knows no keys (``keyless``) a lost yes is left
at that for what is told at most once (``model.ONCE``): it counts as sent, ``unsure``.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import Row

from common.clock import Clock
from common.database import Database
from services.deliveries.errors import Refused
from services.notices import metrics, store
from services.notices.errors import Gone, NotNow, SendFailed, TryLater, Unsure
from services.notices.model import ONCE, Notice
from services.notices.outbox import Outbox
from services.notices.ports import Notifier
from services.notices.quiet import QuietHours
from services.notices.scripts import Scripts
from services.notices.wishes import WishBook, in_order

log = structlog.get_logger(__name__)
LEASE = timedelta(minutes=5)
TRIES = 12  # with growing pauses these are about seven hours
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 5.0, 3600.0
_NO_WAY = "none"
_UNSURE = "unsure"


class Sending:
    """``order``: of the ways where a citizen has not said his own. ``patience_s``: how long a way may take over one notice."""

    def __init__(
        self, *, database: Database, clock: Clock, outbox: Outbox, wishes: WishBook, quiet: QuietHours, order: Sequence[str],
        patience_s: float, scripts: Scripts | None = None,
    ):  # fmt: skip
        self._database, self._clock, self._outbox, self._wishes, self._quiet = database, clock, outbox, wishes, quiet
        self._order, self._patience_s, self._scripts = order, patience_s, scripts

    async def serve(self, row: Row[Any], ways: Mapping[str, Notifier], stopped: frozenset[str] = frozenset()) -> None:
        """Expects to hold the lease and gives it back."""
        notice, now = self._outbox.notice(row), self._clock.now()
        if now >= notice.expires_at:
            return await self._settle(notice, "expired", way=row.way)
        if self._scripts is not None:
            notice = replace(notice, script=await self._scripts.of(person_id=notice.person_id))
        not_before = self._quiet.next(now=now, created_at=notice.created_at, prompt=notice.prompt)
        if not_before > now:
            return await self._put_off(notice, not_before)
        way, refused, attempts, not_now = row.way, dict(row.refused), row.attempts, dict[str, NotNow]()
        while True:
            if way is None:
                try:
                    way = await self._first(notice, ways, {**refused, **dict.fromkeys(not_now, "")}, stopped)
                except TryLater as failure:
                    return await self._later(notice, _NO_WAY, attempts, failure)
                if way is None and not_now:  # however often that is: it ends when there is nothing left to be told
                    return await self._later(notice, _NO_WAY, 0, min(not_now.values(), key=lambda failure: failure.after_s))
                if way is None:
                    return await self._settle(notice, "dead" if refused else "nowhere")
                attempts = 0
                await self._change(notice, way=way, refused=refused, attempts=0)
            elif way in stopped:
                return await self._put_off(notice, now + timedelta(minutes=1))
            elif way not in ways:
                return await self._settle(notice, "dead", way=way, reason="the way is off")
            failure = await self._hand(ways[way], notice)
            if failure is None:
                return
            if isinstance(failure, Unsure) and _at_most_once(ways[way], notice):
                return await self._settle(notice, "sent", way=way, reason=_UNSURE)
            if isinstance(failure, NotNow):
                not_now[way], way = failure, None
                await self._change(notice, way=None, attempts=0)
                continue
            if isinstance(failure, TryLater):
                return await self._later(notice, way, attempts, failure)
            refused[way], way = f"{type(failure).__name__.lower()} {failure.reason[:60]}".strip(), None
            await self._change(notice, way=None, refused=refused, attempts=0)

    async def _first(self, notice: Notice, ways: Mapping[str, Notifier], refused: Mapping[str, str], stopped: frozenset[str]) -> str | None:
        """The first way that he wants, that has not refused, and that reaches him. :raises TryLater: it cannot be known now."""
        wishes = await self._wishes.of(person_id=notice.person_id)
        for way in in_order(list(ways), wishes.order, self._order):
            if way in refused or way in stopped or not wishes.wants(way, notice.topic):
                continue
            try:
                async with asyncio.timeout(self._patience_s):
                    reached = await ways[way].can_reach(person_id=notice.person_id, kind=notice.kind)
            except TryLater:
                raise
            except Exception as error:
                log.error("notice.reach.failed", way=way, error=type(error).__name__)
                raise TryLater("reach") from error
            if reached:
                return way
        return None

    async def _hand(self, notifier: Notifier, notice: Notice) -> SendFailed | None:
        """None: it is sent, and noted so."""
        failure: SendFailed
        try:
            async with asyncio.timeout(self._patience_s):
                reference = await notifier.send(notice=notice, key=key_of(notice.id, notifier.name))
            await self._settle(notice, "sent", way=notifier.name, reference=reference)
            return None
        except (TryLater, Refused, Gone) as error:
            failure = error
        except SendFailed as error:  # a window or a quota of a platform: not through this way now, and nobody waits for the citizen to write
            failure = Refused(error.reason or type(error).__name__)
        except TimeoutError:
            failure = Unsure("timeout")
        except Exception as error:
            log.error("notice.send.unforeseen", way=notifier.name, kind=notice.kind, error=type(error).__name__)
            failure = Unsure("unforeseen")
        name = type(failure).__name__.lower()
        metrics.FAILURES.labels(notifier.name, name, failure.reason[:40]).inc()
        metrics.OUTCOMES.labels(notifier.name, notice.kind, "later" if isinstance(failure, TryLater) else name).inc()
        return failure

    async def _later(self, notice: Notice, way: str, attempts: int, failure: TryLater) -> None:
        if attempts + 1 >= TRIES:
            return await self._settle(notice, "dead", way=None if way == _NO_WAY else way, reason=failure.reason)
        pause = max(failure.after_s, min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2.0**attempts))
        again = self._clock.now() + timedelta(seconds=pause)
        next_at = self._quiet.next(now=again, created_at=notice.created_at, prompt=notice.prompt)
        await self._change(notice, attempts=attempts + 1, next_at=next_at, reason=failure.reason[:60], busy_by=None, busy_until=None)

    async def _put_off(self, notice: Notice, until: Any) -> None:
        await self._change(notice, next_at=until, busy_by=None, busy_until=None)

    async def _settle(self, notice: Notice, state: str, *, way: str | None = None, reference: str | None = None, reason: str | None = None) -> None:
        now = self._clock.now()
        values = {"state": state, "way": way, "settled_at": now, "busy_by": None, "busy_until": None}
        values |= {"reference": reference[:100]} if reference else {}
        values |= {"reason": reason[:60]} if reason else {}
        if way and reference:
            await self._note_sent(notice, way, values)
        else:
            await self._change(notice, **values)
        metrics.OUTCOMES.labels(way or _NO_WAY, notice.kind, state).inc()
        if state == "sent":
            metrics.LATENCY.labels(way).observe(max(0.0, (now - notice.due_at).total_seconds()))
        if state == "dead":
            log.warning("notice.dead", notice_id=notice.id, kind=notice.kind, way=way)

    async def _note_sent(self, notice: Notice, way: str, values: Mapping[str, Any]) -> None:
        """A platform may have said that it did not arrive before we had noted its yes."""
        async with self._database.begin() as conn:
            await store.lock_reference(conn, way, values["reference"])
            await store.change(conn, notice.id, **values)
            if (said := await store.reported(conn, way, values["reference"])) is None:
                return
            await store.reopen(conn, way=way, reference=values["reference"], why=said.why, now=self._clock.now())
        if said.off:
            await self._wishes.unsubscribe(person_id=notice.person_id, way=way)

    async def _change(self, notice: Notice, **values: Any) -> None:
        async with self._database.begin() as conn:
            await store.change(conn, notice.id, **values)


def _at_most_once(notifier: Notifier, notice: Notice) -> bool:
    return notice.kind in ONCE and getattr(notifier, "keyless", False)


def key_of(notice_id: str, way: str) -> str:
    """What a platform knows one notice by, whoever sends it how often."""
    return hashlib.sha256(f"{notice_id}\n{way}".encode()).hexdigest()[:32]
