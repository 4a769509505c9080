"""A process of its own that books for many citizens at once. Reads one job a line, answers one line; ends with its input.

Job: ``{"url", "locked": bool, "calls": [[method, {keyword arguments}], …]}``. Answer: a list of appointment ids or error codes.
"""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from common.clock import FixedClock
from common.database import Database
from common.errors import BangbanError
from services.appointments.adapters.local import LocalProvider
from services.appointments.adapters.local.store import Store
from services.appointments.policy import shipped_policy
from services.appointments.tables import slot


class UnlockedStore(Store):
    """What many booking systems do: look whether there is room, then book. The control for the tests beside this file."""

    async def lock_slots(self, c: Any, slot_ids: Any) -> None:
        await c.execute(insert(slot).on_conflict_do_nothing(), [{"id": i} for i in slot_ids])


async def work(job: dict[str, Any]) -> list[str]:
    database = Database(job["url"], pool_size=24)
    clock = FixedClock(datetime.fromisoformat(job["now"]))
    # Waits as long as it takes: a slow machine would else turn some away as busy, which is right but not what is counted here.
    patient = shipped_policy().model_copy(update={"lock_timeout_ms": 60_000})
    provider = LocalProvider(database=database, clock=clock, policy=patient, store=Store() if job["locked"] else UnlockedStore())

    async def call(method: str, arguments: dict[str, Any]) -> str:
        try:
            return (await getattr(provider, method)(**arguments)).id
        except BangbanError as error:
            return error.code

    async def warm() -> None:
        await provider.active(person_id="ct_nobody")

    try:
        await asyncio.gather(*(warm() for _ in range(12)))  # connections are open before the race begins
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        return list(await asyncio.gather(*(call(*c) for c in job["calls"])))
    finally:
        await database.close()


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(asyncio.run(work(json.loads(line)))), flush=True)
