"""``/metrics``: counters for Prometheus. They hold no personal value, yet are nobody's business but the operator's."""

from __future__ import annotations

import hmac

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sanic import Request, Sanic
from sanic.response import HTTPResponse, raw

from common.errors import Unauthenticated
from common.settings import Settings
from common.web import bearer, operation

_THIS_MACHINE = {"127.0.0.1", "::1"}


def metrics_route(app: Sanic, config: Settings) -> None:
    """With the token of the settings; without one, only for a caller on this machine who does not come through a proxy."""

    @app.get("/metrics")
    @operation(summary="Counters for Prometheus", auth="public", tag="system", media="text/plain", errors=(401,))
    async def metrics(request: Request) -> HTTPResponse:
        if config.metrics_token is None:
            if request.ip not in _THIS_MACHINE or "x-forwarded-for" in request.headers or "forwarded" in request.headers:
                raise Unauthenticated
        elif not hmac.compare_digest(bearer(request).encode(), config.metrics_token.get_secret_value().encode()):
            raise Unauthenticated
        await request.app.ctx.services.deliveries.worker.count()
        await request.app.ctx.services.notices.worker.count()
        return raw(generate_latest(), content_type=CONTENT_TYPE_LATEST)
