"""The built pages are found at the addresses that people type."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from sanic import Sanic

from bangban.pages import mount_pages
from bangban.stores.ports import free_port
from common.ids import new_id
from common.web import install_errors


@pytest.fixture
async def client(tmp_path: Path):
    for name in ("citizen", "desk", "docs"):
        (tmp_path / name / "dist" / "assets").mkdir(parents=True)
        (tmp_path / name / "dist" / "index.html").write_text(f"<title>{name}</title>", encoding="utf-8")
        (tmp_path / name / "dist" / "assets" / "a.js").write_text(f"'{name}'", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("no", encoding="utf-8")
    app = Sanic(new_id("test"), configure_logging=False)
    app.config.TOUCHUP = False  # it rewrites Sanic's own classes, which works once in a process
    install_errors(app)
    mount_pages(app, tmp_path)
    port = free_port()
    server = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False)
    await server.startup()
    await server.before_start()
    await server.after_start()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        yield client
    server.close()
    await server.wait_closed()
    Sanic._app_registry.pop(app.name, None)


@pytest.mark.parametrize(
    ("path", "page"), [("/", "citizen"), ("/desk/", "desk"), ("/desk", "desk"), ("/editor/", "desk"), ("/docs/", "docs"), ("/docs", "docs")]
)
async def test_a_page_answers_with_and_without_its_slash(client: httpx.AsyncClient, path: str, page: str) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.text) == (200, f"<title>{page}</title>")
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(("path", "words"), [("/assets/a.js", "'citizen'"), ("/desk/assets/a.js", "'desk'")])
async def test_hashed_files_are_kept_by_browsers(client: httpx.AsyncClient, path: str, words: str) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.text) == (200, words)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("path", ["/desk/assets/none.js", "/nothing", "/desk/%2e%2e/%2e%2e/secret.txt", "/..%2fsecret.txt"])
async def test_what_is_not_a_page_is_not_found(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404
