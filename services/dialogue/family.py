"""A question that belongs to a neighbour of the item in hand: "几天能拿到新的" after 挂失 asks about 补领."""

from __future__ import annotations

import re

from knowledge.schema.guide import Guide
from knowledge.service import Hit
from services.dialogue import lexicon, sentences
from services.dialogue.assistant import Assistant
from services.dialogue.narrowing import topic_siblings
from services.dialogue.scene import Scene


def of_the_family(assistant: Assistant, scene: Scene, guide_id: str) -> list[Hit]:
    """The items of the same topic that a question means rather than the one in hand; none when it may be about that one."""
    text = lexicon.simplified(scene.text)
    if not text or scene.understood.objects:
        return []
    guide = assistant.knowledge.guide(guide_id).guide
    if sentences.gets_a_new_one(text):
        return [] if _hands_out(guide) else [h for h in _siblings(assistant, guide) if _hands_out_anew(assistant.knowledge.guide(h.guide_id).guide)]
    said = re.sub(lexicon.entries()["beside_family"], "", text)
    hits = topic_siblings(assistant, guide, said)
    if not hits or guide.id in {h.guide_id for h in hits}:
        return []
    words = [w for h in hits for w in lexicon.facet_words(assistant.knowledge.guide(h.guide_id).guide.facets.get("action", "")) if w in said]
    return [] if _speaks_of(guide, words) else hits


def _siblings(assistant: Assistant, guide: Guide) -> list[Hit]:
    return [Hit.for_guide(p) for p in assistant.knowledge.guides() if p.guide.topic == guide.topic and p.id != guide.id]


def _hands_out_anew(guide: Guide) -> bool:
    return bool(re.search(lexicon.entries()["new_one"]["handed_out_by"], guide.facets.get("action", "")))


def _hands_out(guide: Guide) -> bool:
    """Whether the item itself gives a new one, or the first."""
    return _hands_out_anew(guide) or bool(re.search(lexicon.entries()["new_one"]["first_by"], guide.facets.get("action", "")))


def _speaks_of(guide: Guide, words: list[str]) -> bool:
    """Whether the guide itself has something to say about what is asked."""
    told = " ".join([guide.summary, *(f"{e.q} {e.a}" for e in guide.faq), *(f"{s.name} {s.what}" for s in guide.steps)])
    return any(word in told for word in words)
