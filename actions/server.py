"""The action server's process: loopback only, one worker, every decision registered once."""

from __future__ import annotations

import inspect
from types import ModuleType
from urllib.parse import urlsplit

from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from sanic import Request, Sanic
from sanic.response import HTTPResponse, json

from actions import appointments, cases, finding, forms, handoff, manners
from actions.decision import Decision
from common.logging import configure_logging
from common.settings import Settings, settings
from services.bootstrap import Services
from services.forms.service import prepare

_MODULES: tuple[ModuleType, ...] = (finding, forms, appointments, cases, handoff, manners)


def decisions() -> list[type[Decision]]:
    """Every action class; two of one name are a mistake that rasa-sdk would only whisper about."""
    classes = [c for m in _MODULES for _, c in inspect.getmembers(m, inspect.isclass) if issubclass(c, Decision) and c is not Decision]
    names = [c.decision for c in classes]
    if len(set(names)) != len(names):
        raise ValueError(f"an action name is used twice: {sorted(n for n in names if names.count(n) > 1)}")
    return classes


def build_app(config: Settings) -> Sanic:
    """The rasa-sdk application with our actions, their services built when the loop runs."""
    executor = ActionExecutor()
    app = create_app(executor, cors_origins=[])

    @app.before_server_start
    async def start(app: Sanic) -> None:
        services = await Services.for_actions(config)
        app.ctx.services = services
        prepare()
        for work in services.background():
            app.add_task(work)
        for kind in decisions():
            executor.register_action(kind(dialogue=services.dialogue, conversations=services.conversations))

    @app.get("/ready")
    async def ready(request: Request) -> HTTPResponse:
        state = request.app.ctx.services.knowledge.status()
        return json({"index": state}, status=200 if state == "ok" else 503)

    @app.after_server_stop
    async def stop(app: Sanic) -> None:
        await app.ctx.services.close()

    return app


def main() -> None:
    config = settings()
    configure_logging("actions", config.log_level)
    address = urlsplit(config.actions_url)
    app = build_app(config)
    app.config.KEEP_ALIVE_TIMEOUT = 120
    app.run(host=address.hostname or "127.0.0.1", port=address.port or 5055, single_process=True, access_log=False, motd=False)
