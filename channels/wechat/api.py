"""Calls to the platform: the token in the query, UTF-8 JSON, and each error code turned into what a channel does about it."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import httpx
import orjson
import structlog
import yaml

from services.deliveries.errors import Forbidden, Gone, QuotaUsed, Refused, SendFailed, TryLater, WindowClosed

log = structlog.get_logger(__name__)
_UNREACHABLE = "unreachable"
_NO_CONNECTION = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
Answer = dict[str, Any]
_ESCAPED = re.compile(rb"(\\\\)|\\u00[01][0-9a-f]")  # a control character, which only JSON's escapes can write; or a backslash


@cache
def table() -> dict[str, Any]:
    """``errcodes.yml``."""
    return yaml.safe_load(Path(__file__).with_name("errcodes.yml").read_text(encoding="utf-8"))


@cache
def _kinds() -> dict[int, str]:
    return {code: kind for kind, codes in table().items() if isinstance(codes, list) for code in codes}


def kind_of(errcode: int) -> str:
    """What an error code means here; ``ok`` for none."""
    return "ok" if errcode == 0 else _kinds().get(errcode, "unknown")


class TokenSource(Protocol):
    """See :class:`channels.wechat.tokens.Tokens`."""

    async def get(self) -> str: ...

    async def renew(self, bad: str) -> str: ...


class PlatformApi:
    """One account's calls. ``http`` has the platform's base address; nothing of a call's content is logged. ``means``: error codes that mean
    something else to this kind of account (``weixin`` of the table)."""

    def __init__(self, *, http: httpx.AsyncClient, tokens: TokenSource, means: Mapping[int, str] | None = None):
        self._http, self._tokens, self._means = http, tokens, means or {}

    async def call(self, path: str, body: Mapping[str, Any] | None = None, **query: str) -> Answer:
        """POSTs ``body``, or GETs without one; the answer, whose ``errcode`` is nought.

        :raises TryLater, WindowClosed, QuotaUsed, Gone, Refused: by the table of codes.
        """
        answer = decoded(await self._sent(path, body, query))
        return settle(path, answer, self._means)

    async def media(self, path: str, *, most: int, **query: str) -> tuple[str, bytes]:
        """(media type, bytes) of a picture or a recording. :raises Refused: larger than ``most``, or the platform says why not."""
        reply = await self._sent(path, None, query)
        kind = reply.headers.get("content-type", "").split(";")[0].strip()
        if kind in ("application/json", "text/plain"):
            settle(path, decoded(reply), self._means)
        if len(reply.content) > most:
            raise Refused("media_too_large")
        return kind, reply.content

    async def _sent(self, path: str, body: Mapping[str, Any] | None, query: Mapping[str, str]) -> httpx.Response:
        """Sent until the token holds and the platform has time; a refused token is renewed once."""
        token, renewed, reply = await _held(self._tokens.get()), False, None
        for attempt in range(1, table()["tries"] + 1):
            reply = await request(self._http, path, body, {**query, "access_token": token})
            kind = kind_of(errcode_in(reply))
            if kind == "token" and not renewed:
                log.info("wechat.token.refused", path=path)
                token, renewed = await _held(self._tokens.renew(token)), True
                reply = await request(self._http, path, body, {**query, "access_token": token})
                kind = kind_of(errcode_in(reply))
            if kind != "busy":
                break
            await asyncio.sleep(table()["pause_s"] * attempt)
        assert reply is not None
        return reply


async def _held(token: Awaitable[str]) -> str:
    """:raises TryLater: never that the platform was "unreachable": without a token nothing of the call itself has been sent."""
    try:
        return await token
    except TryLater as error:
        raise TryLater("no_token" if error.reason == _UNREACHABLE else error.reason, after_s=error.after_s) from error


async def request(http: httpx.AsyncClient, path: str, body: Mapping[str, Any] | None, query: Mapping[str, str]) -> httpx.Response:
    """One HTTP call. :raises TryLater: the platform is not reached, or is ill."""
    try:
        if body is None:
            reply = await http.get(path, params=query)
        else:
            headers = {"content-type": "application/json; charset=utf-8"}
            reply = await http.post(path, params=query, content=_written(body), headers=headers)
    except httpx.HTTPError as error:
        log.warning("wechat.unreachable", path=path, error=type(error).__name__)
        raise TryLater(_UNREACHABLE, after_s=table()["waits_s"]["unreachable"]) from error
    if reply.status_code >= 500 or reply.status_code == 429:
        log.warning("wechat.unreachable", path=path, status=reply.status_code)
        raise TryLater(_UNREACHABLE, after_s=table()["waits_s"]["unreachable"])
    return reply


def unsure(error: SendFailed) -> bool:
    """Whether nobody knows if the platform did what it was asked. Not so without a connection, or without a token to begin with."""
    return isinstance(error, TryLater) and error.reason == _UNREACHABLE and not isinstance(error.__cause__, _NO_CONNECTION)


def not_soon(error: SendFailed) -> bool:
    """Whether nothing was done and nothing will be for a while: the day's calls are used up, or an operator has to mend something."""
    return isinstance(error, Forbidden) or (error.reason.isdigit() and kind_of(int(error.reason)) in ("used_up", "forbidden"))


def _written(body: Mapping[str, Any]) -> bytes:
    """Without control characters: the platform refuses escapes (40033), and nobody can see them."""
    return _ESCAPED.sub(rb"\1", orjson.dumps(body))


def _read(content: bytes) -> Any:
    """JSON as the platform writes it: what citizens sent may hold control characters as they are, and halves of characters. None: no JSON."""
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        pass
    try:
        lenient = json.loads(content.decode("utf-8", "replace"), strict=False)
        return orjson.loads(json.dumps(lenient, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None


def decoded(reply: httpx.Response) -> Answer:
    """The JSON object of an answer. :raises TryLater: something else, such as a proxy's page."""
    answer = _read(reply.content)
    if not isinstance(answer, dict):
        raise TryLater(_UNREACHABLE, after_s=table()["waits_s"]["unreachable"])
    return answer


def errcode_in(reply: httpx.Response) -> int:
    """0 for success, for bytes, and for what is no JSON at all (found out later)."""
    if reply.content[:1] != b"{":
        return 0
    found = _read(reply.content)
    code = found.get("errcode", 0) if isinstance(found, dict) else 0
    return code if isinstance(code, int) else 0


def settle(path: str, answer: Answer, means: Mapping[int, str] | None = None) -> Answer:
    """The answer of a call that worked, or as good as; otherwise the error that says what to do."""
    code = answer.get("errcode", 0)
    kind = (means or {}).get(code) or kind_of(code)
    if kind in ("ok", "done", "ignore"):
        return answer
    if kind in ("token", "forbidden", "bug", "unknown", "used_up"):
        log.error("wechat.refused", path=path, errcode=code, kind=kind)  # these want a person; the text of an error may quote what was sent
    raise _failure(kind, str(code))


def _failure(kind: str, code: str) -> SendFailed:
    waits = table()["waits_s"]
    match kind:
        case "closed" | "state":
            return WindowClosed(code)
        case "quota":
            return QuotaUsed(code)
        case "gone":
            return Gone(code)
        case "busy" | "slow" | "used_up":
            return TryLater(code, after_s=waits[kind])
        case "token":  # ours to mend: what is said meanwhile is kept
            return TryLater(code, after_s=waits["slow"])
        case "forbidden":  # likewise
            return Forbidden(code, after_s=waits["slow"])
    return Refused(code)
