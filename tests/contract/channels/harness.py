"""What a channel has to bring to be held to the contract: its platform played by a fake, and how one writes and taps there."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Protocol

import httpx
from sanic import Sanic

from bangban.stores.ports import free_port
from channels import callbacks
from channels.base import Channel
from channels.outlets import outlets
from channels.registry import background
from common.ids import new_id
from common.settings import Settings
from common.web import install_errors
from services.deliveries.errors import SendFailed
from tests.fakes.post import Post


@dataclass(frozen=True)
class Call:
    """One call of the platform, below ``/channels``."""

    path: str
    content: bytes = b""
    headers: Mapping[str, str | bytes] = field(default_factory=dict)
    params: dict[str, str] = field(default_factory=dict)
    method: str = "POST"


@dataclass(frozen=True)
class Entry:
    """Something that can be tapped, or said by its number."""

    key: str
    label: str
    number: int | None = None


@dataclass(frozen=True)
class Shown:
    """What the platform shows a citizen: one message of it."""

    text: str
    entries: tuple[Entry, ...] = ()


class Harness(Protocol):
    """One per test. ``services`` has what a channel uses: deliveries, conversations, clock, database, vault, settings."""

    account: str

    async def open(self, services: Any) -> Channel:
        """Starts the fake platform and makes the channel, configured for it; what else the channel asks of ``services`` is added here."""

    async def close(self) -> None:
        """The platform is gone. May be called again."""

    def writes(self, *, user: str, text: str, message_id: str) -> Call:
        """A genuine call by which the platform passes on a citizen's text; made anew each time (fresh nonce, time)."""

    def taps(self, *, user: str, entry: Entry, message_id: str) -> Call | None:
        """A genuine call for a tapped entry; None where nothing can be tapped."""

    def forgeries(self, *, user: str) -> dict[str, Call]:
        """Calls that must be refused, by what is wrong with them: at least a wrong signature, an old one, and a malformed and an oversized
        body; where the platform's scheme allows it, a changed body and a replay of a call (whose first copy the suite does not send)."""

    def acknowledged(self, answer: httpx.Response) -> bool:
        """Whether the platform would be content with this answer."""

    def shown(self, user: str) -> list[Shown]:
        """What the platform was handed for a citizen, in order."""

    def fail(self, failure: type[SendFailed]) -> bool:
        """The platform's next answer to a send means this; False where it has no such answer."""

    secrets: list[str]  # what must never be printed


class Bench:
    """A gateway with one channel on: real stores, a scripted bot, the real callback routes and the real worker."""

    def __init__(self, harness: Harness, name: str, post: Post):
        self.harness, self.name, self.post = harness, name, post
        self.client: httpx.AsyncClient
        self.channel: Channel

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Bench]:
        post = self.post
        services = SimpleNamespace(
            deliveries=post.deliveries, conversations=post.conversations, clock=post.clock, database=post.database, vault=post.vault, settings=Settings(),
        )  # fmt: skip
        self.channel = await self.harness.open(services)
        app = Sanic(new_id("test"), configure_logging=False)
        app.config.TOUCHUP = False  # it rewrites Sanic's own classes, which works once in a process
        app.config.REQUEST_MAX_SIZE = 9 * 1024 * 1024
        install_errors(app)
        app.blueprint(callbacks.blueprint)
        app.ctx.channels, app.ctx.services = {self.channel.name: self.channel}, services
        self._route(app)
        port = free_port()
        server = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False)
        assert server is not None
        await server.startup()
        outgoing = self.post.deliveries.run(outlets({self.channel.name: self.channel}, public_url="https://h5.example"))
        working = [asyncio.create_task(work) for work in (outgoing, *background({self.channel.name: self.channel}))]
        try:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}/channels", trust_env=False, timeout=60) as self.client:
                yield self
        finally:
            for task in working:
                task.cancel()
            await asyncio.gather(*working, return_exceptions=True)
            server.close()
            await server.wait_closed()
            await self.channel.close()
            await self.harness.close()
            Sanic._app_registry.pop(app.name, None)

    def _route(self, app: Sanic) -> None:
        """A channel that the contract has no address for yet is given one."""
        if f"/channels/{self.channel.name}/callback" in {f"/{r.path}" for r in app.router.routes} or self.channel.name == "webhook":
            return
        name = self.channel.name

        async def callback(request: Any) -> Any:
            return await callbacks._passed_on(request, name)

        app.add_route(callback, f"/channels/{name}/callback", methods=["GET", "POST"])

    async def call(self, call: Call) -> httpx.Response:
        return await self.client.request(call.method, call.path, content=call.content, headers=call.headers, params=call.params)

    async def writes(self, text: str, *, user: str = "anna", message_id: str | None = None) -> httpx.Response:
        """Written, and the platform is content."""
        answer = await self.call(self.harness.writes(user=user, text=text, message_id=message_id or new_id("m")))
        assert self.harness.acknowledged(answer), f"{answer.status_code}: {answer.text[:200]}"
        return answer

    def texts(self, user: str = "anna") -> list[str]:
        return [s.text for s in self.harness.shown(user)]

    async def until(self, *said: str, user: str = "anna", seconds: float = 100) -> None:
        """Until what was shown, put together, holds these in this order, each once."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not _in_order(self.texts(user), said):
                    await asyncio.sleep(0.03)
        assert _in_order(self.texts(user), said), self.texts(user)

    async def quiet(self) -> None:
        """Nothing is left to do, and then several looks of the worker."""
        await self.post.quiet(0.6)


def _in_order(texts: list[str], said: tuple[str, ...]) -> bool:
    whole, at = "\n".join(texts), 0
    for words in said:
        found = whole.find(words, at)
        if found < 0 or whole.count(words) != 1:
            return False
        at = found + len(words)
    return True
