"""From a sentence to the item: search, then the one question that separates what is close, then on to what was wanted."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.schema.guide import Question
from knowledge.service import Hit, PublishedGuide, SearchResult
from services.conversations.state import Goal
from services.dialogue import lexicon, sentences
from services.dialogue.assistant import Assistant
from services.dialogue.faq import faq_of_hits, show_faq
from services.dialogue.going_on import give_aspects, next_steps
from services.dialogue.halls import asked_for_a_hall
from services.dialogue.handing import add_to_complaint, lately_complained
from services.dialogue.in_hand import about_the_item, answered_in_hand
from services.dialogue.naming import by_alias
from services.dialogue.narrowing import CERTAIN, SHOWN, SURE, VAGUE, close_hits, siblings_named
from services.dialogue.nearby import offer_nearby, perhaps
from services.dialogue.nothing_found import no_answer, no_such_thing, of_no_item
from services.dialogue.people import turn_to, whom_of
from services.dialogue.refusing import let_be
from services.dialogue.reopening import ask_again
from services.dialogue.scene import Scene
from services.dialogue.several import take_several
from services.dialogue.spelling import spelled
from services.dialogue.stating import narrows, tells_of_the_case
from services.dialogue.taking import narrow, search_items
from services.dialogue.waiting import next_matter
from services.messages.model import Candidate


async def find(assistant: Assistant, scene: Scene, *, query: str | None = None, goal: Goal | None = None) -> None:
    """The citizen named a matter: find the item, ask if several are close, say so if there is none."""
    if query is None and (await narrows(assistant, scene) or await about_the_item(assistant, scene) or await tells_of_the_case(assistant, scene)):
        return
    if query is None and scene.state.guide_id and sentences.gives_up(scene.text):
        await let_be(assistant, scene)
        return
    aspects = list(scene.understood.aspects)
    wanted = goal or _goal(scene, aspects)
    if query is None and (await next_matter(assistant, scene) or await take_several(assistant, scene, goal=wanted)):
        return
    if query is None and (await asked_for_a_hall(assistant, scene) or await _asks_for_no_more(assistant, scene)):
        return
    query = query or sentences.without_gentle_words(spelled(assistant.knowledge, scene.text).text)
    named: list[Hit] = []
    found = search_items(assistant, scene, sentences.without_besides(query) if wanted in ("booking", "form") else query)
    found = _by_its_clause(assistant, scene, query, found) or found
    hits, answerable = found.results, found.answerable and not _names_nothing(scene, found)
    unsure = not answerable or (hits[0].score < VAGUE and len(close_hits(hits)) == 1 and not scene.understood.aspects)
    if unsure and (named := _named_barely(assistant, scene, query) or ([] if answerable else by_alias(assistant, query))):
        hits, answerable = named, True
    if not answerable and scene.state.guide_id and sentences.asks_how(scene.text):
        await give_aspects(assistant, scene, assistant.knowledge.guide(scene.state.guide_id), ["steps"])
        return
    candidates = [Candidate(guide_id=h.guide_id, name=h.name, score=round(h.score, 4)) for h in hits[:SHOWN]]
    barely = _topic_of(scene, query) in scene.understood.objects
    if not barely and (answered := faq_of_hits(assistant, scene, hits if answerable else [])):
        _answer_from_faq(scene, *answered)
        return
    if answered_in_hand(assistant, scene, best=hits[0].score if answerable and hits else 0.0):
        return
    if not named and (thing := of_no_item(assistant, query, found)):
        no_such_thing(scene, thing, found, candidates)
        return
    if not answerable or not hits:
        if lately_complained(assistant, scene) and scene.turn.state.pending == "none" and not sentences.asks_something(scene.text):
            await add_to_complaint(assistant, scene)  # the story goes on
            return
        await no_answer(assistant, scene, candidates, maybe=perhaps(found))
        return
    scene.close_question()
    turn_to(scene, whom_of(scene, query))
    scene.update(goal=wanted, aspects=aspects or scene.state.aspects, query=query)
    scene.conclude("clarifying", candidates=candidates)
    guides = [assistant.knowledge.guide(h.guide_id).guide for h in hits]
    topic = _topic_of(scene, query)
    siblings = siblings_named(topic, hits, guides, alone=lexicon.without_marks(query) == topic)
    await narrow(assistant, scene, siblings or named or close_hits(hits))
    offer_nearby(assistant, scene, hits)
    _also_named(assistant, scene)


def _by_its_clause(assistant: Assistant, scene: Scene, query: str, whole: SearchResult) -> SearchResult | None:
    """What is found for the one clause that names a thing, when the whole sentence finds next to nothing ("我想帮阿妈换身份证，要带咩去啊")."""
    best = whole.results[0].score if whole.answerable and whole.results else 0.0
    if best >= VAGUE:
        return None
    clauses = [c for c in re.split(r"[^\w]+", query) if c]
    naming = [c for c in clauses if any(thing in c for thing in scene.understood.objects)]
    found = search_items(assistant, scene, naming[0]) if len(naming) == 1 < len(clauses) else None
    return found if found and found.answerable and found.results[0].score > best else None


async def _asks_for_no_more(assistant: Assistant, scene: Scene) -> bool:
    """Whether "接着说下一件" was said and nothing waits."""
    if not lexicon.says_next_matter(scene.text) or scene.understood.objects:
        return False
    scene.say("utter_no_next_matter")
    if scene.state.pending != "none":
        await ask_again(assistant, scene)
    scene.conclude("clarifying")
    return True


def _names_nothing(scene: Scene, found: SearchResult) -> bool:
    """ "要多少分" is asked of the item in hand, whatever the search makes of one character."""
    said, best = lexicon.without_function_words(scene.text), found.results[0].score if found.results else 0.0
    return bool(scene.state.guide_id) and sentences.asks_something(scene.text) and not scene.understood.objects and len(said) < 2 and best < CERTAIN


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
    return objects[0] if lexicon.is_only_an_age(around) else query


def _also_named(assistant: Assistant, scene: Scene) -> None:
    """Of several things named in one sentence the first is taken up; the others are not forgotten."""
    if scene.state.guide_id is None or len(scene.understood.objects) < 2 or "materials" in scene.understood.aspects:
        return
    guide = assistant.knowledge.guide(scene.state.guide_id).guide
    ours = [guide.name, guide.topic, *guide.aliases, *(m.name for m in guide.materials)]
    others = [o for o in scene.understood.objects if not lexicon.overlaps(o, ours)]
    if others:
        scene.say("utter_also_named", names="、".join(others))


def _answer_from_faq(scene: Scene, published: PublishedGuide, entry: Question) -> None:
    """The one answer; an open question of the item in hand stays open, another item becomes the one in hand."""
    if scene.state.guide_id != published.id:
        scene.close_question()
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


def mentions_another_item(assistant: Assistant, scene: Scene, text: str) -> bool:
    """Whether a sentence names a matter of its own beyond what it asks about it ("护照要多少钱" does, "要多少钱" does not)."""
    rest = lexicon.without_people(lexicon.without_function_words(sentences.without_besides(text)))
    if len(rest) < 2:
        return False
    result = assistant.knowledge.search(sentences.without_besides(text), top_k=3)
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
    theirs = lexicon.shared(rest, [best.name, best.topic, *best.aliases])
    ours = lexicon.shared(rest, [current.name, current.topic, *current.aliases])
    return theirs > 1 and (ours < 2 or (theirs > ours + 1 and result.results[0].score >= CERTAIN))  # 电动车上牌, while 机动车驾驶证 is in hand
