"""Short sentences that name no matter of their own: they are about the item in hand, whatever the search finds for them."""

from __future__ import annotations

import re

from knowledge.guidance.aspects import SECTIONS, AspectFacts, Fact, aspect_facts
from knowledge.schema.condition import holds
from knowledge.schema.guide import Guide
from knowledge.service import PublishedGuide
from services.conversations.model import Utter
from services.dialogue import lexicon, sentences
from services.dialogue.assistant import Assistant
from services.dialogue.cards import answer_card
from services.dialogue.drafts import name_of
from services.dialogue.faq import show_faq
from services.dialogue.goers import who_goes
from services.dialogue.going_on import go_on
from services.dialogue.lexicon import entries
from services.dialogue.narrowing import SURE, open_items
from services.dialogue.opening import asks_when_open, tell_when_open
from services.dialogue.people import turn_to
from services.dialogue.refusing import easier_ways
from services.dialogue.scene import Scene, answers_for, button
from services.messages.payloads import Human

_SHORT = 20  # characters
_LIKE = 0.8  # likeness of the meaning (cosine) and of the characters together from which a question of the guide is the one asked
_TELLING = ("conditions", "steps", "proxy", "online", "visits", "delivery", "time", "fee", "materials", "where")


async def about_the_item(assistant: Assistant, scene: Scene) -> bool:
    """Whether the sentence is plainly about the item in hand: for whom it is, whether a paper is needed, when one may come."""
    if scene.state.guide_id is None or open_items(scene) or not scene.text or len(scene.text) > _SHORT:
        return False
    published = assistant.knowledge.guide(scene.state.guide_id)
    if await _for_somebody(assistant, scene, published) or _needed(assistant, scene, published) or _at_home(scene, published):
        return True
    if asks_when_open(scene):
        await tell_when_open(assistant, scene, published)
        return True
    return False


async def _for_somebody(assistant: Assistant, scene: Scene, published: PublishedGuide) -> bool:
    """ "我要给小孩办": the same for somebody else."""
    text, who = lexicon.simplified(scene.text), lexicon.whom(scene.text)
    if who is None or scene.understood.objects or sentences.asks_something(text) or who_goes(text, scene.state.whom):
        return False
    rest = lexicon.without_people(lexicon.without_marks(text)).strip(entries()["in_hand"]["beside_whom"])
    alike = lexicon.facet_pieces(rest, published.guide.facets.get("action", ""))  # "我老婆的也到期了", of what is done when it runs out
    if (rest and not alike) or not re.search(entries()["in_hand"]["for_whom"], text):
        return False
    turn_to(scene, who)
    scene.update(pending="none", offers=[], situation=None, about={**scene.state.about, published.id: who})
    await go_on(assistant, scene, again=True)
    scene.entries[:] = [e for e in scene.entries if not (isinstance(e, Utter) and e.response == "utter_noted")]
    scene.say("utter_now_for", at=0, name=name_of(who, published.guide.name, own=True))
    return True


def _needed(assistant: Assistant, scene: Scene, published: PublishedGuide) -> bool:
    """ "健康证也要吗": of a paper, or of one of the things that belong together."""
    guide, text = published.guide, lexicon.without_marks(scene.text)
    thing = max(scene.understood.objects, key=len, default="")
    if any(o not in thing for o in scene.understood.objects) or not re.search(entries()["in_hand"]["paper"], thing):
        return False
    if not re.search(entries()["in_hand"]["needed"], text.replace(thing, "□")):
        return False
    names = next((group for group in entries()["in_hand"]["same_paper"] if thing in group), [thing])
    if any(n in ours for n in names for ours in (guide.topic, guide.name)):
        return False  # what the item gives is no paper for it
    part = _part_of_bundle(assistant, scene, guide, names)
    told = None if part else _that_mention(scene, published, names)
    if part:
        scene.say("utter_in_bundle", name=guide.name, member=part[0], what=part[1])
    elif told is None:
        scene.say("utter_not_on_list", thing=thing, name=guide.name)
    else:
        scene.show(answer_card(published, told))
    scene.conclude("answered", guide=(published.id, published.version), section=told.section if told else "materials")
    return True


def _at_home(scene: Scene, published: PublishedGuide) -> bool:
    """ "能不能上门": what the guide says of it, else what comes nearest to it."""
    said = re.search(entries()["in_hand"]["at_home"], lexicon.simplified(scene.text))
    if not said or scene.understood.objects or not sentences.asks_something(scene.text):
        return False
    if told := _that_mention(scene, published, [entries()["in_hand"]["at_home_word"]]):
        scene.show(answer_card(published, told))
    else:
        scene.suggest("utter_at_home_unknown", [*easier_ways(published.guide), button("human", Human())], name=published.guide.name)
    scene.conclude("answered" if told else "partial", guide=(published.id, published.version), section=told.section if told else "proxy")
    return True


def _part_of_bundle(assistant: Assistant, scene: Scene, guide: Guide, names: list[str]) -> tuple[str, str] | None:
    """(name, what it is) of the item of the bundle that gives the paper, unless it is not done in this case."""
    known = answers_for(scene, guide)
    for member in guide.bundle.members if guide.bundle else []:
        item = assistant.knowledge.guide(member.guide).guide
        name = member.name or item.name
        if any(n in called for n in names for called in (name, item.name, *item.aliases)) and holds(member.when, known) is not False:
            return name, member.what or item.summary
    return None


def _that_mention(scene: Scene, published: PublishedGuide, names: list[str]) -> AspectFacts | None:
    """The first section with something to say of it, and only that of it."""
    for aspect in ("materials", "steps", "conditions", "faq"):
        facts = aspect_facts(published.guide, aspect, answers_for(scene, published.guide))
        kept = [f for f in facts.facts if any(n in _words(f) for n in names)]
        if kept:
            return AspectFacts(aspect, facts.section, kept, True, [])
    return None


def answered_in_hand(assistant: Assistant, scene: Scene, *, best: float) -> bool:
    """Whether the guide in hand has the answer to a question that names no matter ("要回老家吗"): a sentence that holds all that was said, or a
    question of its own like it. ``best``: the score of what the search found instead."""
    text = lexicon.simplified(scene.text)
    if scene.state.guide_id is None or open_items(scene) or scene.understood.objects or best >= SURE:
        return False
    if not sentences.asks_something(text) or len(text) > _SHORT:
        return False
    published = assistant.knowledge.guide(scene.state.guide_id)
    if published.guide.faq:
        asked, *known = assistant.knowledge.vectors([text, *(e.q for e in published.guide.faq)])
        likeness = [float(asked @ vector) + lexicon.likeness(text, e.q) for vector, e in zip(known, published.guide.faq, strict=True)]
        if max(likeness) >= _LIKE:
            show_faq(scene, published, published.guide.faq[likeness.index(max(likeness))])
            return True
    said = lexicon.without_function_words(text)
    pairs = {said[at : at + 2] for at in range(len(said) - 1)}
    if pairs and all(pair in published.guide.summary for pair in pairs):
        scene.say("utter_in_short", name=published.guide.name, summary=published.guide.summary)
        scene.conclude("answered", guide=(published.id, published.version), section="overview")
        return True
    if pairs and (told := _that_holds(scene, published, pairs)):
        scene.show(answer_card(published, told))
        scene.conclude("answered", guide=(published.id, published.version), section=told.section)
        return True
    return False


def _that_holds(scene: Scene, published: PublishedGuide, pairs: set[str]) -> AspectFacts | None:
    answers = answers_for(scene, published.guide)
    for aspect in ("faq", *_TELLING):
        facts = aspect_facts(published.guide, aspect, answers)
        kept = [f for f in facts.facts if all(pair in (f.value.q if aspect == "faq" else _words(f)) for pair in pairs)]
        if kept:
            return AspectFacts(aspect, SECTIONS[aspect], kept, True, [])
    return None


def _words(fact: Fact) -> str:
    """All that an entry of a guide says."""
    value = fact.value
    parts = ("name", "what", "text", "note", "q", "a", "amount")
    return value if isinstance(value, str) else "，".join(str(getattr(value, p)) for p in parts if getattr(value, p, None))
