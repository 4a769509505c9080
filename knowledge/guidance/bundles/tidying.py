"""A bundle made tidy: conditions said shortly, without rows that no case can need and questions that decide nothing any more."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

from knowledge.guidance.situations import NOT_APPLICABLE, settle
from knowledge.schema.condition import Condition, holds, uses
from knowledge.schema.guide import Guide, Situation
from knowledge.schema.logic import logic, simplified

_CONDITIONED = ("materials", "steps", "time_limit", "fees", "visits", "online", "proxy", "delivery", "where", "faq")


def tidied(guide: Guide) -> Guide:
    """Without rows that no case can need, and without questions that decide nothing any more."""
    guide = _shortened(guide)
    materials = [m for m in guide.materials if not m.serves or possible(m.when, guide)]
    guide = guide.model_copy(update={"materials": materials})
    mentioned = {i for section in _CONDITIONED for e in getattr(guide, section) for i, _ in uses(e.when)}
    mentioned |= {i for f in (guide.form.fields if guide.form else []) for i, _ in uses(f.when)}
    kept: list[Any] = []
    for situation in reversed(guide.situations):
        if not getattr(situation, "serves", None) or situation.id in mentioned:
            kept.insert(0, situation)
            mentioned |= {i for i, _ in uses(situation.when)}
    idle = {s.id for s in guide.situations} - {s.id for s in kept}
    form = guide.form and guide.form.model_copy(update={"fields": [f for f in guide.form.fields if f.situation not in idle]})
    return guide.model_copy(update={"situations": kept, "form": form})


def _shortened(guide: Guide) -> Guide:
    """The same conditions said as shortly as they can be; what can never hold is left out."""
    options = {s.id: [o.id for o in s.options] for s in guide.situations if isinstance(s, Situation) and s.when is None}

    def short(elements: list[Any]) -> list[Any]:
        said = [(e, simplified(logic(e.when), options)) for e in elements]
        return [e if e.when == cases else e.model_copy(update={"when": None if cases is True else cases}) for e, cases in said if cases is not False]

    form = guide.form and guide.form.model_copy(update={"fields": short(guide.form.fields)})
    return guide.model_copy(update={"form": form, **{section: short(getattr(guide, section)) for section in (*_CONDITIONED, "situations")}})


def possible(when: Condition | None, guide: Guide) -> bool:
    """Whether some answers to the guide's questions make the condition true."""
    if when is None:
        return True
    situations = {s.id: s for s in guide.situations if isinstance(s, Situation)}
    involved = _closure({i for i, _ in uses(when)}, situations)
    choices = [[o.id for o in situations[i].options] for i in involved]
    for picked in product(*choices):
        known = settle(guide, dict(zip(involved, picked, strict=True)))
        if holds(when, {i: known.get(i, NOT_APPLICABLE) for i in involved}) is True:
            return True
    return False


def _closure(ids: set[str], situations: Mapping[str, Situation]) -> list[str]:
    grown = ids | {u for i in ids if i in situations for u, _ in uses(situations[i].when)}
    return [i for i in situations if i in ids] if grown == ids else _closure(grown, situations)
