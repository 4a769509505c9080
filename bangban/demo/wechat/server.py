"""The demo's two servers: the platform for the product, and the page with the phones for people. No secret leaves either of them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

from pydantic import BaseModel, ValidationError
from sanic import Request, Sanic
from sanic.exceptions import BadRequest, Forbidden, NotFound
from sanic.response import HTTPResponse, file, redirect
from sanic.response import json as as_json

from bangban.demo.wechat.catalogue import heard, words
from bangban.demo.wechat.chats import Chat
from bangban.demo.wechat.deeds import Change, Deed
from bangban.demo.wechat.demo import Demo
from bangban.demo.wechat.sms import Inbox
from channels.wechat.crypto import same
from common.web import bearer

PAGE = Path(__file__).parent / "page"
_FILES = {path.name: path for path in PAGE.iterdir()}
_LOOK_S, _WAIT_S = 0.15, 20.0
_SAFE = {
    "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob: https: http:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
}  # fmt: skip
M = TypeVar("M", bound=BaseModel)


@contextlib.asynccontextmanager
async def listening(app: Sanic, *, host: str, port: int) -> AsyncIterator[None]:
    """The application answers while the context lasts."""
    server = await app.create_server(host=host, port=port, return_asyncio_server=True, access_log=False)
    assert server is not None
    await server.startup()
    try:
        yield
    finally:
        server.close()
        await server.wait_closed()
        Sanic._app_registry.pop(app.name, None)


def platform_app(demo: Demo) -> Sanic:
    """The platform's API, a recogniser that knows the recordings at hand, and an SMS provider."""
    app = _app("platform")

    @app.post("/speech")
    async def recognise(request: Request) -> HTTPResponse:
        if not same(bearer(request), demo.accounts.speech_token):
            raise Forbidden
        said = heard(request.body)
        return as_json({"text": said}) if said else as_json({}, status=422)

    @app.post("/sms")
    async def message(request: Request) -> HTTPResponse:
        status, content = demo.inbox.answer(request.headers, request.body)
        return as_json(content, status=status)

    @app.route("/<path:path>", methods=["GET", "POST"])
    async def call(request: Request, path: str) -> HTTPResponse:
        query = {name: values[0] for name, values in request.args.items()}
        status, kind, body = await demo.platform.answer(request.method, request.path, query, request.body)
        return HTTPResponse(body, status=status, content_type=kind)

    return app


def page_app(demo: Demo, *, hosts: set[str]) -> Sanic:
    """The page. Only the names in ``hosts`` are answered to, and deeds only from the page itself, so that no other site plays along."""
    app = _app("page")

    @app.on_request
    async def ours(request: Request) -> None:
        if (urlsplit(f"//{request.host}").hostname or "") not in hosts:
            raise Forbidden
        if request.method != "GET" and request.headers.get("x-demo") != "1":
            raise Forbidden

    app.add_route(_index, "/")
    app.add_route(_static, "/static/<name:str>")
    _reading(app, demo)
    _doing(app, demo)
    return app


def _reading(app: Sanic, demo: Demo) -> None:
    @app.get("/api/words")
    async def told(_: Request) -> HTTPResponse:
        return as_json(words(), headers=_SAFE)

    @app.get("/api/state")
    async def state(request: Request) -> HTTPResponse:
        """At once when it differs from what the page has (``seen``), else as soon as it does."""
        seen = request.args.get("seen")
        for _ in range(int(_WAIT_S / _LOOK_S)):
            found = json.dumps(demo.view(), ensure_ascii=False)
            version = f"{hash(found) & 0xFFFFFFFF:08x}"
            if version != seen:
                break
            await asyncio.sleep(_LOOK_S)
        return HTTPResponse(f'{{"version":"{version}","state":{found}}}', content_type="application/json", headers=_SAFE)

    @app.get("/media/<media_id:str>")
    async def media(_: Request, media_id: str) -> HTTPResponse:
        kind, body, _until = demo.platform.media.get(media_id, ("", b"", 0.0))
        if not kind.startswith("image/") or "svg" in kind:
            raise NotFound
        return HTTPResponse(body, content_type=kind, headers=_SAFE)

    @app.get("/connect/oauth2/authorize")
    async def authorize(request: Request) -> HTTPResponse:
        """WeChat's sign-in page inside its browser: it knows who holds the phone and asks nothing. Only the product's pages are returned to."""
        code, back = demo.code_for(request.args.get("appid") or ""), request.args.get("redirect_uri") or ""
        if code is None or not back.startswith(f"{demo.public_url}/"):
            raise NotFound
        return redirect(f"{back}{'&' if '?' in back else '?'}{urlencode({'code': code, 'state': request.args.get('state') or ''})}")


def _doing(app: Sanic, demo: Demo) -> None:
    @app.post("/api/chats/<key:str>/deeds")
    async def deed(request: Request, key: str) -> HTTPResponse:
        chat, wanted = _chat(demo, key), _body(request, Deed)
        with _declined():
            chat.do(wanted)
        return as_json({}, status=202)

    @app.post("/api/chats/<key:str>/pictures")
    async def picture(request: Request, key: str) -> HTTPResponse:
        kind = request.content_type or ""
        if kind not in ("image/png", "image/jpeg") or not request.body:
            raise BadRequest
        with _declined():
            _chat(demo, key).do(Deed(do="picture", text=kind), request.body)
        return as_json({}, status=202)

    @app.post("/api/chats/<key:str>/anew")
    async def anew(_: Request, key: str) -> HTTPResponse:
        _chat(demo, key).anew()
        return as_json({}, status=202)

    @app.post("/api/weather")
    async def weather(request: Request) -> HTTPResponse:
        demo.skies.change(_body(request, Change))
        return as_json({}, status=202)


def _app(name: str) -> Sanic:
    app = Sanic(f"demo-{name}-{secrets.token_hex(4)}", configure_logging=False)
    app.config.update({"TOUCHUP": False, "REQUEST_MAX_SIZE": 12 * 1024 * 1024, "FALLBACK_ERROR_FORMAT": "json", "RESPONSE_TIMEOUT": 60})
    return app


async def _index(_: Request) -> HTTPResponse:
    return await file(PAGE / "index.html", headers=_SAFE, mime_type="text/html; charset=utf-8")


async def _static(_: Request, name: str) -> HTTPResponse:
    if name not in _FILES:
        raise NotFound
    return await file(_FILES[name], headers=_SAFE)


def _chat(demo: Demo, key: str) -> Chat | Inbox:
    if key not in demo.chats:
        raise NotFound
    return demo.chats[key]


def _body(request: Request, model: type[M]) -> M:
    try:
        return model.model_validate(request.json)
    except ValidationError:
        raise BadRequest from None


@contextlib.contextmanager
def _declined() -> Iterator[None]:
    """What a client cannot do, its page does not offer."""
    try:
        yield
    except (ValueError, IndexError):
        raise BadRequest from None
