"""Door of the notices: what citizens are told of their own accord, what they wish to be told, and that each is told once.

In: ``causes`` are hooked to the services whose changes are told, and write into the outbox in the same transaction. Out: the worker ``run``
hands what is due to the ways that the process has (:class:`~services.notices.ports.Notifier`). ``docs/howto/connect-sms-and-mail.md``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time, timedelta

from common.clock import Clock
from common.database import Database
from common.signing import Signer
from common.vault import Vault
from knowledge.schema.hall import Hall
from knowledge.schema.hall_library import shipped_halls
from services.deliveries.service import Stops
from services.notices import store
from services.notices.causes import Causes
from services.notices.errors import LinkInvalid
from services.notices.mailboxes import Mailbox, Mailboxes
from services.notices.model import KINDS, TOPICS, Kind, Notice, State, Topic, Waiting, Wishes
from services.notices.outbox import Outbox
from services.notices.ports import Gone, Notifier, Refused, TryLater
from services.notices.quiet import QuietHours
from services.notices.reminding import Reminding, VisitBook
from services.notices.scripts import Script, Scripts
from services.notices.sending import Sending
from services.notices.wishes import WishBook, in_order
from services.notices.wording import Said, label_of_way, said, title_of, words
from services.notices.worker import Worker

__all__ = [
    "KINDS", "TOPICS", "Gone", "Kind", "Mailbox", "Mailboxes", "Notice", "Notices", "Notifier", "QuietHours", "Refused", "Said", "Script",
    "Scripts", "State", "Topic", "TryLater", "Waiting", "WishBook", "Wishes", "in_order", "label_of_way", "said", "title_of", "words",
]  # fmt: skip
_UNSUBSCRIBE = "notices.unsubscribe"


class Notices:
    """One per process. ``visits``: our own booking platform; None where a city's reminds its visitors itself."""

    def __init__(
        self, *, database: Database, clock: Clock, vault: Vault, signer: Signer, visits: VisitBook | None = None, stops: Stops | None = None,
        halls: Mapping[str, Hall] | None = None, quiet: str = "21:00-08:00", remind_at: str = "10:00",
        order: Sequence[str] = ("miniprogram", "wechat_oa", "sms"), worker: str = "gateway-0", look_s: float = 5.0, at_once: int = 16,
        patience_s: float = 30.0, scripts: Scripts | None = None,
    ):  # fmt: skip
        self._database, self._clock, self._signer = database, clock, signer
        shared = {"database": database, "clock": clock}
        hours = QuietHours.parse(quiet)
        self.order = tuple(order)
        self.outbox = Outbox(**shared, vault=vault, quiet=hours)
        self.causes = Causes(outbox=self.outbox, clock=clock, halls=shipped_halls() if halls is None else halls)
        self.wishes = WishBook(**shared)
        self.mailboxes = Mailboxes(**shared, vault=vault, signer=signer)
        self._reminding = Reminding(**shared, visits=visits, causes=self.causes, at=time.fromisoformat(remind_at)) if visits else None
        self._scripts = scripts
        sending = Sending(
            **shared, outbox=self.outbox, wishes=self.wishes, quiet=hours, order=self.order, patience_s=patience_s, scripts=scripts
        )  # fmt: skip
        self.worker = Worker(**shared, sending=sending, stops=stops, worker=worker, look_s=look_s, at_once=at_once)

    async def run(self, ways: Mapping[str, Notifier]) -> None:
        """For ever: hands what is due to the ways. Without any, what is due is settled as going nowhere."""
        await self.worker.run(ways)

    async def remind(self) -> int:
        """The reminders of tomorrow's visits; a job of the upkeep."""
        return await self._reminding.remind() if self._reminding else 0

    async def script_of(self, *, person_id: str) -> Script:
        """Which characters he reads."""
        return await self._scripts.of(person_id=person_id) if self._scripts else "hans"

    async def undelivered(self, *, way: str, reference: str, why: str, off: bool = False) -> None:
        """The platform took a notice under ``reference`` and says now that it did not arrive (``why``: a word, no address): another way tells
        him. ``off``: he wants nothing through this way, and is not tried there any more. Said twice, or before our own note of its yes, is
        the same; about what is not ours, nothing."""
        now, reference, why = self._clock.now(), reference[:100], f"undelivered {why[:40]}"
        async with self._database.begin() as conn:
            await store.lock_reference(conn, way, reference)
            await store.add_report(conn, way=way, reference=reference, why=why, off=off, at=now)
            whose = await store.person_told(conn, way, reference)
            await store.reopen(conn, way=way, reference=reference, why=why, now=now)
        if off and whose is not None:
            await self.wishes.unsubscribe(person_id=whose, way=way)
        self.worker.wake()

    # — links in mails —

    def unsubscribe_key(self, *, mailbox_id: str, topic: Topic) -> str:
        """Signs the link by which whoever has the mail, and nobody else, switches this off."""
        return self._signer.sign(purpose=_UNSUBSCRIBE, id=f"{mailbox_id}:{topic}")

    def check_link(self, *, mailbox_id: str, topic: Topic, key: str) -> None:
        """:raises LinkInvalid:"""
        if not self._signer.verify(purpose=_UNSUBSCRIBE, id=f"{mailbox_id}:{topic}", key=key):
            raise LinkInvalid

    async def unsubscribe(self, *, mailbox_id: str, topic: Topic, key: str) -> None:
        """Mail about this topic is switched off; again is no error, nor is a mailbox that is gone. :raises LinkInvalid:"""
        self.check_link(mailbox_id=mailbox_id, topic=topic, key=key)
        person_id = await self.mailboxes.owner(mailbox_id=mailbox_id)
        if person_id is not None:
            await self.wishes.unsubscribe(person_id=person_id, way="email", topic=topic)

    # — keeping and forgetting —

    async def forget(self, *, keep: timedelta) -> int:
        """What was settled so long ago."""
        return await self.outbox.forget_settled(keep=keep)

    async def erase(self, *, person_id: str) -> None:
        """Forgets what a person was told, what he wishes and where his mail goes."""
        async with self._database.begin() as conn:
            await store.forget_person(conn, person_id)
