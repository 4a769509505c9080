"""The base of every error that may reach a person. Code and data here; the words are chosen at the edge from a catalogue.

``code`` is ``<area>.<reason>`` (contract: the error envelope) and keys ``common/catalogue/errors.yml``.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import yaml


class BangbanError(Exception):
    """One class per reason; ``data`` fills the placeholders of its message."""

    code: ClassVar[str] = "system.internal"
    status: ClassVar[int] = 500

    def __init__(self, *, fields: dict[str, Any] | None = None, **data: Any):
        super().__init__(self.code)
        self.fields = fields
        self.data = data

    def envelope(self) -> dict[str, Any]:
        """The error shape of the contract."""
        error: dict[str, Any] = {"code": self.code, "message": error_message(self.code, **self.data)}
        if self.fields:
            error["fields"] = self.fields
        return {"error": error}


class NotFound(BangbanError):
    code = "system.not_found"
    status = 404


class InvalidInput(BangbanError):
    code = "system.invalid_input"
    status = 422


class Forbidden(BangbanError):
    code = "system.forbidden"
    status = 403


class Unauthenticated(BangbanError):
    code = "system.unauthenticated"
    status = 401


class Conflict(BangbanError):
    code = "system.conflict"
    status = 409


class Unavailable(BangbanError):
    code = "system.unavailable"
    status = 503


class WrongMethod(BangbanError):
    code = "system.wrong_method"
    status = 405


class TooMany(BangbanError):
    code = "system.too_many"
    status = 429


class TooLarge(BangbanError):
    code = "system.too_large"
    status = 413


@cache
def _catalogue() -> dict[str, str]:
    words: dict[str, str] = {}
    for path in sorted((Path(__file__).parent / "catalogue").glob("errors*.yml")):
        words |= yaml.safe_load(path.read_text(encoding="utf-8"))
    return words


def error_message(code: str, **data: Any) -> str:
    """The Chinese sentence for an error code; a code without words is a bug that a test finds."""
    return _catalogue()[code].format(**data)
