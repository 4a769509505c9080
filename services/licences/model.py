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
        """One field for a form; ``name`` and ``number`` every licence has."""
        return self.fields.get(field) or {"name": self.holder, "number": self.number}.get(field)

    def valid_on(self, day: date) -> bool:
        return self.valid_until is None or day <= self.valid_until
