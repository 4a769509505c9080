"""One value in one cell. Text as it is, several lines for a list, 是/否, ``20工作日``; JSON for what is no single value."""

from __future__ import annotations

import re
import types
from datetime import date
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import orjson
from pydantic import BaseModel

from knowledge.exchange import words
from knowledge.schema.guide import Limit

Kind = Literal["text", "flag", "number", "lines", "limit", "json"]
_LIMIT = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(\S+)\s*")


class CellError(ValueError):
    """A cell that cannot be read; the message names an entry of ``words.yml``."""


def kind_of(annotation: Any) -> Kind:
    """How values of a field of the schema are written into a cell."""
    plain = _plain(annotation)
    if plain is Limit:
        return "limit"
    if plain is bool:
        return "flag"
    if plain in (int, float):
        return "number"
    if plain in (str, date) or get_origin(plain) is Literal:
        return "text"
    if get_origin(plain) is list and kind_of(get_args(plain)[0]) == "text":
        return "lines"
    return "json"


def entry_model(annotation: Any) -> type[BaseModel] | None:
    """The model of the entries of a list; of several the first, which is the one that stands alone."""
    plain = _plain(annotation)
    if get_origin(plain) is not list:
        return None
    inner = get_args(plain)[0]
    options = get_args(inner) if get_origin(inner) in (Union, types.UnionType) else (inner,)
    return options[0] if isinstance(options[0], type) and issubclass(options[0], BaseModel) else None


def _plain(annotation: Any) -> Any:
    """Without ``Annotated`` and without ``None``."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        elif get_origin(annotation) in (Union, types.UnionType) and type(None) in get_args(annotation):
            rest = [a for a in get_args(annotation) if a is not type(None)]
            if len(rest) != 1:
                return annotation
            annotation = rest[0]
        else:
            return annotation


def write(value: Any, kind: Kind) -> str:
    if value is None or value == [] or value == {}:
        return ""
    if kind == "flag":
        return words.flag(bool(value))
    if kind == "limit":
        return f"{value['value']:g}{value['unit']}"
    if kind == "lines" and not value[0].startswith("[") and all(v and "\n" not in v for v in value):
        return "\n".join(value)
    if kind in ("text", "number"):
        return str(value)
    return orjson.dumps(value).decode()


def read(text: str, kind: Kind) -> Any:
    """:raises CellError:"""
    if kind == "text":
        return text
    if kind == "flag":
        return _flag(text)
    if kind == "limit":
        found = _LIMIT.fullmatch(text)
        if found is None:
            raise CellError("limit")
        return {"value": float(found[1]), "unit": found[2]}
    if kind == "number":
        return _number(text)
    if kind == "lines" and not text.startswith("["):
        return [line for line in text.split("\n") if line.strip()]
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise CellError("json") from error


def _flag(text: str) -> bool:
    value = words.flag_said(text)
    if value is None:
        raise CellError("flag")
    return value


def _number(text: str) -> float | int:
    try:
        number = float(text)
    except ValueError as error:
        raise CellError("number") from error
    return int(number) if number.is_integer() else number
