"""The OpenAPI document covers every address of contract v1, each with its methods, and is a valid document."""

from __future__ import annotations

import re
from typing import Any

import pytest
from openapi_spec_validator import validate
from sanic import Sanic

from bangban.citizen_contract import FILE, citizen_contract
from bangban.gateway import build_app
from common import openapi
from common.settings import Settings

# Copied from the contract's page; names in braces stand for any name.
CONTRACT = """
GET /healthz
POST /api/chat/sessions
POST /api/chat/messages
GET /api/chat/messages
GET /api/chat/stream
POST /api/chat/uploads
DELETE /api/chat/me
POST /api/search
GET /api/guides/{guide_id}
POST /api/desk/login
PUT /api/desk/presence
GET /api/desk/queue
GET /api/desk/conversations/{id}
POST /api/desk/conversations/{id}/claim
POST /api/desk/conversations/{id}/messages
POST /api/desk/conversations/{id}/release
POST /api/desk/conversations/{id}/notes
POST /api/desk/conversations/{id}/takeover
GET /api/desk/stream
POST /api/desk/tickets
GET /api/desk/tickets
POST /api/desk/tickets/{number}/transitions
GET /api/editor/guides
POST /api/editor/guides
PUT /api/editor/guides/{id}/draft
POST /api/editor/guides/{id}/lint
POST /api/editor/guides/{id}/submit
POST /api/editor/guides/{id}/review
POST /api/editor/guides/{id}/publish
POST /api/editor/guides/{id}/withdraw
POST /api/editor/guides/{id}/rollback
GET /api/editor/guides/{id}/revisions
POST /api/editor/import
GET /api/editor/export
GET /api/editor/questions
GET /channels/wechat_oa/callback
POST /channels/wechat_oa/callback
GET /channels/miniprogram/callback
POST /channels/miniprogram/callback
GET /channels/wecom_kf/callback
POST /channels/wecom_kf/callback
POST /channels/webhook/{name}
"""


@pytest.fixture
def document() -> dict[str, Any]:
    Sanic._app_registry.pop("bangban", None)
    app = build_app(Settings())
    made = openapi.document(app, title="Bangban", version="1")
    Sanic._app_registry.pop(app.name, None)
    return made


def test_every_address_of_the_contract_is_described(document: dict[str, Any]) -> None:
    described = {(method.upper(), re.sub(r"{\w+}", "{}", path)) for path, methods in document["paths"].items() for method in methods}
    wanted = {(line.split()[0], re.sub(r"{\w+}", "{}", line.split()[1])) for line in CONTRACT.splitlines() if line}
    assert len(wanted) == 42 and wanted - described == set()


def test_the_document_is_valid_openapi(document: dict[str, Any]) -> None:
    validate(document)


def test_a_file_is_described_as_a_multipart_body(document: dict[str, Any]) -> None:
    body = document["paths"]["/api/editor/import"]["post"]["requestBody"]
    assert list(body["content"]) == ["multipart/form-data"]


def test_staff_only_addresses_say_so(document: dict[str, Any]) -> None:
    editors = {p: m for p, m in document["paths"].items() if p.startswith("/api/editor/")}
    assert all(entry["security"] == [{"staff": []}] for methods in editors.values() for entry in methods.values()) and len(editors) >= 13


def test_a_form_is_filled_by_put_where_a_client_cannot_send_patch(document: dict[str, Any]) -> None:
    form = document["paths"]["/api/forms/{form_id}"]
    assert form["put"]["requestBody"] == form["patch"]["requestBody"]


def test_what_the_citizens_clients_are_held_to_is_what_the_server_says_of_itself(document: dict[str, Any]) -> None:
    """``web/shared/tests/contract.test.ts`` checks every call of theirs against this file."""
    assert FILE.read_text(encoding="utf-8") == citizen_contract(document), "run `make docs`"
