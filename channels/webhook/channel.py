"""Other systems plug in: each has a name, secrets, a style, and either an address that answers are pushed to or the habit of asking."""

from __future__ import annotations

from datetime import timedelta

import httpx
import orjson
from pydantic import ValidationError
from sanic import Request
from sanic.response import HTTPResponse

from channels.base import Capabilities, Finding, Part, Place, Refused, State
from channels.outlets import Outgoing
from channels.webhook.checking import check_clients
from channels.webhook.errors import Replayed, UnknownClient
from channels.webhook.handling import Handling
from channels.webhook.models import Call, Push, call_adapter
from channels.webhook.pushing import push
from channels.webhook.saying import said
from channels.webhook.signing import signed, verified
from common.errors import InvalidInput, TooLarge
from common.limits import Limit
from common.settings import Settings, WebhookClient
from common.web import reply
from services.bootstrap import Services

_PUSH_TIMEOUT_S = 10.0
STYLES = {
    "typed": Capabilities(typed=True),
    "text": Capabilities(text_chars=2000),
    "voice": Capabilities(text_chars=400, links=False),
}


class Webhook:
    name = "webhook"

    def __init__(self, *, clients: dict[str, WebhookClient], services: Services, public_url: str | None = None):
        self._clients, self._services = clients, services
        self._limits = {name: Limit(client.per_minute) for name, client in clients.items()}
        self._handling = Handling(services=services, outlet=Outgoing(self, public_url=public_url))
        self._http = httpx.AsyncClient(timeout=_PUSH_TIMEOUT_S, follow_redirects=False, trust_env=False)

    def capabilities(self, account: str) -> Capabilities:
        client = self._clients.get(account)
        style = STYLES[client.style if client else "typed"]
        return style if client and client.push_url else _not_pushing(style)

    async def callback(self, request: Request) -> HTTPResponse:
        """:raises UnknownClient, TooLarge, BadSignature, TooMany, Replayed, InvalidInput: before anything has had an effect."""
        name = request.match_info.get("name", "")
        client = self._clients.get(name)
        if client is None:
            raise UnknownClient(fields={"name": "unknown"})
        if len(request.body) > client.max_bytes:
            raise TooLarge(fields={"body": f"at most {client.max_bytes} bytes"})
        await self._believe(request, name, client)
        answer = await self._handling.handle(name, client, _call(request.body))
        response = reply(answer)
        response.headers.update(signed(secret=_newest(client), body=response.body or b"", now=self._services.clock.now()))
        return response

    async def _believe(self, request: Request, name: str, client: WebhookClient) -> None:
        keys = [s.get_secret_value() for s in client.secrets]
        nonce = verified(request.headers, keys=keys, body=request.body, now=self._services.clock.now(), window_s=client.window_s)
        self._limits[name].check(name)
        # As long as the time stamp may be believed, on either side of now.
        keep = timedelta(seconds=2 * client.window_s + 1)
        if not await self._services.deliveries.first_time(key=f"webhook:{name}:{nonce}", keep=keep):
            raise Replayed

    async def send(self, *, place: Place, part: Part) -> None:
        client = self._clients.get(place.account)
        if client is None or client.push_url is None:
            raise Refused("no address")
        content = Push(id=part.key, user=place.address, **said([part], spoken=client.style == "voice").model_dump())
        await push(self._http, url=client.push_url, secret=_newest(client), content=content, now=self._services.clock.now())

    async def check(self) -> list[Finding]:
        return await check_clients(self._http, self._clients, now=self._services.clock.now())

    def state(self) -> State:
        return "ok"

    async def close(self) -> None:
        await self._http.aclose()


def make(config: Settings, services: Services) -> Webhook | None:
    """Off without clients."""
    if not config.webhook_clients:
        return None
    return Webhook(clients=config.webhook_clients, services=services, public_url=config.public_url)


def _call(body: bytes) -> Call:
    """:raises InvalidInput: with the names of the fields and what is wrong, never their values."""
    try:
        return call_adapter.validate_python(orjson.loads(body))
    except orjson.JSONDecodeError as error:
        raise InvalidInput(fields={"body": "json"}) from error
    except ValidationError as error:
        raise InvalidInput(fields={".".join(map(str, e["loc"])) or "body": e["type"] for e in error.errors()}) from error


def _newest(client: WebhookClient) -> str:
    return client.secrets[0].get_secret_value()


def _not_pushing(style: Capabilities) -> Capabilities:
    return Capabilities(**{**style.__dict__, "push": False})
