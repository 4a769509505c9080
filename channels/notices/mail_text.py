"""A notice as an e-mail: plain and HTML say the same; a visit brings its calendar entry; every mail says how to be rid of its like."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from channels.numbers import read
from channels.scripts import script
from common.clock import local
from services.messages.model import LabelValue

_HERE = Path(__file__).parent
_LANGUAGES = {"hans": "zh-Hans", "hant": "zh-Hant-HK"}


def words() -> dict[str, Any]:
    """``mail.yml``, in the script that is written in just now (:func:`channels.scripts.written`)."""
    return read(_HERE, "mail")


@cache
def _pages() -> Environment:
    return Environment(
        loader=FileSystemLoader(_HERE / "templates"), autoescape=lambda name: bool(name and name.endswith(".html")), undefined=StrictUndefined,
        trim_blocks=False, keep_trailing_newline=True,
    )  # fmt: skip


def page(name: str, **values: Any) -> str:
    return _pages().get_template(name).render(language=_LANGUAGES[script()], **values)


def compose(
    *, sender: tuple[str, str], to: str, key: str, title: str, text: str, now: datetime, rows: Sequence[LabelValue] = (), url: str | None = None,
    leave: str | None = None, why: bool = False, calendar: bytes | None = None,
) -> EmailMessage:  # fmt: skip
    """``sender``: name and address. ``key`` becomes the Message-ID: the same mail sent twice is the same mail to whoever sorts them out.
    ``leave``: where one unsubscribes, by a tap or by one POST (RFC 2369, RFC 8058). ``calendar``: an iCalendar file."""
    name, address = sender
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(name, addr_spec=address)
    mail["To"] = Address(addr_spec=to)
    mail["Subject"] = title
    mail["Date"] = local(now)
    mail["Message-ID"] = f"<{key}@{address.split('@')[1]}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answer to this
    if leave:
        mail["List-Unsubscribe"] = f"<{leave}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    values = {"words": words(), "sender": name, "title": title, "text": text, "rows": rows, "url": url, "leave": leave, "why": why}
    mail.set_content(page("notice.txt", **values), cte="base64")
    mail.add_alternative(page("notice.html", **values), subtype="html", cte="base64")
    if calendar is not None:
        method = "CANCEL" if b"METHOD:CANCEL" in calendar else "PUBLISH"
        mail.add_attachment(
            calendar, maintype="text", subtype="calendar", filename=words()["calendar"], params={"method": method, "charset": "utf-8"}
        )
    return mail
