"""From what was found to the one item: those that the words leave, a question between them, and the item taken up."""

from __future__ import annotations

from dataclasses import replace

from knowledge.schema.guide import Guide
from knowledge.service import Hit, SearchResult
from services.dialogue import lexicon
from services.dialogue.assistant import Assistant
from services.dialogue.going_on import go_on
from services.dialogue.hints import infer_answers
from services.dialogue.narrowing import SHOWN, already_said, ask_apart
from services.dialogue.scene import Scene
from services.messages.model import Candidate


def search_items(assistant: Assistant, scene: Scene, query: str) -> SearchResult:
    """What is found, and whether any answers. A bundle steps back behind an item of its own that is meant rather than it."""
    result = assistant.knowledge.search(query, region=scene.state.district, top_k=8)
    best = result.results[0].guide_id if result.results else ""
    hits = [h for h in result.results if not _gathers(assistant.knowledge.guide(h.guide_id).guide, best)]
    return replace(result, results=hits, answerable=bool(result.answerable and hits))


def _gathers(guide: Guide, item: str) -> bool:
    return guide.bundle is not None and any(member.guide == item for member in guide.bundle.members)


async def narrow(assistant: Assistant, scene: Scene, hits: list[Hit]) -> None:
    """One item is taken; of several, those that the sentence leaves, and a question between them."""
    guides = {h.guide_id: assistant.knowledge.guide(h.guide_id).guide for h in hits}
    facts = scene.facts if scene.state.subject == "self" else {}
    hits = already_said(hits, guides, scene.state.query or scene.text, {**facts, **scene.state.answers})
    if len(hits) == 1:
        await take(assistant, scene, hits[0].guide_id)
        return
    ask_apart(scene, hits, guides)


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


async def take(assistant: Assistant, scene: Scene, guide_id: str) -> None:
    """This is the item: remember it, read what the sentence already tells, go on."""
    published = assistant.knowledge.guide(guide_id)
    history = [g for g in scene.state.history if g != guide_id] + [guide_id]
    learned = infer_answers(published.guide, scene.state.query or scene.text)
    about = {**scene.state.about, guide_id: scene.state.whom}
    scene.update(guide_id=guide_id, history=history[-10:], about=about, answers={**scene.state.answers, **learned})
    scene.update(pending="none", offers=[], candidates=[], situation=None)
    await go_on(assistant, scene)


async def choose(assistant: Assistant, scene: Scene, guide_id: str) -> None:
    """An item was tapped. In place of another one in hand it is shown from the beginning, as that one was."""
    if scene.state.guide_id not in (None, guide_id) and scene.state.pending != "item" and scene.state.goal == "materials":
        scene.update(goal="overview")
    await take(assistant, scene, guide_id)


async def to_sibling(assistant: Assistant, scene: Scene, hits: list[Hit], said: str) -> None:
    """Another item of the same topic instead of the one in hand; what was wanted of it stays wanted."""
    asked_for_the_list = scene.state.aspects == ["materials"] or "materials" in scene.understood.aspects
    goal = "overview" if scene.state.goal == "materials" and not asked_for_the_list else scene.state.goal
    scene.close_question()
    scene.update(goal=goal, query=said)
    scene.conclude("clarifying", candidates=[Candidate(guide_id=h.guide_id, name=h.name, score=round(h.score, 4)) for h in hits[:SHOWN]])
    await narrow(assistant, scene, hits)
