"""The HTTP edge: what comes in strange bytes is refused like anything else that is wrong."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from sanic import Blueprint, Request
from sanic.response import HTTPResponse, empty
from sqlalchemy.exc import DataError

from common.errors import Unauthenticated
from common.web import bearer
from tests.fakes.gateway import gateway


@pytest.mark.parametrize("token", [None, "", "\udcff\udcfe", "令牌"])
def test_bytes_that_are_no_token_sign_nobody_in(token: str | None) -> None:
    request: Any = SimpleNamespace(token=token)
    with pytest.raises(Unauthenticated):
        bearer(request)


async def test_whatever_is_wrong_with_a_call_is_said_in_the_envelope() -> None:
    blueprint = Blueprint("strange")

    @blueprint.post("/store")
    async def store(_: Request) -> HTTPResponse:
        raise DataError("INSERT …", {}, ValueError("a text with a NUL"))

    @blueprint.get("/fine")
    async def fine(_: Request) -> HTTPResponse:
        return empty()

    async with gateway({}, None, blueprint) as url, httpx.AsyncClient(base_url=url, trust_env=False) as http:
        answers = {
            "system.invalid_input": (422, await http.post("/store")),
            "system.wrong_method": (405, await http.post("/fine")),
            "system.not_found": (404, await http.get("/nowhere")),
            "system.too_large": (413, await http.get("/fine", headers={"X-Long": "x" * 20_000})),
        }
        assert (await http.post("/store", headers={"Expect": "a miracle"})).json()["error"]["code"] == "system.invalid_input"
    for code, (status, answer) in answers.items():
        error = answer.json()["error"]
        assert (answer.status_code, error["code"]) == (status, code) and any("一" <= c <= "龥" for c in error["message"])
