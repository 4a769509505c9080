"""The product's gateway with two things more: a second Official Account, one that is not verified, and WeChat's sign-in page on the demo's page.

``python -m bangban.demo.wechat.gateway``; told by ``BANGBAN_DEMO_WECHAT``. Never part of the product: refused in production.
"""

from __future__ import annotations

import json
import os
from typing import Any

from pydantic import SecretStr
from sanic import Request, Sanic
from sanic.response import HTTPResponse

from bangban.gateway import build_app
from channels.registry import MAKERS
from channels.wechat_oa import catalogue
from channels.wechat_oa.channel import OfficialAccount
from common.logging import configure_logging
from common.settings import Settings, settings
from common.web import operation
from services.bootstrap import Services

PASSIVE = "wechat_oa_passive"


def demo_app(config: Settings, told: dict[str, Any]) -> Sanic:
    """``told``: ``authorize_url``, and ``passive`` with the keys of the second account."""
    if config.env == "production":
        raise SystemExit("the demo is refused when BANGBAN_ENV=production")
    catalogue.limits()["authorize_url"] = told["authorize_url"]  # our own WeChat says who opens a page
    MAKERS[PASSIVE] = lambda config, services: _second(config, services, told["passive"])
    app = build_app(config)
    app.add_route(_callback, f"/channels/{PASSIVE}/callback", methods=["GET", "POST"], name=PASSIVE)
    return app


def _second(config: Settings, services: Services, keys: dict[str, str]) -> OfficialAccount:
    own = {
        "wechat_oa_app_id": keys["app_id"], "wechat_oa_verified": False,
        **{f"wechat_oa_{name}": SecretStr(keys[name]) for name in ("secret", "token", "aes_key")},
    }  # fmt: skip
    return OfficialAccount(config=config.model_copy(update=own), services=services, name=PASSIVE)


@operation(summary="The demo's second account", auth="platform", tag="channels", errors=(401, 404, 429, 503))
async def _callback(request: Request) -> HTTPResponse:
    answer: HTTPResponse = await request.app.ctx.channels[PASSIVE].callback(request)
    return answer


def main() -> None:
    config = settings()
    configure_logging("gateway", config.log_level)
    app = demo_app(config, json.loads(os.environ["BANGBAN_DEMO_WECHAT"]))
    app.run(host=config.host, port=config.port, single_process=True, access_log=False, motd=False)


if __name__ == "__main__":
    main()
