"""What was offered or taken up is not it: the next likely items once more to choose from, then other words or a human."""

from __future__ import annotations

from knowledge.guidance.aspects import sections_of
from knowledge.schema.guide import Guide
from knowledge.service import Hit
from services.conversations.model import Utter
from services.dialogue.assistant import Assistant
from services.dialogue.giving_back import gives_back
from services.dialogue.narrowing import SHOWN, ask_item
from services.dialogue.scene import Scene, button
from services.messages.model import Candidate, Choice
from services.messages.payloads import AskAspect, CancelForm, ContinueForm, Human, PutOff

_LOOKED_AT = 20  # hits of the search that may still be meant


async def none_of_these(assistant: Assistant, scene: Scene) -> None:
    """None of the offered items: those that the search found behind them, once; after that, say it in other words, or a human."""
    _refuse(assistant, scene, scene.state.candidates)


async def not_this(assistant: Assistant, scene: Scene) -> None:
    """The item taken up is not the one meant: the same, and it is no longer in hand."""
    refused = [scene.state.guide_id] if scene.state.guide_id else []
    scene.update(guide_id=None, history=[i for i in scene.state.history if i not in refused])
    _refuse(assistant, scene, refused)


async def let_be(assistant: Assistant, scene: Scene) -> None:
    """ "算了": what was asked is not asked any more; what was said and filled in stays."""
    if await gives_back(assistant, scene):
        return
    choices = [button("keep_filling_form", ContinueForm(form_id=scene.state.form_id))] if scene.state.form_id else []
    idle = scene.state.guide_id is None and scene.state.pending == "none" and not choices
    scene.close_question()
    scene.update(goal="overview", aspects=[], moving=None)
    if idle:
        scene.say("utter_at_your_service")
        scene.conclude("answered")
        return
    scene.suggest("utter_let_be", [*choices, button("human", Human())])
    scene.conclude("answered")


def too_much(assistant: Assistant, scene: Scene) -> None:
    """ "太麻烦了" before a form or a question: what one can do instead of going on, and that nothing is lost. With nothing open: easier ways."""
    if scene.state.pending == "none" and not scene.state.form_id:
        _easier(assistant, scene)
        return
    form = scene.state.form_id
    choices = [*easier_ways(_in_hand(assistant, scene)), button("human", Human()), button("later", PutOff())]
    if form:
        choices += [button("keep_filling_form", ContinueForm(form_id=form)), button("drop_form", CancelForm())]
    scene.entries.append(Utter(response="utter_too_much", choices=choices))
    scene.conclude("clarifying")


def _easier(assistant: Assistant, scene: Scene) -> None:
    ways = easier_ways(_in_hand(assistant, scene))
    scene.suggest("utter_weary_of_it" if ways else "utter_weary", [*ways, button("human", Human())])
    scene.conclude("answered")


def _in_hand(assistant: Assistant, scene: Scene) -> Guide | None:
    return assistant.knowledge.guide(scene.state.guide_id).guide if scene.state.guide_id else None


def easier_ways(guide: Guide | None) -> list[Choice]:
    """What the guide may have to say to somebody who would rather not go himself."""
    if guide is None:
        return []
    present = sections_of(guide)
    return [button(a, AskAspect(aspect=a, guide_id=guide.id)) for a in ("online", "proxy") if a in present]


def _refuse(assistant: Assistant, scene: Scene, refused: list[str]) -> None:
    if not _offer_further(assistant, scene, refused):
        scene.close_question()
        scene.suggest("utter_none_of_these", [button("human", Human())])
        scene.conclude("no_answer")


def _offer_further(assistant: Assistant, scene: Scene, refused: list[str]) -> bool:
    """Whether there are further items for the sentence that is being narrowed down; then they are offered."""
    query = scene.state.query
    if not query or not refused or scene.state.refused:
        return False
    found = assistant.knowledge.search(query, region=scene.state.district, top_k=_LOOKED_AT)
    further = [h for h in found.results if h.guide_id not in refused][:SHOWN]
    if not further:
        return False
    scene.say("utter_further_items")
    scene.close_question()
    scene.update(query=query, refused=refused, candidates=[h.guide_id for h in further])
    ask_item(scene, further, {h.guide_id: assistant.knowledge.guide(h.guide_id).guide for h in further})
    scene.conclude("clarifying", candidates=[_candidate(h) for h in further])
    return True


def _candidate(hit: Hit) -> Candidate:
    return Candidate(guide_id=hit.guide_id, name=hit.name, score=round(hit.score, 4))
