"""The editors' API on real stores, with three published guides and the tests' encoder; indexes are built without training."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from pydantic import SecretStr
from sanic import Sanic

from bangban.stores.ports import free_port
from common.clock import FixedClock
from common.database import Database
from common.ids import new_id
from common.settings import Settings
from common.signing import Signer
from common.web import install_errors
from desk import blueprints
from knowledge.evaluation import replay
from knowledge.index import opening
from knowledge.index.build import build_index
from knowledge.index.encoder import FakeEncoder
from knowledge.index.files import IndexFolder
from knowledge.index.fingerprint import index_fingerprint
from knowledge.index.vector_cache import VectorCache
from knowledge.service import Knowledge
from knowledge.workflow.shipping import load_shipped
from services.audit.service import Audit
from services.editing.service import Editing
from services.staff.passwords import Passwords
from services.staff.service import StaffService
from tests.fakes.guides import three

PASSWORD = "a long password"


class Office:
    """``ed``, ``rv``, ``ad``, ``ag``: HTTP clients of an editor, a reviewer, an administrator, an agent; ``other_process`` another worker."""

    def __init__(self, *, database: Database, clock: FixedClock, config: Settings):
        base: dict[str, Any] = {"database": database, "clock": clock}
        self.database, self.clock, self.config = database, clock, config
        self.audit = Audit(**base, signer=Signer(["k"]))
        self.staff = StaffService(**base, audit=self.audit, passwords=Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)))
        self.knowledge = Knowledge(config)
        self.editing = Editing(**base, audit=self.audit, knowledge=self.knowledge)
        self.clients: dict[str, httpx.AsyncClient] = {}
        self.more: list[Knowledge] = []

    async def sign_in(self, port: int) -> None:
        await self.staff.seed_demo(password=PASSWORD)
        for short, name in {"ed": "editor1", "rv": "reviewer1", "ad": "admin1", "ag": "agent1"}.items():
            token = (await self.staff.login(username=name, password=PASSWORD)).token
            headers = {"Authorization": f"Bearer {token}"}
            self.clients[short] = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}/api/editor", headers=headers, trust_env=False, timeout=30)
        self.nobody = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}/api/editor", trust_env=False, timeout=30)

    def __getattr__(self, name: str) -> httpx.AsyncClient:
        return self.__dict__["clients"][name]

    async def other_process(self) -> Knowledge:
        opened = Knowledge(self.config)
        self.more.append(opened)
        await opened.start(self.database, load=False)
        await opened.ready()
        return opened

    async def approved(self, document: dict[str, Any]) -> str:
        """A draft on its way up to approval."""
        page = await self.ed.get(f"/guides/{document['id']}")
        if page.status_code == 404:
            assert (await self.ed.post("/guides", json={"document": document})).status_code == 201
        else:
            body = {"base_revision": page.json()["base_revision"], "document": document}
            assert (await self.ed.put(f"/guides/{document['id']}/draft", json=body)).status_code == 200
        assert (await self.ed.post(f"/guides/{document['id']}/submit")).status_code == 200
        assert (await self.rv.post(f"/guides/{document['id']}/review", json={"approve": True, "comment": "可以"})).status_code == 200
        return document["id"]

    def best(self, question: str, knowledge: Knowledge | None = None) -> str:
        return (knowledge or self.knowledge).search(question).results[0].guide_id

    async def actions(self) -> list[str]:
        return [e.action for e in reversed(await self.audit.entries()) if e.action.startswith("guide.")]

    async def close(self) -> None:
        for client in [*self.clients.values(), self.nobody]:
            await client.aclose()
        for opened in [*self.more, self.knowledge]:
            await opened.close()


def _builder(database: Database) -> Callable[[Settings], Any]:
    async def build(config: Settings) -> None:
        guides = three()
        fingerprint = index_fingerprint(guides, encoder="fake")
        folder = IndexFolder.of_home(config.home)
        folder.save(build_index(guides, fingerprint=fingerprint, encoder="fake", cache=VectorCache(folder.path, FakeEncoder()), questions=[]))

    return build


@pytest.fixture
async def office(
    database: Database, fresh_database_url: str, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Office]:
    monkeypatch.setattr(opening, "build_apart", _builder(database))
    monkeypatch.setattr(opening, "read_questions", list)
    monkeypatch.setattr(replay, "_questions", tuple)
    monkeypatch.setattr(replay, "_sample", tuple)
    config = Settings(home=tmp_path, encoder="fake", database_url=fresh_database_url, secret_key=SecretStr("test"))
    made = Office(database=database, clock=clock, config=config)
    await load_shipped(database, [p.guide for p in three()])
    await made.knowledge.start(database, load=False)
    await made.knowledge.ready()
    app = Sanic(new_id("test"), configure_logging=False)
    app.config.TOUCHUP = False  # it rewrites Sanic's own classes, which works once in a process
    install_errors(app)
    app.blueprint(blueprints)
    app.ctx.services = SimpleNamespace(clock=clock, staff=made.staff, audit=made.audit, editing=made.editing, knowledge=made.knowledge)
    # Agents touch their presence when they call; nobody is present here.
    app.ctx.services.handoff = SimpleNamespace(presence=SimpleNamespace(touch=_nothing))
    port = free_port()
    server = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False)
    await server.startup()
    await server.before_start()
    await server.after_start()
    await made.sign_in(port)
    yield made
    await made.close()
    server.close()
    await server.wait_closed()
    Sanic._app_registry.pop(app.name, None)


async def _nothing(_: str) -> None:
    return None
