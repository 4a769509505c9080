"""Why knowledge cannot answer."""

from __future__ import annotations

from common.errors import BangbanError


class GuideNotFound(BangbanError):
    code = "knowledge.guide_not_found"
    status = 404


class SearchUnavailable(BangbanError):
    """The encoder or the index is down; never to be taken for "no such service"."""

    code = "knowledge.search_unavailable"
    status = 503
