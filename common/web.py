"""What every HTTP edge shares: the error envelope, checked bodies, bearer tokens, and the OpenAPI operation of each route.

Every route is declared with :func:`operation`, which also answers who may call it; a test walks the built application
and fails on a route without one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import orjson
import structlog
from pydantic import BaseModel, ValidationError
from sanic import Request, Sanic
from sanic.exceptions import MethodNotAllowed, PayloadTooLarge, SanicException
from sanic.exceptions import NotFound as NoRoute
from sanic.response import HTTPResponse
from sqlalchemy.exc import DataError

from common.errors import BangbanError, InvalidInput, NotFound, TooLarge, Unauthenticated, WrongMethod

log = structlog.get_logger(__name__)
Auth = Literal["citizen", "staff", "link", "public", "platform"]
M = TypeVar("M", bound=BaseModel)


@dataclass
class Operation:
    """One entry of the OpenAPI document. ``auth``: whose token is needed, or why none is (``public``: rate-limited; ``link``: signed URL;
    ``platform``: signed by the platform that calls)."""

    summary: str
    auth: Auth
    tag: str
    body: type[BaseModel] | None = None
    returns: Any = None
    status: int = 200
    query: dict[str, str] = field(default_factory=dict)
    errors: tuple[int, ...] = ()
    media: str = "application/json"
    upload: str | None = None  # the file field of a multipart body


def operation(**kwargs: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Marks a handler with its :class:`Operation`."""

    def mark(handler: Callable[..., Any]) -> Callable[..., Any]:
        handler.operation = Operation(**kwargs)  # type: ignore[attr-defined]
        return handler

    return mark


def reply(data: Any, status: int = 200) -> HTTPResponse:
    """JSON of a model, or of plain data with models in it."""
    return HTTPResponse(orjson.dumps(data, default=_plain), status=status, content_type="application/json; charset=utf-8")


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise TypeError(type(value).__name__)


def body_of(request: Request, model: type[M]) -> M:
    """The checked body. :raises InvalidInput: with the field names and why, never the values."""
    try:
        return model.model_validate(orjson.loads(request.body or b"{}"))
    except orjson.JSONDecodeError as error:
        raise InvalidInput(fields={"body": "json"}) from error
    except ValidationError as error:
        raise InvalidInput(fields={".".join(map(str, e["loc"])) or "body": e["type"] for e in error.errors()}) from error


def bearer(request: Request) -> str:
    """:raises Unauthenticated: no token, or bytes that are none of ours."""
    if not request.token or not request.token.isascii():
        raise Unauthenticated
    return request.token


def number_in(request: Request, name: str, *, default: float, low: float, high: float) -> float:
    """A number of the query string within bounds. :raises InvalidInput: not a number, or out of bounds."""
    raw = request.args.get(name)
    if raw is None:
        return default
    try:
        value = float(raw)
    except ValueError:
        raise InvalidInput(fields={name: "number"}) from None
    if not low <= value <= high:
        raise InvalidInput(fields={name: f"{low:g}..{high:g}"})
    return value


def install_errors(app: Sanic) -> None:
    """Every failure leaves in the contract's envelope; what is unforeseen is logged without its content."""

    @app.exception(BangbanError)
    async def known(_: Request, error: BangbanError) -> HTTPResponse:
        return reply(error.envelope(), error.status)

    @app.exception(SanicException)
    async def framework(_: Request, error: SanicException) -> HTTPResponse:
        if isinstance(error, NoRoute):
            return reply(NotFound().envelope(), 404)
        if isinstance(error, PayloadTooLarge):
            return reply(TooLarge().envelope(), 413)
        if isinstance(error, MethodNotAllowed):
            return reply(WrongMethod().envelope(), 405)
        if 400 <= error.status_code < 500:
            return reply(InvalidInput().envelope(), error.status_code)
        return reply(BangbanError().envelope(), error.status_code)

    @app.exception(DataError)
    async def unstorable(request: Request, error: DataError) -> HTTPResponse:
        """A value that no column takes, such as a text with a NUL: the transaction is rolled back, and nothing has changed."""
        log.warning("http.unstorable", route=request.path if request.route is None else request.route.path, error=type(error.orig).__name__)
        return reply(InvalidInput().envelope(), 422)

    @app.exception(Exception)
    async def unforeseen(request: Request, error: Exception) -> HTTPResponse:
        log.error("http.failed", route=request.path if request.route is None else request.route.path, exc_info=error)
        return reply(BangbanError().envelope(), 500)
