"""``web/shared/contract.json``: the citizen's part of the API's description, which the citizens' clients are held to: ``make docs``."""

from __future__ import annotations

import json
import re
from typing import Any

from sanic import Sanic

from bangban.gateway import build_app
from common import openapi
from common.settings import ROOT, Settings

FILE = ROOT / "web" / "shared" / "contract.json"
_TAGS = {"chat", "mine", "demo", "search", "notices"}


def citizen_contract(document: dict[str, Any]) -> str:
    """The operations of citizens and the schemas they use, as JSON: sorted, a line for each, so that a change is seen for what it is.

    :param document: of :func:`common.openapi.document`.
    """
    paths = {
        path: kept for path, methods in document["paths"].items() if (kept := {m: _bare(o) for m, o in methods.items() if _TAGS & set(o["tags"])})
    }
    schemas, wanted = document["components"]["schemas"], _named(paths)
    kept: dict[str, Any] = {}
    while wanted - kept.keys():
        kept.update({name: schemas[name] for name in wanted - kept.keys()})
        wanted = _named(kept) | wanted
    return '{\n"paths": {\n' + _lines(paths) + '\n},\n"components": {"schemas": {\n' + _lines(kept) + "\n}}\n}\n"


def _lines(entries: dict[str, Any]) -> str:
    return ",\n".join(
        f"{json.dumps(name)}: {json.dumps(_untitled(entry), ensure_ascii=False, sort_keys=True)}" for name, entry in sorted(entries.items())
    )


def _untitled(part: Any) -> Any:
    """Without what no client is held to: titles, descriptions, defaults."""
    if isinstance(part, list):
        return [_untitled(p) for p in part]
    if not isinstance(part, dict):
        return part
    return {k: _untitled(v) for k, v in part.items() if isinstance(v, dict) or k not in ("title", "description", "default")}


def _bare(entry: dict[str, Any]) -> dict[str, Any]:
    """What a client depends on: parameters, body, and the answer when all goes well."""
    answers = {status: answer for status, answer in entry["responses"].items() if status.startswith("2")}
    return {key: entry[key] for key in ("parameters", "requestBody") if key in entry} | {"responses": answers}


def _named(part: Any) -> set[str]:
    return set(re.findall(r"#/components/schemas/(\w+)", json.dumps(part)))


def _write() -> None:
    Sanic._app_registry.pop("bangban", None)
    document = openapi.document(build_app(Settings()), title="Bangban", version="1")
    FILE.write_text(citizen_contract(document), encoding="utf-8")


if __name__ == "__main__":
    _write()
