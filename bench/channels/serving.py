"""The gateway as a process: the callback routes, the Official Account, the turns and the delivery worker, with an engine that echoes.

``ours``: as the product has it. ``alone``: the same, each callback in a transaction of its own. ``bare``: a handler that only verifies and
decrypts, and keeps nothing; what a callback costs before anything is done with it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from types import SimpleNamespace
from typing import Any

from pydantic import SecretStr
from sanic import Request, Sanic
from sanic.response import HTTPResponse, text

from channels import callbacks
from channels.outlets import outlets
from channels.wechat import xml
from channels.wechat_oa.channel import OfficialAccount
from common.clock import SystemClock
from common.database import Database
from common.memory import settle
from common.settings import Settings
from common.vault import Vault
from common.web import install_errors
from services.conversations.events import Events
from services.conversations.model import EngineReply, Turn
from services.conversations.service import Conversations, prepare
from services.deliveries.service import Deliveries


class Echo:
    """Thinks for a while, as a dialogue engine in another process would, and says what it heard."""

    def __init__(self, think_s: float):
        self._think_s = think_s

    async def turn(self, *, turn: Turn, context: dict[str, Any]) -> EngineReply:
        await asyncio.sleep(self._think_s)
        return EngineReply(outputs=[{"text": f"re {turn.masked}"}], intent="greet", action="utter_greet")


def application(name: str, config: Settings, think_s: float) -> Sanic:
    app = Sanic("bench", configure_logging=False)
    install_errors(app)
    tasks: list[asyncio.Task[None]] = []

    @app.before_server_start
    async def start(app: Sanic) -> None:
        database, vault, clock, events = Database(config.database_url or ""), Vault(["bench"]), SystemClock(), Events(config.redis_url)
        await events.start()
        conversations = Conversations(database=database, vault=vault, clock=clock, events=events, engine=Echo(think_s))
        deliveries = Deliveries(database=database, vault=vault, clock=clock, conversations=conversations, secrets=["bench"])
        assert conversations.runner is not None
        conversations.runner.stored.append(deliveries.due)
        services: Any = SimpleNamespace(
            vault=vault, deliveries=deliveries, conversations=conversations, knowledge=None, providers=SimpleNamespace(recogniser=None)
        )
        channel = OfficialAccount(config=config, services=services)
        app.ctx.channels, app.ctx.services = {channel.name: channel}, services
        if name == "alone":
            deliveries._intake._gathering.put = deliveries._intake._alone  # type: ignore[method-assign]
        tasks.append(asyncio.create_task(deliveries.run(outlets(app.ctx.channels))))
        tasks.append(asyncio.create_task(conversations.sweep()))
        prepare()
        settle()

    @app.before_server_stop
    async def stop(app: Sanic) -> None:
        for task in tasks:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)

    if name == "bare":

        @app.post("/channels/wechat_oa/callback")
        async def bare(request: Request) -> HTTPResponse:
            crypto = request.app.ctx.channels["wechat_oa"]._crypto
            query, encrypt = request.args, xml.text_of(xml.read(request.body), "Encrypt")
            crypto.check(given=query.get("msg_signature"), timestamp=query.get("timestamp"), nonce=query.get("nonce"), encrypt=encrypt)
            xml.read(crypto.open(encrypt).message)
            return text("success")
    else:
        app.blueprint(callbacks.blueprint)
    return app


def main() -> None:
    """``name settings-as-JSON think_s port``"""
    name, given, think_s, port = sys.argv[1:]
    wanted = json.loads(given)
    account = wanted.pop("account")
    config = Settings(
        **wanted, wechat_oa_app_id=account["app_id"], wechat_oa_secret=SecretStr(account["secret"]), wechat_oa_token=SecretStr(account["token"]),
        wechat_oa_aes_key=SecretStr(account["aes_key"]),
    )  # fmt: skip
    application(name, config, float(think_s)).run(host="127.0.0.1", port=int(port), single_process=True, access_log=False, motd=False)


if __name__ == "__main__":
    main()
