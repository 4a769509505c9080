"""Beside an item that was found with some doubt: those that may have been meant instead, one tap away, so that nothing need be asked first."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.service import Hit
from services.dialogue.assistant import Assistant
from services.dialogue.scene import Scene
from services.messages.model import Answer, Choice, GuideCard
from services.messages.payloads import ChooseItem
from services.messages.rendering import words

# Measured on the dev questions: shown at three sentences in ten, and the item meant is among them for most that were found wrongly.
DOUBTED = 0.97  # a score below it
NEAR = 0.01  # of the best score
SHOWN_BESIDE = 4


def nearby(hits: Sequence[Hit], taken: str) -> list[Hit]:
    """What may have been meant instead of the item taken; nothing when it was found without doubt. ``hits`` must not be empty."""
    best = hits[0].score
    return [] if best >= DOUBTED else [h for h in hits if h.guide_id != taken and h.score >= NEAR * best][:SHOWN_BESIDE]


def offer_nearby(assistant: Assistant, scene: Scene, hits: Sequence[Hit]) -> None:
    """Puts them on the card or the answer just given; before a question, the item it is about is named with them."""
    taken = scene.state.guide_id
    if taken is None or scene.state.pending == "item" or not (near := nearby(hits, taken)):
        return
    for at, entry in enumerate(scene.entries):
        if isinstance(entry, GuideCard | Answer) and entry.guide_id == taken:
            scene.entries[at] = _with(entry, near)
            return
    names = words()["nearby"]["between"].join(h.name for h in near[:2])
    scene.say("utter_taken_as", at=0, name=assistant.knowledge.guide(taken).guide.name, others=names)


def _with(message: GuideCard | Answer, near: Sequence[Hit]) -> GuideCard | Answer:
    line = words()["nearby"]["line"].format(words()["nearby"]["between"].join(h.name for h in near))
    choices = [Choice(label=h.name, payload=str(ChooseItem(guide_id=h.guide_id))) for h in near]
    return message.model_copy(update={"nearby": choices, "text": f"{message.text}\n{line}"})
