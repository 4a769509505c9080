"""One form out of the forms of several items: what is the same field is asked once (一表申请)."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.guidance.bundles.part import Part
from knowledge.guidance.bundles.words import words
from knowledge.schema.guide import FieldUse, FormDefinition, Guide
from knowledge.schema.logic import Logic, both, either, logic


def merged_form(guide: Guide, parts: Sequence[Part]) -> FormDefinition | None:
    """The bundle's own fields first, as written; then the items', each once. None where nobody has a form."""
    own = guide.form.fields if guide.form else []
    fields: dict[str, FieldUse] = {f.name: f for f in own if f.name}
    answered = {f.situation: f.name for f in own if f.situation and f.name}
    written = set(fields)
    for part in parts:
        names = _names(part, fields, answered)
        for field in part.guide.form.fields if part.guide.form else []:
            name = names.get(field.name or "")
            if name is None:
                continue
            when = both(part.with_papers, part.condition(field.when, names))
            if when is not False:
                fields[name] = _joined(fields.get(name), _renamed(field, name, part), when, part, fixed=name in written)
    title = guide.form.title if guide.form else words()["form"].format(name=guide.name)
    return FormDefinition(title=title, fields=list(fields.values())) if fields else None


def _names(part: Part, fields: dict[str, FieldUse], answered: dict[str, str]) -> dict[str, str]:
    """The item's field names → the bundle's. Left out: fields that only repeat what the bundle knows already."""
    names: dict[str, str] = {}
    for field in part.guide.form.fields if part.guide.form else []:
        situation = part.situations.get(field.situation or "")
        if field.name in part.member.spare:
            continue
        if situation is None:
            names[field.name or ""] = part.member.fields.get(field.name or "") or _free(field, part, fields)
        elif part.is_open(situation):
            name = part.situation_id(situation)
            names[field.name or ""] = answered.setdefault(name, name if name not in fields else part.own(name))
    return names


def _free(field: FieldUse, part: Part, fields: dict[str, FieldUse]) -> str:
    present = fields.get(field.name or "")
    return field.name or "" if present is None or _alike(present, field) else part.own(field.name or "")


def _alike(one: FieldUse, other: FieldUse) -> bool:
    codes = [{o["value"] for o in f.options or []} for f in (one, other)]
    return one.type == other.type and codes[0] == codes[1]


def _renamed(field: FieldUse, name: str, part: Part) -> FieldUse:
    situation = part.situations.get(field.situation or "")
    if situation is None:
        return field.model_copy(update={"name": name})
    options = [{"value": o.id, "label": o.label} for o in situation.options] if not field.options else field.options
    return field.model_copy(update={"name": name, "situation": part.situation_id(situation), "options": options})


def _joined(present: FieldUse | None, field: FieldUse, when: Logic, part: Part, *, fixed: bool) -> FieldUse:
    """``fixed``: the bundle's author wrote the field, so only whom it serves is added."""
    serves = [*(present.serves or [] if present else []), part.guide.id]
    if present is None:
        return field.model_copy(update={"when": None if when is True else when, "serves": serves})
    if fixed:
        return present.model_copy(update={"serves": list(dict.fromkeys(serves))})
    cases = either(logic(present.when), when)
    required = None if present.required is not False or field.required is not False else False
    return present.model_copy(update={"when": None if cases is True else cases, "required": required, "serves": list(dict.fromkeys(serves))})
