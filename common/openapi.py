"""The OpenAPI document, made from the operations the routes declare; nothing to keep in step by hand."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from pydantic import TypeAdapter
from sanic import Sanic

from common.web import Operation

_REF = "#/components/schemas/{model}"
_SECURITY = {"citizen": [{"citizen": []}], "staff": [{"staff": []}]}


def document(app: Sanic, *, title: str, version: str) -> dict[str, Any]:
    """OpenAPI 3.1 for every route of the application that declares an operation."""
    schemas: dict[str, Any] = {"Error": _error_schema()}
    paths: dict[str, Any] = {}
    for route in app.router.routes:
        # Sanic wraps the handler of a WebSocket in a partial whose first argument is ours.
        handler = route.handler.args[0] if isinstance(route.handler, partial) else route.handler
        declared = getattr(handler, "operation", None)
        if declared is None:
            continue
        path = "/" + re.sub(r"<(\w+)(?::[^>]*)?>", r"{\1}", route.path)
        for method in sorted(route.methods):
            paths.setdefault(path, {})[method.lower()] = _operation(declared, path, method, schemas)
    bearer = {"type": "http", "scheme": "bearer"}
    components = {"schemas": schemas, "securitySchemes": {"citizen": bearer, "staff": bearer}}
    return {"openapi": "3.1.0", "info": {"title": title, "version": version}, "paths": dict(sorted(paths.items())), "components": components}


def _operation(declared: Operation, path: str, method: str, schemas: dict[str, Any]) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "operationId": re.sub(r"\W+", "_", f"{method.lower()}{path}").strip("_"),
        "summary": declared.summary,
        "tags": [declared.tag],
        "parameters": _parameters(declared, path),
        "responses": {str(declared.status): _response(declared, schemas), **{str(s): _failure() for s in declared.errors}, "default": _failure()},
    }
    if declared.body is not None and method not in ("GET", "DELETE"):
        entry["requestBody"] = {"required": True, "content": {"application/json": {"schema": _schema(declared.body, schemas)}}}
    if declared.upload is not None:
        file = {"type": "object", "required": [declared.upload], "properties": {declared.upload: {"type": "string", "format": "binary"}}}
        entry["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": file}}}
    if declared.auth in _SECURITY:
        entry["security"] = _SECURITY[declared.auth]
    return entry


def _parameters(declared: Operation, path: str) -> list[dict[str, Any]]:
    named = [{"name": n, "in": "path", "required": True, "schema": {"type": "string"}} for n in re.findall(r"{(\w+)}", path)]
    return named + [{"name": n, "in": "query", "description": d, "schema": {"type": "string"}} for n, d in declared.query.items()]


def _response(declared: Operation, schemas: dict[str, Any]) -> dict[str, Any]:
    response: dict[str, Any] = {"description": declared.summary}
    if declared.returns is not None:
        response["content"] = {declared.media: {"schema": _schema(declared.returns, schemas)}}
    elif declared.media != "application/json":
        response["content"] = {declared.media: {}}
    return response


def _failure() -> dict[str, Any]:
    return {"description": "Error", "content": {"application/json": {"schema": {"$ref": _REF.format(model="Error")}}}}


def _schema(model: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    made = TypeAdapter(model).json_schema(ref_template=_REF, mode="serialization" if model is not None else "validation")
    schemas.update(made.pop("$defs", {}))
    return made


def _error_schema() -> dict[str, Any]:
    inner = {
        "type": "object",
        "required": ["code", "message"],
        "properties": {"code": {"type": "string", "examples": ["chat.empty"]}, "message": {"type": "string"}, "fields": {"type": "object"}},
    }
    return {"type": "object", "required": ["error"], "properties": {"error": inner}}
