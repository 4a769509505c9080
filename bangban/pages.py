"""The built pages: ``/`` citizen H5, ``/desk/``, ``/editor/``, ``/docs``; assets may be cached for ever, pages never."""

from __future__ import annotations

from pathlib import Path

from sanic import Request, Sanic
from sanic.response import HTTPResponse, file

from common.errors import NotFound
from common.web import operation

_PAGES = {"/": "citizen", "/desk": "desk", "/editor": "desk", "/docs": "docs"}
# Given to Sanic under `cache-control`, as it spells the one that it would otherwise add.
_FOR_EVER = "public, max-age=31536000, immutable"
_SAFE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "X-Frame-Options": "SAMEORIGIN"}


def mount_pages(app: Sanic, web: Path) -> None:
    """Each page is a folder ``web/<name>/dist`` with ``index.html`` and hashed assets beside it."""
    for prefix, name in _PAGES.items():
        _mount(app, prefix, name, web / name / "dist")


def _mount(app: Sanic, prefix: str, name: str, folder: Path) -> None:
    index, label = folder / "index.html", prefix.strip("/") or "citizen"

    @operation(summary=f"The {label} page", auth="public", tag="pages", media="text/html")
    async def page(_: Request) -> HTTPResponse:
        if not index.is_file():
            raise NotFound
        return await file(index, headers={"cache-control": "no-cache", **_SAFE}, mime_type="text/html; charset=utf-8")

    @operation(summary=f"Files of the {label} page", auth="public", tag="pages", media="*/*")
    async def asset(request: Request, path: str) -> HTTPResponse:
        if not path:  # the router takes `/desk/` for a file without a name
            return await page(request)
        wanted = (folder / path).resolve()
        if not wanted.is_relative_to(folder.resolve()) or not wanted.is_file():
            raise NotFound
        return await file(wanted, headers={"cache-control": _FOR_EVER if "/assets/" in f"/{path}" else "no-cache", **_SAFE})

    base = prefix.rstrip("/")
    app.add_route(page, f"{base}/", name=f"page_{label}")
    app.add_route(asset, f"{base}/<path:path>", name=f"asset_{label}")
