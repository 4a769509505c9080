"""From a sentence to the item: search, then the one question that separates what is close, then on to what was wanted."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.schema.guide import Question
from knowledge.service import Hit, PublishedGuide
from services.conversations.state import Goal
from services.dialogue import lexicon
from services.dialogue.assistant import Assistant
from services.dialogue.faq import faq_of_hits, show_faq
from services.dialogue.going_on import go_on, next_steps
from services.dialogue.hints import infer_answers, says_only_an_option
from services.dialogue.narrowing import SHOWN, SURE, VAGUE, already_said, ask_apart, ask_which, close_hits, open_items, siblings_named, topic_siblings
from services.dialogue.people import turn_to, whom_of
from services.dialogue.reopening import ask_again
from services.dialogue.scene import Scene, button
from services.messages.model import Candidate
from services.messages.payloads import Human

_SHORT = 14  # characters of a statement that tells of the case only, or answers which item is meant


_ATTEMPT = 6  # up to so many characters a statement that was not understood was an attempt at an answer


async def find(assistant: Assistant, scene: Scene, *, query: str | None = None, goal: Goal | None = None) -> None:
    """The citizen named a matter: find the item, ask if several are close, say so if there is none."""
    if query is None and (await _narrows(assistant, scene) or await _tells_of_the_case(assistant, scene)):
        return
    query = query or scene.text
    aspects = list(scene.understood.aspects)
    wanted = goal or _goal(scene, aspects)
    named: list[Hit] = []
    hits, answerable = _search(assistant, scene, lexicon.without_besides(query) if wanted in ("booking", "form") else query)
    unsure = not answerable or (hits[0].score < VAGUE and len(close_hits(hits)) == 1 and not scene.understood.aspects)
    if unsure and (named := _named_barely(assistant, scene, query)):
        hits, answerable = named, True
    candidates = [Candidate(guide_id=h.guide_id, name=h.name, score=round(h.score, 4)) for h in hits[:SHOWN]]
    barely = _topic_of(scene, query) in scene.understood.objects
    if not barely and (answered := faq_of_hits(assistant, scene, hits if answerable else [])):
        _answer_from_faq(scene, *answered)
        return
    if not answerable or not hits:
        await _no_answer(assistant, scene, candidates)
        return
    scene.update(**scene.state.asks_nothing().model_dump())
    turn_to(scene, whom_of(scene, query))
    scene.update(goal=wanted, aspects=aspects or scene.state.aspects, query=query)
    scene.conclude("clarifying", candidates=candidates)
    guides = [assistant.knowledge.guide(h.guide_id).guide for h in hits]
    await narrow(assistant, scene, siblings_named(_topic_of(scene, query), hits, guides) or named or close_hits(hits))
    _also_named(assistant, scene)


def _search(assistant: Assistant, scene: Scene, query: str) -> tuple[list[Hit], bool]:
    result = assistant.knowledge.search(query, region=scene.state.district, top_k=8)
    return list(result.results), bool(result.answerable and result.results)


def _named_barely(assistant: Assistant, scene: Scene, query: str) -> list[Hit]:
    """ "医保呢": nothing but a thing's name, too little to decide; the likeliest items that bear it, to choose from."""
    thing = _topic_of(scene, query)
    if thing not in scene.understood.objects:
        return []
    found = assistant.knowledge.search(thing, region=scene.state.district, top_k=20).results
    guides = {h.guide_id: assistant.knowledge.guide(h.guide_id).guide for h in found}
    return [h for h in found if any(thing in n for g in [guides[h.guide_id]] for n in (g.name, g.topic, *g.aliases))][:SHOWN]


def _topic_of(scene: Scene, query: str) -> str:
    """The sentence, or the one thing it names when nothing but people and ages stands around it: "我妈72了，老人卡"."""
    objects = scene.understood.objects
    if len(objects) != 1 or objects[0] not in query:
        return query
    around = lexicon.without_function_words(lexicon.without_people(query.replace(objects[0], "")))
    return objects[0] if not around.strip("0123456789一二三四五六七八九十百岁今年快已经对") else query


def _also_named(assistant: Assistant, scene: Scene) -> None:
    """Of several things named in one sentence the first is taken up; the others are not forgotten."""
    if scene.state.guide_id is None or len(scene.understood.objects) < 2 or "materials" in scene.understood.aspects:
        return
    guide = assistant.knowledge.guide(scene.state.guide_id).guide
    ours = [guide.name, guide.topic, *guide.aliases, *(m.name for m in guide.materials)]
    others = [o for o in scene.understood.objects if not lexicon.overlaps(o, ours)]
    if others:
        scene.say("utter_also_named", names="、".join(others))


async def _narrows(assistant: Assistant, scene: Scene) -> bool:
    """Words said while it is asked which item is meant ("到期", "坏了"): of the ones on offer, or of the sentence before and these together."""
    text = scene.text
    if not open_items(scene) or not text or len(text) > _SHORT or lexicon.asks_something(text):
        return False
    if where := lexicon.registered_in(text):
        scene.update(answers={**scene.state.answers, "hukou": where})
    if await narrow_by_words(assistant, scene, text):
        return True
    if lexicon.states_the_case(text):
        scene.say("utter_noted")
        ask_which(assistant, scene)
        return True
    if scene.understood.objects or not scene.state.query:
        return False
    hits, answerable = _search(assistant, scene, f"{scene.state.query} {text}")
    topics = {assistant.knowledge.guide(i).guide.topic for i in scene.state.candidates}
    near = [h for h in close_hits(hits) if assistant.knowledge.guide(h.guide_id).guide.topic in topics] if answerable else []
    if not near or {h.guide_id for h in near} >= set(scene.state.candidates):
        if lexicon.says_only_a_facet(text):
            ask_which(assistant, scene)
            return True
        return False
    scene.update(query=f"{scene.state.query} {text}")
    await narrow(assistant, scene, near)
    return True


async def narrow_by_words(assistant: Assistant, scene: Scene, text: str) -> bool:
    """Whether the words decide among the items on offer; then the talk goes on with those they leave."""
    chosen = [Hit.for_guide(assistant.knowledge.guide(i)) for i in scene.state.candidates]
    guides = {h.guide_id: assistant.knowledge.guide(h.guide_id).guide for h in chosen}
    kept = already_said(chosen, guides, text, scene.state.answers if lexicon.registered_in(text) else {})
    if len(kept) == len(chosen):
        return False
    scene.update(query=f"{scene.state.query or ''} {text}".strip())
    await narrow(assistant, scene, kept)
    return True


async def _tells_of_the_case(assistant: Assistant, scene: Scene) -> bool:
    """A short statement that names no matter: it answers a question of the item in hand, names its sibling, or is only taken note of."""
    text, guide_id = scene.text, scene.state.guide_id
    if guide_id is None or open_items(scene) or not text or len(text) > _SHORT or scene.understood.aspects or lexicon.asks_something(text):
        return False
    guide = assistant.knowledge.guide(guide_id).guide
    states = lexicon.states_the_case(text)
    learned = infer_answers(guide, text)
    if learned and (states or not scene.understood.objects or says_only_an_option(guide, text)):
        scene.update(answers={**scene.state.answers, **learned}, pending="none", offers=[], situation=None)
        await go_on(assistant, scene, again=True)
        return True
    if lexicon.says_only_a_facet(text) and (others := topic_siblings(assistant, guide, text)) and guide_id not in {h.guide_id for h in others}:
        await to_sibling(assistant, scene, others, text)
        return True
    if not states and not lexicon.says_only_a_facet(text):
        return False
    scene.say("utter_noted")
    await ask_again(assistant, scene)
    return True


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


async def narrow(assistant: Assistant, scene: Scene, hits: list[Hit]) -> None:
    """One item is taken; of several, those that the sentence leaves, and a question between them."""
    guides = {h.guide_id: assistant.knowledge.guide(h.guide_id).guide for h in hits}
    facts = scene.facts if scene.state.subject == "self" else {}
    hits = already_said(hits, guides, scene.state.query or scene.text, {**facts, **scene.state.answers})
    if len(hits) == 1:
        await take(assistant, scene, hits[0].guide_id)
        return
    ask_apart(scene, hits, guides)


async def _no_answer(assistant: Assistant, scene: Scene, candidates: list[Candidate]) -> None:
    """Said once in full, then shorter; a question that was open stays open and is put again."""
    variants = ("utter_no_answer", "utter_no_answer_again", "utter_no_answer_still")
    if scene.turn.state.pending not in ("none", "complaint", "rating"):
        attempt = len(scene.text) <= _ATTEMPT and not lexicon.asks_something(scene.text)
        scene.say("utter_unclear" if attempt else "utter_no_answer_aside")
        await ask_again(assistant, scene)
    else:
        scene.suggest(variants[min(scene.state.misses, 2)], [button("human", Human())])
    scene.outcome = None
    scene.conclude("no_answer", candidates=candidates)


async def take(assistant: Assistant, scene: Scene, guide_id: str) -> None:
    """This is the item: remember it, read what the sentence already tells, go on."""
    published = assistant.knowledge.guide(guide_id)
    history = [g for g in scene.state.history if g != guide_id] + [guide_id]
    learned = infer_answers(published.guide, scene.state.query or scene.text)
    about = {**scene.state.about, guide_id: scene.state.whom}
    scene.update(guide_id=guide_id, history=history[-10:], about=about, answers={**scene.state.answers, **learned})
    scene.update(pending="none", offers=[], candidates=[], situation=None)
    await go_on(assistant, scene)


async def to_sibling(assistant: Assistant, scene: Scene, hits: list[Hit], said: str) -> None:
    """Another item of the same topic instead of the one in hand; what was wanted of it stays wanted."""
    goal = "overview" if scene.state.goal == "materials" and scene.state.aspects != ["materials"] else scene.state.goal
    scene.update(**scene.state.asks_nothing().model_dump())
    scene.update(goal=goal, query=said)
    scene.conclude("clarifying", candidates=[Candidate(guide_id=h.guide_id, name=h.name, score=round(h.score, 4)) for h in hits[:SHOWN]])
    await narrow(assistant, scene, hits)


def mentions_another_item(assistant: Assistant, scene: Scene, text: str) -> bool:
    """Whether a sentence names a matter of its own beyond what it asks about it ("护照要多少钱" does, "要多少钱" does not)."""
    rest = lexicon.without_people(lexicon.without_function_words(lexicon.without_besides(text)))
    if len(rest) < 2:
        return False
    result = assistant.knowledge.search(lexicon.without_besides(text), top_k=3)
    if not result.answerable or not result.results:
        return False
    if scene.state.guide_id and not scene.understood.objects and result.results[0].score < SURE:
        return False  # nothing is named: "要回老家吗" is about the item in hand
    best = assistant.knowledge.guide(result.results[0].guide_id).guide
    if scene.state.guide_id is None:
        return True
    current = assistant.knowledge.guide(scene.state.guide_id).guide
    if best.id == current.id:
        return False
    return lexicon.overlaps(rest, [best.name, best.topic, *best.aliases]) and not lexicon.overlaps(
        rest, [current.name, current.topic, *current.aliases]
    )
