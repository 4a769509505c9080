"""A bundle's guide put together: what its author wrote, and beside it what its items say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from knowledge.guidance.bundles.form import merged_form
from knowledge.guidance.bundles.materials import merged_materials
from knowledge.guidance.bundles.order import before, in_order, visits
from knowledge.guidance.bundles.part import Part
from knowledge.guidance.bundles.tidying import tidied
from knowledge.guidance.bundles.words import listed, words
from knowledge.schema.bundle import Bundle, Member
from knowledge.schema.condition import Condition
from knowledge.schema.guide import Fee, Guide, Question, Result, Situation, Step, TimeLimit, Where
from knowledge.schema.library import shared_situations
from knowledge.schema.logic import Logic, both, either, logic

Element = TypeVar("Element")


def assemble(guide: Guide, guides: Mapping[str, Guide]) -> Guide:
    """The bundle with everything computed from those of its items that are among ``guides`` and no bundles themselves."""
    bundle = guide.bundle
    if bundle is None:
        return guide
    members = [m for m in in_order(bundle.members) if m.guide in guides and guides[m.guide].bundle is None]
    parts = [Part(m, guides[m.guide], shared_situations()) for m in members]
    whole = guide.model_copy(
        update={
            "situations": _situations(guide, parts),
            "materials": merged_materials(guide.materials, parts, joint=bundle.joint, earlier=before(members)),
            "steps": [*guide.steps, *_steps(parts, joint=bundle.joint)],
            "time_limit": guide.time_limit or _time_limits(parts),
            "fees": guide.fees or _fees(parts),
            "where": guide.where or _where(parts),
            "phones": guide.phones or list({p.number: p for part in parts for p in part.guide.phones}.values()),
            "results": guide.results or _results(parts),
            "related": list(dict.fromkeys([*(p.guide.id for p in parts), *guide.related])),
            "form": merged_form(guide, parts),
            "bundle": _bundle(bundle, members, parts),
        }
    )
    return tidied(whole.model_copy(update={"faq": [*guide.faq, *_which_together(whole, parts)]}))


def _bundle(bundle: Bundle, members: Sequence[Member], parts: Sequence[Part]) -> Bundle:
    here = {m.guide for m in members}
    told = [p.member.model_copy(update={"name": p.name, "by": p.member.by or p.guide.department, "assumes": _assumed(p)}) for p in parts]
    missing = [m.guide for m in bundle.members if m.guide not in here]
    return bundle.model_copy(update={"members": told, "missing": missing, "visits": visits(members)})


def _assumed(part: Part) -> list[str]:
    """What was settled for the item, in words, so that one whose case is another can see it."""
    said = []
    for name, answer in sorted(part.member.answers.items()):  # a database gives them back in an order of its own
        situation = part.situations.get(name)
        option = next((o for o in situation.options if o.id == answer), None) if situation else None
        if situation and option:
            said.append(words()["assumes"].format(ask=situation.ask, label=option.label))
    return said


def _situations(guide: Guide, parts: Sequence[Part]) -> list[Situation]:
    found = {s.id: s for s in guide.situations if isinstance(s, Situation)}
    for part in parts:
        for situation in filter(part.is_open, part.situations.values()):
            name = part.situation_id(situation)
            when = both(part.applies, part.condition(situation.when))
            if when is False or (name in found and not found[name].serves):
                continue  # never asked, or the bundle's author asks it himself
            found[name] = _asked(found.get(name), situation, name, when, part)
    return list(found.values())


def _asked(present: Situation | None, situation: Situation, name: str, when: Logic, part: Part) -> Situation:
    if present is not None:
        cases = either(logic(present.when), when)
        return present.model_copy(update={"when": _when(cases), "serves": [*(present.serves or []), part.guide.id]})
    common = name == situation.id
    ask = situation.ask if common else words()["question"].format(item=part.name, ask=situation.ask)
    return situation.model_copy(update={"id": name, "ask": ask, "when": _when(when), "serves": [part.guide.id]})


def _steps(parts: Sequence[Part], *, joint: bool) -> list[Step]:
    steps = []
    for at, part in enumerate(parts):
        what = words()["step"].format(lead=_lead(part, parts[:at], joint=joint), what=part.member.what or part.guide.summary)
        steps.append(Step(name=part.name, what=what, days=_days(part.guide), when=_when(part.applies), item=part.guide.id))
    return steps


def _lead(part: Part, earlier: Sequence[Part], *, joint: bool) -> str:
    """What has to be done before, and what can be done at the same time."""
    waits = [p for p in earlier if p.guide.id in part.member.after]
    always = [p.name for p in waits if p.applies in (True, part.applies)]
    perhaps = [p.name for p in waits if p.applies not in (True, part.applies)]
    alike = [p for p in earlier if set(p.member.after) == set(part.member.after) and p.applies == part.applies]
    said = [words()["after"].format(items=listed(always))] if always else []
    said += [words()["after_if"].format(items=listed(perhaps))] if perhaps else []
    said += [words()["together"].format(items=listed(p.name for p in alike[:2]))] if alike and not joint else []
    return "".join(said)


def _days(guide: Guide) -> str | None:
    """The one limit of the item, where there is but one and it holds always."""
    limits = [t for t in guide.time_limit if t.legal or t.promised]
    if len(limits) != 1 or limits[0].when is not None:
        return None
    kind = "promised" if limits[0].promised else "legal"
    limit = limits[0].promised or limits[0].legal
    if limit and limit.value == 0:
        return words()["days"]["at_once"]
    return words()["days"][kind].format(value=limit.value, unit=limit.unit) if limit else None


def _time_limits(parts: Sequence[Part]) -> list[TimeLimit]:
    return [_fact(e, part, {"note": _of(part, e.note) if e.note else part.name}, when) for part, e, when in _each(parts, "time_limit")]


def _fees(parts: Sequence[Part]) -> list[Fee]:
    return [_fact(e, part, {"what": _of(part, e.what)}, when) for part, e, when in _each(parts, "fees")]


def _where(parts: Sequence[Part]) -> list[Where]:
    return [_fact(e, part, {"text": _of(part, e.text)}, when) for part, e, when in _each(parts, "where")]


def _results(parts: Sequence[Part]) -> list[Result]:
    return [r for part in parts for r in part.guide.results]


def _of(part: Part, text: str) -> str:
    return words()["fact"].format(item=part.name, text=text)


def _fact(element: Any, part: Part, changes: dict[str, Any], when: Logic) -> Any:
    return element.model_copy(update={**changes, "when": _when(when), "sources": []})


def _each(parts: Sequence[Part], section: str) -> Iterable[tuple[Part, Any, Logic]]:
    for part in parts:
        for element in getattr(part.guide, section):
            when = both(part.applies, part.condition(element.when))
            if when is not False:
                yield part, element, when


def _which_together(whole: Guide, parts: Sequence[Part]) -> list[Question]:
    """The answer to "what can be done in one visit", if anything can."""
    stops = whole.bundle.visits if whole.bundle else []
    if not any(len(stop.items) > 1 for stop in stops):
        return []
    say, names = words()["visits"], {p.guide.id: p.name for p in parts}
    said = [say["stop"].format(at=at, place=s.place, items=listed(names[i] for i in s.items)) for at, s in enumerate(stops, start=1)]
    online = [p.name for p in parts if p.member.online]
    said += [say["online"].format(items=listed(online))] if online else []
    return [Question(q=say["question"], a=say["between"].join(said) + say["between"])]


def _when(cases: Logic) -> Condition | None:
    return cases if isinstance(cases, dict) else None
