"""Notices by SMS, through whatever provider stands behind one signed address (``docs/howto/connect-sms-and-mail.md``).

Operators and providers in China let only approved texts through: a signature (签名) and templates with variables. So what goes out is the
template's id and its variables; the provider's bridge knows nothing else of the notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx
import orjson
import structlog
from prometheus_client import Counter

from channels.base import Channel, Finding
from channels.notices import sms_text
from channels.notices.phones import Phones, for_his_eyes
from channels.scripts import written
from channels.webhook.signing import signed
from common.clock import Clock
from common.settings import Settings
from services.bootstrap import Services
from services.notices.ports import Gone, Refused, SendFailed, TryLater
from services.notices.service import KINDS, Kind, Notice, WishBook, said

log = structlog.get_logger(__name__)
SEGMENTS = Counter("bangban_sms_segments", "Messages as a provider counts them", ["kind"])
HANT = ".hant"  # behind the kind: the template in traditional characters
_TIMEOUT_S = 10.0
_LONGEST_S = 3600.0
# What a provider says of one message; all else in an answer of 4xx is a mistake of set-up, which somebody mends.
_OF_THE_NUMBER = {"number_invalid", "number_gone"}
_OF_THE_MESSAGE = {"blocked", "unsubscribed", "template", "sign", "params", "content", "region"}


class Sms:
    name = "sms"

    def __init__(
        self,
        *,
        url: str,
        secret: str,
        sign: str,
        templates: Mapping[str, str],
        phones: Phones,
        wishes: WishBook,
        clock: Clock,
        timeout_s: float = _TIMEOUT_S,
    ):
        self._url, self._secret, self._sign, self._templates = url, secret, sign, templates
        self._phones, self._wishes, self._clock = phones, wishes, clock
        self._http = httpx.AsyncClient(timeout=timeout_s, follow_redirects=False, trust_env=False)

    async def can_reach(self, *, person_id: str, kind: Kind) -> bool:
        return kind in self._templates and await self._phones.of(person_id=person_id) is not None

    async def send(self, *, notice: Notice, key: str) -> str | None:
        """:raises TryLater, Refused, Gone:"""
        phone = await self._phones.of(person_id=notice.person_id)
        if phone is None:
            raise Gone("no number")
        if notice.kind not in self._templates:
            raise Refused("no template")
        template, notice = self._template(notice)
        with written(notice.script):
            text = sms_text.compose(kind=notice.kind, facts=said(notice).facts, sign=self._sign)
        body = {"id": key, "phone": phone, "sign": self._sign, "template": template, "params": text.params}
        try:
            answer = await self._post(body)
        except Refused as refused:
            if refused.reason == "unsubscribed":  # he answered an SMS with 退订: the provider knows, and from now on we do
                await self._wishes.unsubscribe(person_id=notice.person_id, way=self.name)
            raise
        SEGMENTS.labels(notice.kind).inc(text.segments)
        reference = answer.get("id")
        return reference if isinstance(reference, str) else None

    def _template(self, notice: Notice) -> tuple[str, Notice]:
        """What is approved goes out: without a template in traditional characters the whole of it is in simplified ones."""
        own = self._templates.get(f"{notice.kind}{HANT}") if notice.script == "hant" else None
        return (own, notice) if own else (self._templates[notice.kind], replace(notice, script="hans"))

    async def shown(self, *, person_id: str) -> str | None:
        number = await self._phones.of(person_id=person_id)
        return for_his_eyes(number) if number else None

    async def check(self) -> list[Finding]:
        """For an operator: templates that are missing or would be refused, and whether the provider answers a signed ping."""
        missing = [kind for kind in KINDS if kind not in self._templates]
        faults = sms_text.faults()
        found = [
            Finding("sms: templates", not faults, "; ".join(faults) or f"not sent for want of a template: {', '.join(missing) or 'none'}"),
        ]  # fmt: skip
        try:
            await self._post({"type": "ping"})
        except SendFailed as failure:
            return [*found, Finding("sms: reachable", False, f"its address answered a ping with {failure.reason}")]
        return [*found, Finding("sms: reachable", True, "its address answered a signed ping")]

    async def close(self) -> None:
        await self._http.aclose()

    async def _post(self, content: dict[str, Any]) -> dict[str, Any]:
        body = orjson.dumps(content)
        headers = {"Content-Type": "application/json", **signed(secret=self._secret, body=body, now=self._clock.now())}
        try:
            answer = await self._http.post(self._url, content=body, headers=headers)
        except httpx.HTTPError as error:
            raise TryLater(type(error).__name__) from error
        return _settled(answer)


def _settled(answer: httpx.Response) -> dict[str, Any]:
    """Any 2xx is a yes, also for an ``id`` it was given before. :raises TryLater, Refused, Gone:"""
    try:
        content = orjson.loads(answer.content or b"{}")
    except orjson.JSONDecodeError:
        content = {}
    content = content if isinstance(content, dict) else {}
    if answer.is_success:
        return content
    word = str(content.get("error", ""))
    if answer.status_code == 422 and word in _OF_THE_NUMBER:
        raise Gone(word)
    if answer.status_code == 422 and word in _OF_THE_MESSAGE:
        raise Refused(word)
    if answer.status_code not in (429, 500, 502, 503, 504):
        log.warning("sms.provider.refused", status=answer.status_code)
    raise TryLater(str(answer.status_code), after_s=_wait(answer.headers.get("Retry-After", "")))


def _wait(said: str) -> float:
    return min(_LONGEST_S, float(said)) if said.isascii() and said.isdigit() else 0.0


def make(config: Settings, services: Services, _: Mapping[str, Channel]) -> Sms | None:
    """Off without an address. :raises ValueError: half of the settings, or a template for no kind of notice."""
    if config.sms_url is None:
        return None
    if config.sms_secret is None or config.sms_sign is None or not config.sms_templates:
        raise ValueError("BANGBAN_SMS_URL is set, so BANGBAN_SMS_SECRET, BANGBAN_SMS_SIGN and BANGBAN_SMS_TEMPLATES have to be")
    if len(config.sms_secret.get_secret_value()) < 32:
        raise ValueError("BANGBAN_SMS_SECRET has at least 32 characters")
    if unknown := {name.removesuffix(HANT) for name in config.sms_templates} - set(KINDS):
        raise ValueError(f"BANGBAN_SMS_TEMPLATES names kinds that there are not: {', '.join(sorted(unknown))}")
    return Sms(
        url=config.sms_url, secret=config.sms_secret.get_secret_value(), sign=config.sms_sign.strip("【】"), clock=services.clock,
        templates=dict(config.sms_templates),
        phones=Phones(citizens=services.citizens, contacts=services.contacts), wishes=services.notices.wishes,
    )  # fmt: skip
