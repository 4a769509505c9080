"""Notices by e-mail, through a mail server that takes them (SMTP submission, RFC 6409). Only to addresses that their owners confirmed."""

from __future__ import annotations

import contextlib
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from typing import Literal
from urllib.parse import urlencode

import aiosmtplib
import structlog
from aiosmtplib import SMTPAuthenticationError, SMTPException, SMTPRecipientRefused, SMTPRecipientsRefused, SMTPResponseException

from channels.base import Channel, Finding
from channels.notices import mail_text
from channels.scripts import written
from common.clock import Clock
from common.errors import BangbanError
from common.ids import new_id
from common.settings import Settings
from services.appointments.service import AppointmentService
from services.bootstrap import Services
from services.notices.ports import Gone, Refused, TryLater
from services.notices.service import Kind, Notice, Notices, said

log = structlog.get_logger(__name__)
_TIMEOUT_S = 20.0
# RFC 3463: 5.1.1 bad mailbox, 5.1.2 bad system, 5.1.6 moved away, 5.1.10 null MX, 5.2.1 mailbox disabled.
_NOBODY = re.compile(r"\b5\.(?:1\.(?:1|2|6|10)|2\.1)\b")


@dataclass(frozen=True)
class Server:
    """Where mail is handed in. ``certificates``: whom to trust; the system's when None."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    user: str | None = None
    password: str | None = None
    certificates: ssl.SSLContext | None = None
    timeout_s: float = _TIMEOUT_S

    def client(self) -> aiosmtplib.SMTP:
        return aiosmtplib.SMTP(
            hostname=self.host, port=self.port, timeout=self.timeout_s, use_tls=self.security == "tls", start_tls=self.security == "starttls",
            username=self.user, password=self.password, tls_context=self.certificates,
        )  # fmt: skip


class Mail:
    name = "email"

    def __init__(
        self, *, server: Server, sender: tuple[str, str], notices: Notices, appointments: AppointmentService, clock: Clock, public_url: str | None
    ):
        self._server, self._sender, self._notices, self._appointments = server, sender, notices, appointments
        self._clock, self._public_url = clock, (public_url or "").rstrip("/")

    async def can_reach(self, *, person_id: str, kind: Kind) -> bool:
        return (await self._notices.mailboxes.of(person_id=person_id)).address is not None

    async def send(self, *, notice: Notice, key: str) -> str | None:
        """:raises TryLater, Refused, Gone:"""
        box = await self._notices.mailboxes.of(person_id=notice.person_id)
        if box.address is None or box.id is None:
            raise Gone("no address")
        words, entry = said(notice), await self._entry(notice)
        with written(notice.script):
            mail = mail_text.compose(
                sender=self._sender, to=box.address, key=key, title=words.title, text=words.text, rows=words.rows, now=self._clock.now(), why=True,
                url=f"{self._public_url}{words.page}" if self._public_url else None, leave=self._leave(box.id, notice), calendar=entry,
            )  # fmt: skip
        try:
            await self._hand(mail)
        except Gone:
            await self._notices.mailboxes.lost(person_id=notice.person_id, address=box.address)
            raise
        return str(mail["Message-ID"])

    async def send_code(self, address: str, code: str) -> None:
        """The code that proves an address, at once, in the script that is written in just now. :raises TryLater, Refused, Gone:"""
        words, minutes = mail_text.words()["code"], int(self._notices.mailboxes.valid / timedelta(minutes=1))
        text = words["text"].format(code=code, minutes=minutes)
        key = new_id("mc").removeprefix("mc_")
        await self._hand(mail_text.compose(sender=self._sender, to=address, key=key, title=words["title"], text=text, now=self._clock.now()))

    async def shown(self, *, person_id: str) -> str | None:
        address = (await self._notices.mailboxes.of(person_id=person_id)).address
        return for_his_eyes(address) if address else None

    async def check(self) -> list[Finding]:
        """For an operator: whether the server is reached, protected as asked, and lets us in. Nothing is sent."""
        secure = self._server.security != "none"
        found = [Finding("email: protection", secure, self._server.security if secure else "the connection is not protected")]
        try:
            async with self._server.client() as client:
                await client.noop()
        except (SMTPException, OSError) as error:
            return [*found, Finding("email: reachable", False, f"the mail server: {_word(error)}")]
        return [*found, Finding("email: reachable", True, "the mail server lets us in")]

    async def close(self) -> None:
        """Nothing is kept open."""

    def _leave(self, mailbox_id: str, notice: Notice) -> str | None:
        if not self._public_url:
            return None
        key = self._notices.unsubscribe_key(mailbox_id=mailbox_id, topic=notice.topic)
        return f"{self._public_url}/api/notices/unsubscribe?{urlencode({'mailbox': mailbox_id, 'topic': notice.topic, 'key': key})}"

    async def _entry(self, notice: Notice) -> bytes | None:
        """As the visit stands now; a mail without it is better than none."""
        if notice.topic != "appointment":
            return None
        try:
            return self._appointments.calendar_entry(await self._appointments.get(appointment_id=notice.subject))
        except BangbanError:
            return None

    async def _hand(self, mail: EmailMessage) -> None:
        client = self._server.client()
        try:
            await client.connect()
            await client.send_message(mail)
        except (SMTPException, OSError) as error:
            raise _failure(error) from None  # its words and its cause name the address
        finally:
            with contextlib.suppress(SMTPException, OSError):  # the mail is handed in, or not, whatever becomes of the good-bye
                await client.quit()


def _failure(error: Exception) -> TryLater | Refused | Gone:
    """What a 5xx means depends on what it answers; whatever is no answer at all may pass."""
    if isinstance(error, SMTPRecipientsRefused) and error.recipients:
        error = error.recipients[0]
    word = _word(error)
    if not isinstance(error, SMTPResponseException) or error.code < 500 or isinstance(error, SMTPAuthenticationError):
        if isinstance(error, SMTPAuthenticationError):
            log.error("mail.server.refused_us", reason=word)
        return TryLater(word)
    return Gone(word) if isinstance(error, SMTPRecipientRefused) and _nobody_there(error) else Refused(word)


def _nobody_there(error: SMTPRecipientRefused) -> bool:
    """By its enhanced code, or by a bare 550 where there is none."""
    return bool(_NOBODY.search(error.message)) or (error.code == 550 and not re.search(r"\b5\.\d", error.message))


def _word(error: Exception) -> str:
    return str(error.code) if isinstance(error, SMTPResponseException) else type(error).__name__


def for_his_eyes(address: str) -> str:
    """``z***@example.com``."""
    name, domain = address.rsplit("@", 1)
    return f"{name[0]}***@{domain}"


def make(config: Settings, services: Services, _: Mapping[str, Channel]) -> Mail | None:
    """Off without a server. :raises ValueError: half of the settings."""
    if config.mail_host is None:
        return None
    if config.mail_from is None:
        raise ValueError("BANGBAN_MAIL_HOST is set, so BANGBAN_MAIL_FROM has to be")
    if (config.mail_user is None) != (config.mail_password is None):
        raise ValueError("BANGBAN_MAIL_USER and BANGBAN_MAIL_PASSWORD are set together, or not at all")
    server = Server(
        host=config.mail_host, port=config.mail_port, security=config.mail_security, user=config.mail_user,
        password=config.mail_password.get_secret_value() if config.mail_password else None,
    )  # fmt: skip
    return Mail(
        server=server, sender=(config.mail_name or mail_text.words()["sender"], config.mail_from), notices=services.notices,
        appointments=services.appointments, clock=services.clock, public_url=config.public_url,
    )  # fmt: skip
