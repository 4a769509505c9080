"""A question that a guide's FAQ answers: that one question and answer, instead of the whole section."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.guidance.aspects import AspectFacts, Fact
from knowledge.schema.guide import Guide, Question
from knowledge.service import Hit, PublishedGuide
from services.dialogue import lexicon, sentences
from services.dialogue.assistant import Assistant
from services.dialogue.cards import answer_card
from services.dialogue.scene import Scene

# How alike a sentence and the entry's question are, in their characters and pairs: alone, when the search found the same entry,
# and when the sentence also asks for an aspect that has a section of its own.
ALIKE = 0.7
ALIKE_WHEN_FOUND = 0.55
WORD_FOR_WORD = 0.85
_LEAST = 4  # characters of a question that may stand for a longer one


def matching_faq(guide: Guide, text: str, hit: Hit | None = None, *, alike: float = ALIKE) -> Question | None:
    """The entry this sentence asks, or None; ``hit`` is what the search found of the guide, ``alike`` how alike they must be without it."""
    if not guide.faq or not (sentences.asks_something(text) or (hit is not None and _another_trouble(guide, text))):
        return None
    likeness = {entry.q: 1.0 if _shortened(guide, text, entry.q) else lexicon.likeness(text, entry.q) for entry in guide.faq}
    entry = max(guide.faq, key=lambda e: likeness[e.q])
    found = hit is not None and hit.passage.section == "faq" and hit.passage.text.startswith(entry.q)
    return entry if likeness[entry.q] >= (ALIKE_WHEN_FOUND if found else alike) else None


def _another_trouble(guide: Guide, text: str) -> bool:
    """ "普通话证丢了" is told to the item by which one takes the test: what it says of that is in its questions, not in its card."""
    return lexicon.says_what_happened(text) and not lexicon.facet_pieces(text, guide.facets.get("action", ""))


def _shortened(guide: Guide, text: str, question: str) -> bool:
    """ "能领几个月" is "失业金能领几个月？" without the item's name."""
    said, whole = lexicon.without_marks(text), lexicon.without_marks(question)
    if len(said) < _LEAST or said not in whole:
        return False
    rest = lexicon.without_function_words(whole.replace(said, "", 1))
    return not rest or any(rest in name for name in (guide.name, guide.topic, *guide.aliases))


def faq_of_hits(assistant: Assistant, scene: Scene, hits: Sequence[Hit]) -> tuple[PublishedGuide, Question] | None:
    """The entry meant, of the item in hand or else of the item that was found first."""
    found = {hit.guide_id: hit for hit in hits}
    for guide_id in dict.fromkeys([scene.state.guide_id, *(h.guide_id for h in hits[:1])]):
        if guide_id is None:
            continue
        published = assistant.knowledge.guide(guide_id)
        alike = WORD_FOR_WORD if scene.understood.aspects else ALIKE
        entry = matching_faq(published.guide, scene.text, None if scene.understood.aspects else found.get(guide_id), alike=alike)
        if entry:
            return published, entry
    return None


def show_faq(scene: Scene, published: PublishedGuide, entry: Question) -> None:
    """The one question and its answer."""
    scene.show(answer_card(published, AspectFacts("faq", "faq", [Fact(entry)], True, [])))
    scene.conclude("answered", guide=(published.id, published.version), section="faq")
