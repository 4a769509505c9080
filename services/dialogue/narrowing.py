"""Which of several close items is meant: what was said already decides first; then the one question that separates them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from knowledge.guidance.splitting import Split, best_split
from knowledge.schema.guide import Guide
from knowledge.service import Hit
from services.conversations.state import Offer
from services.dialogue import lexicon
from services.dialogue.ages import age_in, least_age
from services.dialogue.assistant import Assistant
from services.dialogue.cards import item_list
from services.dialogue.scene import Scene, button
from services.messages.payloads import ChooseItem, NoneOfThese, PickFacet

# A hit is close to the best one when its calibrated score is at least this share of it (measured on the dev questions).
CLOSE = 0.45
SURE = 0.80
VAGUE = 0.40  # a bare name found with less than this is asked about
CERTAIN = 0.945  # nothing is asked above it, but of a bare topic
MEANT = 0.01  # a sibling with a smaller share of the best score is not meant, whatever it is called
SHOWN = 5
_PIECE = 2  # characters
_TOPIC = 3  # characters up to which an item's alias ("护照") is a topic rather than an item


def close_hits(hits: Sequence[Hit]) -> list[Hit]:
    """The hits that may be meant: the best one alone when it is sure and stands apart."""
    best = hits[0].score
    close = [h for h in hits if h.score >= CLOSE * best][:SHOWN]
    return close[:1] if best >= SURE and all(h.score < 0.75 * best for h in close[1:]) else close


def siblings_named(query: str, hits: Sequence[Hit], guides: Sequence[Guide], *, alone: bool = True) -> list[Hit]:
    """The items of one topic when only the topic was said ("身份证"): whatever is asked most, it must not be guessed. Else none.

    ``alone``: ``query`` is all that was said, not what is left of a sentence.
    """
    said = lexicon.without_function_words(query)
    best = guides[0]
    # Then no score tells which item is meant, however often it is one of them; "我想办护照" is a wish, and its score counts.
    topic_alone = alone and len(said) <= _TOPIC and said in best.topic and said == lexicon.without_marks(query)
    if len(said) < 2 or (not topic_alone and _names_one(said, hits[0], best)):
        return []
    likely = [(h, g) for h, g in zip(hits, guides, strict=True) if topic_alone or h.score >= MEANT * hits[0].score]
    named = [h for h, g in likely if g.topic == best.topic and any(_bears(n, said) for n in (g.topic, g.name, *g.aliases))]
    return named if len(named) > 1 else []


def _bears(name: str, said: str) -> bool:
    """Whether a name holds what was said, as it was said or in two pieces: 提取公积金, and 公积金提取, in 租房提取住房公积金."""
    return said in name or any(said[:cut] in name and said[cut:] in name for cut in range(_PIECE, len(said) - _PIECE + 1))


def _names_one(said: str, hit: Hit, guide: Guide) -> bool:
    """Whether this item alone is meant: it is found without doubt, or called by a name long enough to be its own."""
    return hit.score >= CERTAIN or (len(said) > _TOPIC and (said in guide.aliases or guide.name.endswith(said)))


def already_said(hits: Sequence[Hit], guides: Mapping[str, Guide], text: str, known: Mapping[str, str]) -> list[Hit]:
    """The hits that what was said, or is known, leaves: nobody is asked what he has told. All of them when it decides nothing."""
    kept = _most([(h, lexicon.facet_pieces(text, guides[h.guide_id].facets.get("action", ""))) for h in hits])
    kept = _for_whom(kept, guides, text)
    place = lexicon.place_value(lexicon.registered_in(text) or known.get("hukou"))
    fitting = [h for h in kept if guides[h.guide_id].facets.get("place") in (None, place)] if place else kept
    return fitting or kept


def _most(scored: Sequence[tuple[Hit, int]]) -> list[Hit]:
    most = max((n for _, n in scored), default=0)
    return [h for h, n in scored if n == most]


def _for_whom(hits: list[Hit], guides: Mapping[str, Guide], text: str) -> list[Hit]:
    """Those for the people named; those whose least age the age said does not reach are left out."""
    age = age_in(text)
    who = {h.guide_id: guides[h.guide_id].facets.get("who", "") for h in hits}
    old_enough = [h for h in hits if age is None or not (least := least_age(who[h.guide_id])) or age >= least]
    hits = old_enough or hits
    pieces = lexicon.audiences(text)
    return _most([(h, sum(bool(re.search(p, who[h.guide_id])) for p in pieces)) for h in hits]) if pieces else hits


def ask_apart(scene: Scene, hits: Sequence[Hit], guides: dict[str, Guide]) -> None:
    """Asks the one question that separates the items, or which of them it is."""
    scene.update(candidates=[h.guide_id for h in hits])
    split = best_split([(guides[h.guide_id], h.score) for h in hits])
    if split and len(split.values) < len(hits):
        _ask_facet(scene, split, guides[hits[0].guide_id].topic)
    else:
        ask_item(scene, hits, guides)


def _ask_facet(scene: Scene, split: Split, topic: str) -> None:
    offers = [Offer(label=value, payload=str(PickFacet(key=split.key, value=value)), words=lexicon.facet_words(value)) for value in split.values]
    scene.ask(f"utter_ask_facet_{split.key}", offers, pending="item", extra=[button("none_of_these", NoneOfThese())], topic=topic)


def ask_item(scene: Scene, hits: Sequence[Hit], guides: dict[str, Guide]) -> None:
    """Asks which of these items it is."""
    none = button("none_of_these", NoneOfThese())
    scene.show(item_list(hits, guides, ways_out=[none]))
    offers = [_offer(guides[h.guide_id]) for h in hits]
    scene.update(pending="item", offers=[*offers, Offer(label=none.label, payload=none.payload)])


def _offer(guide: Guide) -> Offer:
    words = [*guide.aliases[:6], *guide.facets.values(), *lexicon.facet_words(guide.facets.get("action", ""))]
    return Offer(label=guide.name, payload=str(ChooseItem(guide_id=guide.id)), words=words)


def open_items(scene: Scene) -> bool:
    """Whether it is being asked which of several items is meant."""
    return scene.state.pending == "item" and bool(scene.state.candidates)


def passed_over(scene: Scene) -> bool:
    """Whether the question which item was put again and passed over again, with an item in hand from before: then that one is meant."""
    return open_items(scene) and scene.state.asked_which > 0 and scene.state.guide_id is not None


def ask_which(assistant: Assistant, scene: Scene) -> None:
    """The open question which item it is, once more and short; what was wanted of the item is remembered."""
    scene.ask("utter_which_of_these", scene.state.offers, pending="item")
    scene.update(asked_which=scene.state.asked_which + 1)
    scene.conclude("clarifying")


def topic_siblings(assistant: Assistant, guide: Guide, said: str, *, short: bool = False) -> list[Hit]:
    """The items of the guide's topic whose kind of action is said in the text, this one included."""
    same = [p for p in assistant.knowledge.guides() if p.guide.topic == guide.topic]
    scored = [(Hit.for_guide(p), lexicon.facet_pieces(said, p.guide.facets.get("action", ""), short=short)) for p in same]
    return _most(scored) if any(n for _, n in scored) else []
