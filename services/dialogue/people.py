"""Whose matter it is. Answers belong to a person: what was said of the child is not asked of the mother, and does not answer for her."""

from __future__ import annotations

from services.dialogue import lexicon
from services.dialogue.scene import Scene

_CONTINUES = ("ask_aspect_other", "correct", "choose", "go_back")  # "那港澳通行证呢" goes on about the same person


def whom_of(scene: Scene, text: str) -> str:
    """Who a new wish is for: whoever it names, else the person talked of when the sentence goes on, else the citizen himself."""
    named = lexicon.whom(text)
    return named or (scene.state.whom if scene.understood.intent in _CONTINUES else "self")


def turn_to(scene: Scene, who: str) -> None:
    """The talk is about this person now: the answers given about him come back, those about the one before are kept for later,
    as is the form that was open for him."""
    state = scene.state
    if who == state.whom:
        scene.update(subject="self" if who == "self" else "other")
        return
    kept = {**state.told_of, state.whom: state.answers}
    answers = {**lexicon.of_course(who), **kept.get(who, {})}
    scene.update(whom=who, told_of=kept, answers=answers, subject="self" if who == "self" else "other", form_id=None)
