"""Reading guides from YAML: shared situations and form fields resolved, so that what leaves here stands alone."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.schema.guide import FieldUse, Guide, Situation, SituationUse

SHIPPED = Path(__file__).resolve().parent.parent / "guides"
_SCHEMA = Path(__file__).resolve().parent
EVERY_FORM = ("applicant_name", "applicant_id", "phone")


@cache
def shared_situations() -> dict[str, Situation]:
    """Situations that many guides use, by id."""
    return {s["id"]: Situation.model_validate(s) for s in _yaml(SHIPPED / "_situations.yaml")}


@cache
def shared_fields() -> dict[str, dict[str, Any]]:
    """Form fields that many guides use, by name."""
    return {f["name"]: f for f in _yaml(SHIPPED / "_fields.yaml")}


@cache
def licence_kinds() -> dict[str, str]:
    return _yaml(_SCHEMA / "licences.yml")


@cache
def business_lines() -> dict[str, str]:
    return _yaml(_SCHEMA / "business_lines.yml")


def _yaml(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def read_guide(path: Path) -> Guide:
    """One guide file, resolved. Raises ``pydantic.ValidationError`` with the path of what is wrong."""
    return resolve(Guide.model_validate(_yaml(path)))


def resolve(guide: Guide) -> Guide:
    """The guide with every ``use`` replaced by what it names; raises ``KeyError`` for an unknown name."""
    situations = [_situation(s) for s in guide.situations]
    form = guide.form and guide.form.model_copy(update={"fields": _fields(guide.form.fields)})
    return guide.model_copy(update={"situations": situations, "form": form})


def _situation(entry: Situation | SituationUse) -> Situation:
    if isinstance(entry, Situation):
        return entry
    changes = entry.model_dump(exclude={"use"}, exclude_none=True)
    return shared_situations()[entry.use].model_copy(update=changes)


def _fields(entries: list[FieldUse]) -> list[FieldUse]:
    named = [_field(e) for e in entries]
    present = {f.name for f in named}
    first = [_field(FieldUse(use=name)) for name in EVERY_FORM if name not in present]
    return [*first, *named]


def _field(entry: FieldUse) -> FieldUse:
    if entry.use is None:
        return entry
    changes = entry.model_dump(exclude={"use"}, exclude_none=True)
    return FieldUse.model_validate({**shared_fields()[entry.use], **changes})


def shipped_guides() -> list[Guide]:
    """Every guide in the tree, in the order of their ids."""
    paths = [p for p in SHIPPED.glob("*/*.yaml") if not p.name.startswith("_")]
    return sorted((read_guide(p) for p in paths), key=lambda g: g.id)
