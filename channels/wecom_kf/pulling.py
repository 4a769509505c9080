"""Pulling what the platform has for each account: one gateway at a time, every page stored in the transaction that moves the cursor.

So a gateway that is killed anywhere loses nothing and doubles nothing: either the page and its cursor stand in the database, or neither.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import orjson
import structlog
from prometheus_client import Counter, Histogram
from sqlalchemy import Row

from channels.base import SendFailed
from channels.wechat.api import Answer, PlatformApi
from channels.wecom_kf import store
from channels.wecom_kf.catalogue import limits, seconds
from channels.wecom_kf.customers import Customers
from channels.wecom_kf.leaving import insist
from channels.wecom_kf.reading import read_item
from common.clock import Clock
from common.database import Database
from common.vault import Vault

log = structlog.get_logger(__name__)
PULLED = Counter("bangban_wecom_kf_items", "Messages and events pulled, without those that were here before")
PULLS = Counter("bangban_wecom_kf_pulls", "Pages asked for, by how it went", ["how"])
PAGE = Histogram("bangban_wecom_kf_page_seconds", "Asking for one page and storing it", buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10))
_BAD_TOKEN, _TOO_OFTEN = "95007", "45009"
_STILL = 5  # pages in a row that say "more" and do not move the cursor: asked again later


class Overtaken(Exception):
    """Another gateway has pulled this account meanwhile: nothing of the page is kept."""


class Pulling:
    def __init__(self, *, database: Database, vault: Vault, clock: Clock, api: PlatformApi, customers: Customers, worker: str):
        self._database, self._vault, self._clock, self._api = database, vault, clock, api
        self._customers, self._worker = customers, worker

    async def learn(self) -> None:
        """Which accounts there are, so that even one whose signals were lost is asked. (94661)"""
        answer = await self._api.call("/cgi-bin/kf/account/list", {"offset": 0, "limit": 100})
        found = [a for a in answer.get("account_list") or [] if isinstance(a, dict) and a.get("manage_privilege", True)]
        async with self._database.begin() as conn:
            await store.learn(conn, [str(a["open_kfid"]) for a in found if a.get("open_kfid")], self._clock.now())

    async def due(self) -> list[Row[Any]]:
        """The accounts that this gateway shall pull now; it holds their leases."""
        now = self._clock.now()
        async with self._database.begin() as conn:
            return list(
                await store.claim_accounts(
                    conn, worker=self._worker, now=now, until=now + seconds("lease_s"), fresh=now - seconds("token_s"), gap=now - seconds("gap_s")
                )
            )

    async def pull(self, row: Row[Any]) -> int:
        """Everything there is for one account; how many items were new. Gives the lease back."""
        new, failures, again = 0, 0, self._clock.now() + seconds("sweep_s")
        try:
            new, more = await self._pages(row)
            again = self._clock.now() + seconds("gap_s" if more else "sweep_s")
        except Overtaken:
            log.info("wecom_kf.pull.overtaken")
        except SendFailed as error:
            failures, again = row.failures + 1, self._pause(row, error)
        except Exception as error:
            log.error("wecom_kf.pull.failed", exc_info=error)
            failures, again = row.failures + 1, self._clock.now() + timedelta(seconds=limits()["pauses_s"][0])
        await insist(partial(self._leave, row, again, failures))
        return new

    async def _leave(self, row: Row[Any], again: datetime, failures: int) -> None:
        async with self._database.begin() as conn:
            now = self._clock.now()
            await store.leave_account(conn, row.open_kfid, worker=self._worker, signals=row.signals, again_at=again, now=now, failures=failures)

    async def _pages(self, row: Row[Any]) -> tuple[int, bool]:
        """Page after page while there are more; without a token one page alone, since so the platform may be asked but seldom."""
        token, new, more, still = row.token if self._fresh(row) else None, 0, True, 0
        while more and still < _STILL:
            if token is None:
                await self._note_asking(row.open_kfid)
            try:
                with PAGE.time():
                    count, more, moved = await self._page(row, token)
            except SendFailed as error:
                if error.reason != _BAD_TOKEN or token is None:
                    raise
                token = await self._without(row, token)
                continue
            new, still = new + count, 0 if moved else still + 1
            if token is None:
                break
        return new, more

    def _fresh(self, row: Row[Any]) -> bool:
        return row.token is not None and row.signalled_at > self._clock.now() - seconds("token_s")

    async def _without(self, row: Row[Any], token: str) -> None:
        """The token ran out: it is not tried again, and without one it will do, if but seldom."""
        log.info("wecom_kf.token.over")
        async with self._database.begin() as conn:
            await store.drop_token(conn, row.open_kfid, token)

    async def _note_asking(self, open_kfid: str) -> None:
        async with self._database.begin() as conn:
            await store.change_account(conn, open_kfid, asked_at=self._clock.now())

    async def _page(self, row: Row[Any], token: str | None) -> tuple[int, bool, bool]:
        """(how many new items, whether there is more, whether the cursor moved: there are empty pages with more behind them)."""
        async with self._database.begin() as conn:
            kept = await store.account_of(conn, row.open_kfid)
        body = {"cursor": kept.cursor, "limit": limits()["page"], "voice_format": 0, "open_kfid": row.open_kfid}
        answer = await self._api.call("/cgi-bin/kf/sync_msg", {**body, "token": token} if token else body)
        cursor = answer.get("next_cursor")
        new = cursor if isinstance(cursor, str) and cursor else kept.cursor
        count = await self._keep(row, answer, old=kept.cursor, new=new)
        PULLS.labels("token" if token else "sweep").inc()
        return count, answer.get("has_more") == 1, new != kept.cursor

    async def _keep(self, row: Row[Any], answer: Answer, *, old: str, new: str) -> int:
        """Of an account that is new here, what was said long before is not answered: somebody else has done that."""
        now, since = self._clock.now(), (row.first_at - seconds("first_look_s")).timestamp()
        read = [(raw, read_item(raw, row.open_kfid)) for raw in answer.get("msg_list") or []]
        wanted = {item.id: (item, raw) for raw, item in read if item is not None and item.at >= since}
        rows = [
            {
                "open_kfid": item.open_kfid, "msgid": item.id, "customer": self._customers.digest(item.open_kfid, item.customer),
                "sealed": self._vault.seal_bytes(orjson.dumps(raw)), "pulled_at": now,
            }
            for item, raw in wanted.values()
        ]  # fmt: skip
        async with self._database.begin() as conn:
            if not await store.move_cursor(conn, row.open_kfid, worker=self._worker, old=old, new=new, until=now + seconds("lease_s")):
                raise Overtaken
            added = await store.add_items(conn, rows)
            await store.expect(conn, sorted(set(added)), now)
        PULLED.inc(len(added))
        return len(added)

    def _pause(self, row: Row[Any], error: SendFailed) -> datetime:
        PULLS.labels("refused").inc()
        log.warning("wecom_kf.pull.refused", reason=error.reason[:40])
        pauses = limits()["pauses_s"]
        pause = limits()["refused_s"] if error.reason == _TOO_OFTEN else pauses[min(row.failures, len(pauses) - 1)]
        return self._clock.now() + timedelta(seconds=pause)
