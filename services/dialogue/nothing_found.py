"""What is said where no item was found, or none is about the thing that is named."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.service import Hit, SearchResult
from services.dialogue import sentences
from services.dialogue.assistant import Assistant
from services.dialogue.naming import speaks_of, unknown_thing
from services.dialogue.narrowing import VAGUE
from services.dialogue.nearby import MAYBE, SHOWN_MAYBE, as_choices
from services.dialogue.reopening import ask_again
from services.dialogue.scene import Scene, button
from services.messages.model import Candidate
from services.messages.payloads import Human

_ATTEMPT = 6  # up to so many characters a statement that was not understood was an attempt at an answer


def of_no_item(assistant: Assistant, query: str, found: SearchResult) -> str | None:
    """A certificate is named that no item is about, and what was found does not speak of it either: "学生证丢了"."""
    best = found.results[0] if found.answerable and found.results else None
    thing = unknown_thing(assistant, query) if best is None or best.score < VAGUE else None
    return None if thing and best and speaks_of(assistant.knowledge.guide(best.guide_id).guide, thing) else thing


def no_such_thing(scene: Scene, thing: str, found: SearchResult, candidates: list[Candidate]) -> None:
    """Said plainly; what sounds like it is offered only when the search would have answered with it."""
    near = [h for h in found.results[:SHOWN_MAYBE] if h.score >= MAYBE] if found.answerable else []
    scene.update(query=scene.text)
    scene.suggest("utter_no_such_thing_but" if near else "utter_no_such_thing", [*as_choices(near), button("human", Human())], thing=thing)
    scene.outcome = None
    scene.conclude("no_answer", candidates=candidates)


async def no_answer(assistant: Assistant, scene: Scene, candidates: list[Candidate], *, maybe: Sequence[Hit] = ()) -> None:
    """Said once in full, then shorter; a question that was open stays open and is put again. ``maybe``: what is offered all the same."""
    variants = ("utter_no_answer", "utter_no_answer_again", "utter_no_answer_still")
    if scene.turn.state.pending not in ("none", "complaint", "rating"):
        attempt = len(scene.text) <= _ATTEMPT and not sentences.asks_something(scene.text)
        scene.say("utter_unclear" if attempt else "utter_no_answer_aside")
        await ask_again(assistant, scene)
    elif maybe:
        scene.update(query=scene.text)
        scene.suggest("utter_no_answer_maybe", [*as_choices(maybe), button("human", Human())])
    else:
        scene.suggest(variants[min(scene.state.misses, 2)], [button("human", Human())])
    scene.outcome = None
    scene.conclude("no_answer", candidates=candidates)
