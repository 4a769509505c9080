"""Guides as messages: the summary card, the exact material list, the answer to one aspect."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from knowledge.guidance.aspects import AspectFacts, sections_of
from knowledge.guidance.situations import settle, spoken_answers
from knowledge.schema.condition import holds
from knowledge.schema.guide import Guide, Limit
from knowledge.service import Hit, PublishedGuide
from services.dialogue.scene import button
from services.messages.lines import material_lines
from services.messages.model import Answer, Choice, GuideCard, Item, ItemList, LabelValue, Materials, Section, SituationAnswer
from services.messages.payloads import AskAspect, ChooseItem, StartBooking, StartForm
from services.messages.rendering import render_template, with_text, words

_CARD_ASPECTS = ("materials", "fee", "time", "where", "online", "steps")


def guide_card(published: PublishedGuide, answers: Mapping[str, str]) -> GuideCard:
    """The short card of an item: what matters first, its sections, and what can be done next."""
    guide = published.guide
    titles = words()["aspects"]
    card = GuideCard(
        guide_id=guide.id,
        version=published.version,
        name=guide.name,
        region=guide.region.name,
        department=guide.department,
        summary=_summary(guide, answers),
        sections=[Section(id=a, title=titles[a]) for a in sections_of(guide)],
        actions=_actions(guide),
        reviewed=guide.reviewed,
        as_of=guide.as_of,
    )
    return with_text(card)


def _actions(guide: Guide) -> list[Choice]:
    present = sections_of(guide)
    actions = [button(a, AskAspect(aspect=a, guide_id=guide.id)) for a in _CARD_ASPECTS if a in present]
    if guide.form:
        actions.append(button("form", StartForm(guide_id=guide.id)))
    if guide.booking:
        actions.append(button("booking", StartBooking(guide_id=guide.id)))
    return actions


def _summary(guide: Guide, answers: Mapping[str, str]) -> list[LabelValue]:
    labels, known = words()["summary"], settle(guide, answers)
    rows: list[tuple[str, str | None]] = []
    limit = next((t for t in guide.time_limit if holds(t.when, known) is not False), None)
    if limit:
        rows += [("promised", limit_text(limit.promised)), ("legal", limit_text(limit.legal))]
    fees = [f for f in guide.fees if holds(f.when, known) is not False]
    if fees:
        certain = [f for f in fees if holds(f.when, known)]
        rows.append(("fee", "；".join(f"{f.what} {f.amount}" for f in certain[:3]) or words()["fee_by_case"]))
    visit = next((v for v in guide.visits if holds(v.when, known)), None)
    if visit:
        rows.append(("visits", words()["visits"].get(visit.count) or words()["visits"]["n"].format(count=visit.count)))
    if guide.channels:
        rows.append(("channels", "、".join(guide.channels)))
    rows.append(("department", guide.department))
    return [LabelValue(label=labels[key], value=value) for key, value in rows if value]


def limit_text(limit: Limit | None) -> str | None:
    """A time limit in words, or None when it is not published."""
    if limit is None:
        return None
    return words()["immediately"] if limit.value == 0 else f"{limit.value:g}{words()['units'][limit.unit]}"


def materials_card(published: PublishedGuide, answers: Mapping[str, str], licences: Collection[str]) -> Materials:
    """The exact list for the answered situations (一次性告知)."""
    guide = published.guide
    lines = material_lines(guide, answers, licences)
    situation = [SituationAnswer(ask=a, answer=b) for a, b in spoken_answers(guide, answers)]
    return with_text(Materials(guide_id=guide.id, version=published.version, situation=situation, materials=lines))


def answer_card(published: PublishedGuide, facts: AspectFacts) -> Answer:
    """One aspect, with the source it rests on."""
    guide = published.guide
    text = render_template(
        "aspect", name=guide.name, aspect=facts.aspect, facts=facts.facts, asks=[s.ask for s in guide.situations], channels=facts.channels,
        source=_source(guide, facts),
    )  # fmt: skip
    return Answer(guide_id=guide.id, version=published.version, section=facts.section, aspect=facts.aspect, text=text)


def _source(guide: Guide, facts: AspectFacts) -> str:
    wanted = {s for f in facts.facts for s in getattr(f.value, "sources", [])}
    titles = [s.title for s in guide.sources if not wanted or s.id in wanted]
    return "、".join(titles[:2])


def item_list(hits: Sequence[Hit], guides: Mapping[str, Guide], ways_out: Sequence[Choice] = ()) -> ItemList:
    """Ranked items with why each is offered."""
    items = [
        Item(guide_id=h.guide_id, name=h.name, region=h.region, why=guides[h.guide_id].summary, payload=str(ChooseItem(guide_id=h.guide_id)))
        for h in hits
    ]
    return with_text(ItemList(items=items, choices=list(ways_out)))
