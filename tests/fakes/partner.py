"""Another system that has plugged in: a telephone desk that signs and repeats its requests, and takes our pushes on a server of its own, where
the weather is bad. It speaks by the example of the guide (``docs/examples/phone_desk.py``) and by nothing of ours."""

from __future__ import annotations

import asyncio
import hmac
import importlib.util
import json
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal

from sanic import Request, Sanic
from sanic.response import HTTPResponse, empty

from bangban.stores.ports import free_port
from common.ids import new_id
from common.settings import ROOT

EXAMPLE = ROOT / "docs" / "examples" / "phone_desk.py"
NAME, SECRET = "hotline", "a secret of thirty-two characters or more"
Fault = Literal["500", "lost", "slow"]  # refused; taken, and the answer lost; taken, and answered when nobody waits any more
_SLOW_S = 15.0


def example() -> Any:
    """The example of the guide as a module."""
    spec = importlib.util.spec_from_file_location("phone_desk", EXAMPLE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass(frozen=True)
class Heard:
    """One push as it was taken: what is read aloud, and what may be chosen of it."""

    text: str
    labels: tuple[str, ...] = ()


class Partner:
    """``heard``: of each user, in the order in which pushes were first taken. ``faults``: what becomes of the next pushes. ``tries`` counts
    pushes by their id; ``strange`` are requests that we cannot have signed."""

    def __init__(self, *, style: str = "voice"):
        self.heard: dict[str, list[Heard]] = {}
        self.faults: list[Fault] = []
        self.tries: Counter[str] = Counter()
        self.strange: list[bytes] = []
        self._style, self._taken = style, set[str]()

    @property
    def settings(self) -> dict[str, str]:
        """The environment of a product that it is plugged into."""
        return {"BANGBAN_WEBHOOK_CLIENTS": json.dumps({NAME: {"secrets": [SECRET], "style": self._style, "push_url": self.url}})}

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Partner]:
        app, port = Sanic(new_id("partner"), configure_logging=False), free_port()
        app.config.TOUCHUP, app.config.RESPONSE_TIMEOUT = False, 600
        app.add_route(self._told, "/told", methods=["POST"])
        server: Any = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False)
        await server.startup()
        self.url = f"http://127.0.0.1:{port}/told"
        try:
            yield self
        finally:
            server.close()
            await server.wait_closed()
            Sanic._app_registry.pop(app.name, None)

    def plugged_into(self, base: str) -> None:
        self.desk = example().Desk(base, NAME, SECRET)

    async def calls(self, **body: Any) -> list[dict[str, Any]]:
        """The same call twice at once, as after a time-out; both answers."""
        body = {"id": secrets.token_hex(12), **body}
        return list(await asyncio.gather(*(asyncio.to_thread(self.desk.call, **body) for _ in range(2))))

    async def _told(self, request: Request) -> HTTPResponse:
        timestamp, nonce, given = (request.headers.get(f"X-Bangban-{name}", "") for name in ("Timestamp", "Nonce", "Signature"))
        if not hmac.compare_digest(self.desk._signature(timestamp, nonce, request.body), given):
            self.strange.append(request.body)
            return empty(401)
        push = request.json
        self.tries[push["id"]] += 1
        fault = self.faults.pop(0) if self.faults and push["id"] not in self._taken else None
        if fault == "500":
            return empty(500)
        if push["id"] not in self._taken:
            self._taken.add(push["id"])
            labels = tuple(choice["label"] for choice in push["choices"])
            self.heard.setdefault(push["user"], []).extend(Heard(text, labels) for text in push["texts"])
        if fault == "slow":
            await asyncio.sleep(_SLOW_S)
        if fault == "lost":
            assert request.transport is not None
            request.transport.abort()
        return empty()


class Caller:
    """Somebody on the telephone of the partner; all he has is his ears and his voice."""

    def __init__(self, partner: Partner, user: str, *, numerals: Callable[[int], str], patient_s: float):
        self._partner, self.user, self._numerals, self._patient_s = partner, user, numerals, patient_s

    @property
    def heard(self) -> list[Heard]:
        return self._partner.heard.get(self.user, [])

    async def says(self, words: str, *expected: str) -> None:
        """Every request comes twice and is one message; then he hears, in this order or another, what is expected."""
        before = len(self.heard)
        answers = await self._partner.calls(type="message", user=self.user, text=words)
        assert all(answer["accepted"] for answer in answers) and sum(not answer["duplicate"] for answer in answers) <= 1
        for text in expected:
            await self.hears(text, after=before)

    async def hears(self, text: str, *, after: int) -> Heard:
        return await self.until(lambda heard: text in heard.text, after=after, what=text)

    async def until(self, wanted: Callable[[Heard], bool], *, after: int, what: str = "that") -> Heard:
        try:
            async with asyncio.timeout(self._patient_s):
                while (found := next((heard for heard in self.heard[after:] if wanted(heard)), None)) is None:
                    await asyncio.sleep(0.1)
                return found
        except TimeoutError:
            raise AssertionError(f"never heard {what!r}\n{self}") from None

    async def chooses(self, label: str, *expected: str) -> None:
        """By its place in what was read: "第二个"."""
        await self.until(lambda heard: any(label in name for name in heard.labels), after=0, what=label)
        offered = next(heard for heard in reversed(self.heard) if any(label in name for name in heard.labels))
        place = next(k for k, name in enumerate(offered.labels, 1) if label in name)
        await self.says(self._numerals(place), *expected)

    def __str__(self) -> str:
        return "\n".join(f"{self.user} heard: {heard.text}" for heard in self.heard)
