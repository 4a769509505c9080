"""From a sentence to the item: search, then the one question that separates what is close, then on to what was wanted."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.guidance.splitting import Split, best_split
from knowledge.schema.guide import Guide, Question
from knowledge.service import Hit, PublishedGuide
from services.conversations.state import Goal, Offer
from services.dialogue import lexicon
from services.dialogue.assistant import Assistant
from services.dialogue.cards import item_list
from services.dialogue.faq import faq_of_hits, show_faq
from services.dialogue.going_on import go_on, next_steps
from services.dialogue.hints import infer_answers, is_about_somebody_else, says_only_an_option
from services.dialogue.scene import Scene, button
from services.messages.model import Candidate
from services.messages.payloads import ChooseItem, Human, NoneOfThese, PickFacet

# A hit is close to the best one when its calibrated score is at least this share of it (measured on the dev questions).
CLOSE = 0.45
SURE = 0.80
CERTAIN = 0.945  # nothing is asked above it; a bare topic scores its commonest item below
SHOWN = 5
_SHORT = 12  # characters of a statement that tells of the case only
_TOPIC = 3  # characters up to which an item's alias ("护照") is a topic rather than an item


async def find(assistant: Assistant, scene: Scene, *, query: str | None = None, goal: Goal | None = None) -> None:
    """The citizen named a matter: find the item, ask if several are close, say so if there is none."""
    if query is None and await _tells_of_the_case(assistant, scene):
        return
    query = query or scene.text
    aspects = list(scene.understood.aspects)
    wanted = goal or _goal(scene, aspects)
    result = assistant.knowledge.search(query, region=scene.state.district, top_k=8)
    hits = list(result.results)
    candidates = [Candidate(guide_id=h.guide_id, name=h.name, score=round(h.score, 4)) for h in hits[:SHOWN]]
    if answered := faq_of_hits(assistant, scene, hits if result.answerable else []):
        _answer_from_faq(scene, *answered)
        return
    if not result.answerable or not hits:
        _no_answer(scene, candidates)
        return
    scene.update(**scene.state.asks_nothing().model_dump())
    scene.update(subject="other" if is_about_somebody_else(query) else "self", goal=wanted, aspects=aspects or scene.state.aspects, query=query)
    scene.conclude("clarifying", candidates=candidates)
    guides = [assistant.knowledge.guide(h.guide_id).guide for h in hits]
    await _narrow(assistant, scene, siblings_named(query, hits, guides) or close_hits(hits))


async def _tells_of_the_case(assistant: Assistant, scene: Scene) -> bool:
    """A short statement that names no matter but answers a question of the item in hand, asked or not: "广州户口"."""
    text, guide_id = scene.text, scene.state.guide_id
    if guide_id is None or len(text) > _SHORT or scene.understood.aspects or lexicon.asks_something(text):
        return False
    guide = assistant.knowledge.guide(guide_id).guide
    learned = infer_answers(guide, text)
    if not learned or (scene.understood.objects and not says_only_an_option(guide, text)):
        return False
    scene.update(answers={**scene.state.answers, **learned}, pending="none", offers=[], situation=None)
    await go_on(assistant, scene, again=True)
    return True


def siblings_named(query: str, hits: Sequence[Hit], guides: Sequence[Guide]) -> list[Hit]:
    """The items of one topic when only the topic was said ("身份证"): whatever is asked most, it must not be guessed. Else none."""
    said = lexicon.without_function_words(query)
    best = guides[0]
    if len(said) < 2 or hits[0].score >= CERTAIN or (len(said) > _TOPIC and (said in best.aliases or best.name.endswith(said))):
        return []
    named = [h for h, g in zip(hits, guides, strict=True) if g.topic == best.topic and any(said in n for n in (g.topic, g.name, *g.aliases))]
    return named if len(named) > 1 else []


def _answer_from_faq(scene: Scene, published: PublishedGuide, entry: Question) -> None:
    """The one answer; an open question of the item in hand stays open, another item becomes the one in hand."""
    if scene.state.guide_id != published.id:
        scene.update(**scene.state.asks_nothing().model_dump())
        scene.update(guide_id=published.id, goal="overview", history=[*scene.state.history, published.id][-10:])
    show_faq(scene, published, entry)
    if scene.state.pending == "none":
        next_steps(scene, published)


def _goal(scene: Scene, aspects: Sequence[str]) -> Goal:
    if scene.state.pending == "item" and not aspects and scene.state.goal in ("form", "booking", "aspect"):
        return scene.state.goal  # he was asked which item the form, the visit or the question is about
    if aspects:
        return "materials" if list(aspects) == ["materials"] else "aspect"
    return "overview"


def close_hits(hits: Sequence[Hit]) -> list[Hit]:
    """The hits that may be meant: the best one alone when it is sure and stands apart."""
    best = hits[0].score
    close = [h for h in hits if h.score >= CLOSE * best][:SHOWN]
    return close[:1] if best >= SURE and all(h.score < 0.75 * best for h in close[1:]) else close


async def _narrow(assistant: Assistant, scene: Scene, hits: list[Hit]) -> None:
    if len(hits) == 1:
        await take(assistant, scene, hits[0].guide_id)
        return
    guides = {h.guide_id: assistant.knowledge.guide(h.guide_id).guide for h in hits}
    scene.update(candidates=[h.guide_id for h in hits])
    split = best_split([(guides[h.guide_id], h.score) for h in hits])
    if split and len(split.values) < len(hits):
        _ask_facet(scene, split, guides[hits[0].guide_id].topic)
    else:
        _ask_item(scene, hits, guides)


def _ask_facet(scene: Scene, split: Split, topic: str) -> None:
    offers = [Offer(label=value, payload=str(PickFacet(key=split.key, value=value)), words=lexicon.facet_words(value)) for value in split.values]
    scene.ask(f"utter_ask_facet_{split.key}", offers, pending="item", extra=[button("none_of_these", NoneOfThese())], topic=topic)


def _ask_item(scene: Scene, hits: Sequence[Hit], guides: dict[str, Guide]) -> None:
    none = button("none_of_these", NoneOfThese())
    scene.show(item_list(hits, guides, ways_out=[none]))
    offers = [
        Offer(
            label=h.name, payload=str(ChooseItem(guide_id=h.guide_id)), words=[*guides[h.guide_id].aliases[:6], *guides[h.guide_id].facets.values()]
        )
        for h in hits
    ]
    scene.update(pending="item", offers=[*offers, Offer(label=none.label, payload=none.payload)])


def _no_answer(scene: Scene, candidates: list[Candidate]) -> None:
    offers = [button("human", Human())]
    scene.suggest("utter_no_answer_again" if scene.state.misses else "utter_no_answer", offers)
    scene.conclude("no_answer", candidates=candidates)


async def take(assistant: Assistant, scene: Scene, guide_id: str) -> None:
    """This is the item: remember it, read what the sentence already tells, go on."""
    published = assistant.knowledge.guide(guide_id)
    history = [g for g in scene.state.history if g != guide_id] + [guide_id]
    learned = infer_answers(published.guide, scene.state.query or scene.text)
    scene.update(guide_id=guide_id, history=history[-10:], answers={**scene.state.answers, **learned}, pending="none", offers=[], candidates=[])
    await go_on(assistant, scene)


async def pick_facet(assistant: Assistant, scene: Scene, *, key: str, value: str) -> None:
    """The separating question was answered: keep the candidates it fits."""
    kept = [i for i in scene.state.candidates if assistant.knowledge.guide(i).guide.facets.get(key) == value]
    if not kept:
        await find(assistant, scene, query=f"{scene.state.query or ''} {value}".strip())
        return
    hits = {h.guide_id: h for h in assistant.knowledge.search(scene.state.query or value, top_k=20).results}
    chosen = [hits.get(i) or Hit.for_guide(assistant.knowledge.guide(i)) for i in kept]
    scene.conclude("clarifying", candidates=[Candidate(guide_id=h.guide_id, name=h.name, score=round(h.score, 4)) for h in chosen[:SHOWN]])
    await _narrow(assistant, scene, chosen)


async def none_of_these(assistant: Assistant, scene: Scene) -> None:
    """None of the offered items: say it again in other words, or a human."""
    scene.update(**scene.state.asks_nothing().model_dump())
    scene.suggest("utter_none_of_these", [button("human", Human())])
    scene.conclude("no_answer")


_NOT_BUT = re.compile(
    r"(?:不是|唔系|唔係|不要|並非|并非|别)(?P<wrong>[^，,。；;、 ]{1,12})[，,。；;、 ]*(?:是|系|係|要|而是|应该是|我要|我想|改成)?(?P<right>.{1,30})$"
)


async def correct(assistant: Assistant, scene: Scene) -> None:
    """ "不是补领，是换领": another option of the same question, or a sibling of the item in hand."""
    match = _NOT_BUT.search(scene.text)
    right = match.group("right") if match else scene.text
    if scene.state.guide_id is None:
        await find(assistant, scene, query=right)
        return
    guide = assistant.knowledge.guide(scene.state.guide_id).guide
    changed = infer_answers(guide, right)
    if changed and any(scene.state.answers.get(k) != v for k, v in changed.items()):
        scene.update(answers={**scene.state.answers, **changed}, pending="none", offers=[])
        await go_on(assistant, scene, again=True)
        return
    await _find_sibling(assistant, scene, guide, right)


async def _find_sibling(assistant: Assistant, scene: Scene, guide: Guide, right: str) -> None:
    hits = [h for h in assistant.knowledge.search(f"{guide.topic}{right}", top_k=10).results if h.guide_id != guide.id]
    siblings = [h for h in hits if assistant.knowledge.guide(h.guide_id).guide.topic == guide.topic]
    if not siblings:
        await find(assistant, scene, query=right)
        return
    scene.update(**scene.state.asks_nothing().model_dump())
    scene.update(query=right, goal="overview")
    await take(assistant, scene, siblings[0].guide_id)


def mentions_another_item(assistant: Assistant, scene: Scene, text: str) -> bool:
    """Whether a sentence names a matter of its own beyond what it asks about it ("护照要多少钱" does, "要多少钱" does not)."""
    rest = lexicon.without_people(lexicon.without_function_words(text))
    if len(rest) < 2:
        return False
    result = assistant.knowledge.search(text, top_k=3)
    if not result.answerable or not result.results:
        return False
    best = assistant.knowledge.guide(result.results[0].guide_id).guide
    if scene.state.guide_id is None:
        return True
    current = assistant.knowledge.guide(scene.state.guide_id).guide
    if best.id == current.id:
        return False
    return lexicon.overlaps(rest, [best.name, best.topic, *best.aliases]) and not lexicon.overlaps(
        rest, [current.name, current.topic, *current.aliases]
    )
