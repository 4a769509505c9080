"""From a guide to the fields of its form."""

from __future__ import annotations

import re

from knowledge.guidance.situations import find_situation
from knowledge.schema.guide import FieldUse, Guide
from services.forms.errors import FormNotOffered
from services.forms.model import Field, Option
from services.forms.words import words


def fields_of(guide: Guide) -> list[Field]:
    """The fields in the guide's order. Raises :class:`FormNotOffered` for a guide without a form."""
    if guide.form is None:
        raise FormNotOffered
    return [_field(guide, use) for use in guide.form.fields]


def _field(guide: Guide, use: FieldUse) -> Field:
    if not (use.name and use.label and use.type):
        raise ValueError(f"unresolved field {use.use or use.name} in {guide.id}")
    return Field(
        name=use.name,
        label=use.label,
        type=use.type,
        format=_format(use),
        required=use.required is not False,
        options=_options(guide, use),
        help=use.help,
        prefill=tuple(use.prefill or ()),
        situation=use.situation,
        when=use.when,
    )


def _format(use: FieldUse) -> str:
    if use.type != "text":
        return str(use.type)
    return next((name for name, pattern in words()["formats"].items() if re.search(pattern, use.name or "")), "text")


def _options(guide: Guide, use: FieldUse) -> tuple[Option, ...]:
    """The options written in the form; of a select bound to a situation, that question's options with the words people say for them."""
    own = tuple(Option(o["value"], o["label"]) for o in use.options or ())
    situation = find_situation(guide, use.situation) if use.situation else None
    if situation is None:
        return own
    asked = tuple(Option(o.id, o.label, tuple(o.words)) for o in situation.options)
    if not own:
        return asked
    said = {o.value: o.words for o in asked}
    return tuple(Option(o.value, o.label, said.get(o.value, ())) for o in own)
