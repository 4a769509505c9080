"""``/api/editor/questions``: what citizens asked and did not get, alike questions together."""

from __future__ import annotations

from typing import get_args

from sanic import Blueprint, Request
from sanic.response import HTTPResponse

from common.errors import InvalidInput
from common.web import number_in, operation, reply
from desk.access import permitted, services_of
from desk.editors import views
from desk.editors.models import Clusters
from services.editing.service import BAD
from services.messages.model import Outcome

blueprint = Blueprint("editor-questions", url_prefix="/api/editor")
_OUTCOMES = get_args(Outcome.model_fields["code"].annotation)


@blueprint.get("/questions")
@operation(
    summary="The questions that went badly, clustered, masked", auth="staff", tag="editor", returns=Clusters,
    query={"outcome": "no_answer, partial, failed …, several with commas", "days": "1 to 365, 30 when left out", "limit": "clusters, 1 to 200"},
    errors=(401, 403, 422, 503),
)  # fmt: skip
async def questions(request: Request) -> HTTPResponse:
    await permitted(request, "guides.edit")
    wanted = [o for o in (request.args.get("outcome") or "").replace("|", ",").split(",") if o] or list(BAD)
    if unknown := [o for o in wanted if o not in _OUTCOMES]:
        raise InvalidInput(fields={"outcome": " ".join(unknown)})
    days, limit = int(number_in(request, "days", default=30, low=1, high=365)), int(number_in(request, "limit", default=50, low=1, high=200))
    found = await services_of(request).editing.questions.clusters(outcomes=wanted, days=days, limit=limit)
    return reply(Clusters(clusters=[views.cluster(c) for c in found]))
