"""An e-licence."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, field_validator

from knowledge.schema.library import licence_kinds


class Licence(BaseModel):
    """``kind`` is a key of ``knowledge/schema/licences.yml``; ``fields`` what a form may take from it (``licence.<kind>.<field>``)."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    kind: str
    number: str
    holder: str
    issuer: str | None = None
    issued_on: date | None = None
    valid_until: date | None = None  # None: for good
    fields: dict[str, str] = {}

    @field_validator("kind")
    @classmethod
    def _known(cls, kind: str) -> str:
        if kind not in licence_kinds():
            raise ValueError("no such kind of licence")
        return kind

    @property
    def label(self) -> str:
        """The licence's official name."""
        return licence_kinds()[self.kind]

    def value(self, field: str) -> str | None:
        """One field for a form; ``name``, ``number`` and, where the licence says so, ``issuer``, ``issued_on``, ``expires`` every kind has."""
        own = {"name": self.holder, "number": self.number, "issuer": self.issuer}
        own |= {"issued_on": _iso(self.issued_on), "expires": _iso(self.valid_until)}
        return self.fields.get(field) or own.get(field)

    def valid_on(self, day: date) -> bool:
        return self.valid_until is None or day <= self.valid_until


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
