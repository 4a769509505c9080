"""Money that one gets: how much it is, for how long, and when it comes; of any item when it is to be applied for. The fee and the time limit of
the item answer none of that."""

from __future__ import annotations

import re
from collections.abc import Mapping

from knowledge.guidance.aspects import AspectFacts, Fact, aspect_facts
from knowledge.schema.guide import Guide
from knowledge.service import PublishedGuide
from services.dialogue import lexicon
from services.dialogue.cards import answer_card
from services.dialogue.lexicon import entries
from services.dialogue.scene import Scene, answers_for, button
from services.messages.payloads import Human


def tells_of_the_money(scene: Scene, published: PublishedGuide) -> bool:
    """Whether the sentence asks for the money of a benefit; then that is said, or that it is not published, and nothing beside it."""
    asked = _asked(scene.text) if lexicon.is_benefit(published.guide.facets.get("action", "")) else None
    if asked is None:
        return False
    answers = answers_for(scene, published.guide)
    told = [f for f in _told(published.guide, asked, answers) if f.facts]
    for facts in told:
        scene.show(answer_card(published, facts))
        scene.conclude("answered", guide=(published.id, published.version), section=facts.section)
    if not told:
        scene.suggest("utter_not_published", [button("human", Human())], aspect=asked["label"], name=published.guide.name)
        scene.conclude("partial", guide=(published.id, published.version), section="faq")
    return True


def tells_when_to_apply(scene: Scene, published: PublishedGuide) -> bool:
    """Whether it is asked when one applies ("什么时候开始报"), and the guide tells it: its question, or the steps that name a time of the year."""
    asked = entries()["application"]
    if not re.search(asked["said"], lexicon.without_marks(scene.text)):
        return False
    first, *others = _told(published.guide, asked, answers_for(scene, published.guide)) or [None]
    if first is None or not first.facts:
        return False
    for facts in [first, *(f for f in others if f.facts)]:
        scene.show(answer_card(published, facts))
        scene.conclude("answered", guide=(published.id, published.version), section=facts.section)
    return True


def _asked(text: str) -> Mapping[str, str] | None:
    plain = lexicon.without_marks(text)
    kinds = entries()["benefits"].values()
    return next((k for k in kinds if re.search(k["said"], plain) and not ("other" in k and re.search(k["other"], plain))), None)


def _told(guide: Guide, asked: Mapping[str, str], answers: Mapping[str, str]) -> list[AspectFacts]:
    """The question of the guide that tells it, else the steps that do; of when it comes, also how long the item takes."""
    faq = aspect_facts(guide, "faq", answers)
    entry = next((f for f in faq.facts if re.search(asked["told"], f.value.q)), None)
    if entry:
        return [_only(faq, [Fact(entry.value)])]
    if "steps" not in asked:
        return []
    steps = aspect_facts(guide, "steps", answers)
    paid = [f for f in steps.facts if re.search(asked["steps"], f"{f.value.name}{f.value.what}")]
    return [_only(steps, paid), *([aspect_facts(guide, "time", answers)] if "time" in asked else [])]


def _only(facts: AspectFacts, kept: list[Fact]) -> AspectFacts:
    return AspectFacts(facts.aspect, facts.section, kept, bool(kept), [])
