"""The last word on what was meant, from the classifier's ranking, the named things and what was asked before.

The order is the order of harm: emergencies first, then clear commands, then answers to what was offered, then everything else.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from components.reading.choose import Choice, Offer, choose
from components.reading.dates import find_moment, without_moment
from components.reading.saying import (
    asks_for_a_visit,
    asks_how_to_fill,
    core,
    declines,
    is_question,
    is_spelt_out,
    names_a_visit,
    only_a_thing_is_lost,
    says_displeased,
    says_no,
    says_none_of_these,
    says_put_off,
    says_waiting,
    says_weary,
    says_who_goes,
    says_yes,
    wants_a_change,
    wants_it_done,
)
from components.reading.spot import Entity

URGENT = {"emergency_110", "emergency_119", "emergency_120", "self_harm", "fraud"}
COMMANDS = {
    "human",
    "complaint",
    "cancel_form",
    "submit_form",
    "show_form",
    "start_over",
    "go_back",
    "repeat",
    "start_booking",
    "cancel_booking",
    "reschedule",
    "my_appointments",
    "ask_progress",
    "my_materials",
    "simplify",
    "in_full",
    "use_traditional",
    "use_simplified",
    "start_form",
    "continue_form",
    "who_are_you",
    "what_can_you_do",
}
SURE_HOW = {"same", "ordinal", "number", "moment", "rating", "yes", "no", "label", "denied"}
URGENT_FROM = 0.6
SMALL_TALK = {"greet", "thanks", "goodbye", "wait", "chitchat", "rate", "abuse"}
PLEASANTRY_FROM = 0.5
GRAVE = {"reschedule", "cancel_booking", "cancel_form", "submit_form"}
GRAVE_FROM = 0.5  # less sure, nothing is moved, cancelled or handed in
SMALL_TALK_FROM = 0.8  # while a question is open, less sure small talk is an answer not understood
ANSWERED_HERE = {"greet", "thanks", "goodbye", "who_are_you", "what_can_you_do"}
_ASKED = {"item", "situation", "hall", "slot", "confirm_slot", "confirm_form"}
_TIMES_ARE_ANSWERS = {"slot", "field", "confirm_form", "complaint", "rating"}  # where a day or an hour said alone is no wish for a visit
_OF_VISITS = {"start_booking", "reschedule", "cancel_booking", "my_appointments"}
_CONFIRMED = {"confirm_slot", "confirm_form", "confirm_handoff"}  # what is asked there is answered by "不用了，谢谢"
_TIRING = {"item", "situation", "field", "confirm_form", "hall", "slot"}  # where one may be tired of being asked
_BELONGS = re.compile(r"户口|户籍|老家|籍贯")  # where somebody is registered is not where he is
_OTHER = re.compile(r"^(那|那么|还有|换成|如果是|要是)?(?P<what>.{1,12}?)(又|也)?(呢|咧|怎么样|的话呢)[?？。]*$")


@dataclass(frozen=True)
class Context:
    """What the gateway says of the conversation (see the channel)."""

    pending: str = "none"
    offers: tuple[Offer, ...] = ()
    has_guide: bool = False
    has_form: bool = False
    form_found: bool = False

    @classmethod
    def parse(cls, metadata: dict[str, Any] | None) -> Context:
        m = metadata or {}
        offers = tuple(Offer.parse(o) for o in m.get("offers") or [] if isinstance(o, dict))
        return cls(str(m.get("pending") or "none"), offers, bool(m.get("has_guide")), bool(m.get("has_form")), bool(m.get("form_found")))


@dataclass(frozen=True)
class Settled:
    """The intent decided on, with entities to add and kinds of them to leave out; ``how`` says which rule decided (for logs and tests)."""

    intent: str
    confidence: float
    how: str
    entities: tuple[Entity, ...] = field(default_factory=tuple)
    without: frozenset[str] = frozenset()


def settle(
    *,
    written: str,
    normal: str,
    intent: str,
    confidence: float,
    labels: list[tuple[str, float]],
    entities: list[dict[str, Any]],
    context: Context,
    today: date,
    similarity: Callable[[str, list[str]], list[float]] | None = None,
) -> Settled:
    """``labels`` is the classifier's ranking with sub-labels; ``entities`` what was spotted, as dictionaries."""
    if intent in URGENT and confidence >= URGENT_FROM and not (any(e["entity"] == "object" for e in entities) and only_a_thing_is_lost(normal)):
        return Settled(intent, confidence, "urgent")
    choice = choose(
        written, offers=list(context.offers), pending=context.pending, today=today, similarity=similarity if context.pending != "none" else None
    )
    alone = _only_a_moment(normal, today)
    if choice and (_stands(choice, normal, intent, confidence, context) or (alone and choice.how == "moment" and intent not in _OF_VISITS)):
        return _chosen(context.offers[choice.index], choice)
    if intent == "ask_progress" and any(e["entity"] == "object" for e in entities) and not says_waiting(normal):
        intent, confidence = "ask_service", min(confidence, 0.6)  # "驾照下个月到期" waits for nothing
    command = intent in COMMANDS and confidence >= 0.7
    if context.form_found and not (command and confidence >= 0.9 and intent in ("human", "complaint", "cancel_form")):
        return Settled("fill", 1.0, "form_found")
    if (context.has_guide or context.has_form) and says_put_off(normal):
        return Settled("put_off", 1.0, "put off")  # "改天再填" moves no visit
    if declines(written) and context.pending not in _CONFIRMED:
        return Settled("thanks" if context.pending in ("none", "rating") else "put_off", 1.0, "declined")
    if alone and context.pending not in _TIMES_ARE_ANSWERS and not (command and (intent in _OF_VISITS or not context.has_guide)):
        return Settled("start_booking", 1.0, "moment")  # "最早那个" is no step back where a visit may be meant
    if command:
        return Settled(intent, confidence, "command")
    if context.pending == "complaint" and not says_no(written):
        return Settled("complaint", 1.0, "told")  # what is said now is what there is to complain about
    if says_displeased(normal) and not any(e["entity"] == "object" for e in entities):
        return Settled("abuse", 1.0, "displeased")
    if (context.pending in _TIRING or context.pending == "none") and says_weary(normal):
        return Settled("unclear", 1.0, "weary")
    if context.offers and context.pending != "none" and says_none_of_these(written):
        return Settled("none_of_these", 1.0, "none")
    if context.pending == "slot" and find_moment(normal, today) and not is_question(normal) and intent not in COMMANDS:
        return Settled("unclear", 0.9, "no such time")
    if context.pending != "field" and (says_yes(written) or says_no(written)):
        return Settled("affirm" if says_yes(written) else "deny", 1.0, "words")
    if says_who_goes(written) and not is_question(normal):
        return Settled("ask_service", 1.0, "who goes", without=frozenset({"aspect"}))
    if context.pending in ("field", "confirm_form") and asks_how_to_fill(normal):
        return Settled("fill", 0.9, "how to fill")
    if context.pending == "field" and _answers_field(normal, intent, confidence, entities):
        return Settled("fill", 0.9, "field")
    if intent in URGENT:  # not sure enough to alarm anybody
        return Settled("ask_service", confidence, "no alarm")
    if intent == "set_region" and (is_question(normal) or _BELONGS.search(normal) or not any(e["entity"] == "region" for e in entities)):
        return Settled("ask_service", confidence, "no place")
    if intent in SMALL_TALK and is_spelt_out(normal):
        return Settled("ask_service", confidence, "spelt out")
    if intent == "wait" and context.pending in ("slot", "confirm_slot") and find_moment(normal, today):
        return Settled("reschedule", confidence, "another time")  # "等等，换成下午三点"
    if intent in SMALL_TALK and confidence < (SMALL_TALK_FROM if context.pending in _ASKED else PLEASANTRY_FROM):
        about_the_case = context.pending in ("none", "item") or any(e["entity"] in ("age", "region", "number") for e in entities)
        return Settled("ask_service" if about_the_case else "unclear", confidence, "an answer, perhaps")
    if intent == "rate" and context.pending != "rating" and is_question(normal):
        return _aspects(normal, "ask_service", confidence, labels, entities, context.has_guide)
    if intent in GRAVE and confidence < GRAVE_FROM:
        return _aspects(normal, "ask_service", confidence, labels, entities, context.has_guide)
    if intent == "start_booking" and not names_a_visit(normal) and (is_question(normal) or not find_moment(normal, today)):
        return _aspects(normal, "ask_service", confidence, labels, entities, context.has_guide)
    if intent == "ask_service" and asks_for_a_visit(normal) and not is_question(normal):
        return Settled("start_booking", 0.9, "visit")
    return _aspects(normal, intent, confidence, labels, entities, context.has_guide)


def _only_a_moment(normal: str, today: date) -> bool:
    """ "下周三上午" said alone; "早上好" and "最快几天" are not."""
    said = find_moment(normal, today)
    if not (said.days or said.at or said.earliest or said.latest) or is_question(normal):
        return False
    return len(normal) <= 16 and len(core(without_moment(normal)).replace("去", "").replace("左右", "")) == 0


def _stands(choice: Choice, normal: str, intent: str, confidence: float, context: Context) -> bool:
    """Whether a recognised choice outweighs what the sentence would mean by itself."""
    if choice.how == "same":
        return True
    if context.pending == "none":
        return choice.how in ("ordinal", "label")
    if choice.how == "moment" and intent in ("reschedule", "start_booking") and not wants_a_change(normal):
        return True
    if intent in COMMANDS | URGENT and confidence >= 0.8:
        return choice.how in ("ordinal", "number", "rating", "label", "denied")
    if intent == "correct" and confidence >= 0.8:
        return choice.how in ("label", "number", "denied")
    if choice.how == "meaning":
        return not (intent in ("ask_aspect", "ask_aspect_other", "greet", "thanks", "goodbye", "deny") and confidence >= 0.6)
    return choice.how in SURE_HOW or not (intent in ("ask_aspect", "ask_aspect_other") and confidence >= 0.7)


def _chosen(offer: Offer, choice: Choice) -> Settled:
    """``choose`` with the offered payload as entity; the few buttons that the bot answers by itself keep their own intent."""
    name = offer.payload.removeprefix("/").partition("{")[0].strip()
    intent = name if name in ANSWERED_HERE else "choose"
    return Settled(intent, 1.0, f"choice:{choice.how}", (Entity("payload", offer.payload, 0, 0),))


def _answers_field(normal: str, intent: str, confidence: float, entities: list[dict[str, Any]]) -> bool:
    """While a form field is asked, anything that is neither a question nor clearly another wish is its answer."""
    if intent == "fill":
        return True
    if is_question(normal) or (
        intent in COMMANDS | {"ask_aspect", "ask_aspect_other", "thanks", "goodbye", "wait", "abuse", "correct"} and confidence >= 0.6
    ):
        return False
    wish = any(e["entity"] == "object" for e in entities) and re.search(r"办|补|换|申请|领|开|怎么|想", normal)
    return not (intent == "ask_service" and wish)


def _aspects(
    normal: str, intent: str, confidence: float, labels: list[tuple[str, float]], entities: list[dict[str, Any]], has_guide: bool
) -> Settled:
    """Draws the line between finding an item and asking about one: the latter needs a named aspect or a confident guess at one."""
    named = [e for e in entities if e["entity"] == "aspect"]
    objects = [e for e in entities if e["entity"] == "object"]
    other = _OTHER.match(normal)
    if other and objects and not named and len(normal) <= 14:
        return Settled("ask_aspect_other", max(confidence, 0.8), "other")
    if intent == "ask_aspect" and not named:
        guess = next((label.split(".")[1] for label, _ in labels if label.startswith("ask_aspect.")), None)
        short = len(core(normal)) <= 6 and not wants_it_done(normal)
        about_something = has_guide or objects or short  # 股票什么时候涨 is about nothing we were told of
        if guess and confidence >= (0.55 if about_something else 0.98):
            return Settled("ask_aspect", confidence, "guess", (Entity("aspect", guess, 0, len(normal)),))
        return Settled("ask_service", confidence, "no aspect")
    if intent == "ask_service" and named:
        rest = len(core(normal)) - sum(e["end"] - e["start"] for e in [*named, *objects])
        if (objects and len(normal) <= 24) or (not objects and rest <= (3 if confidence < 0.6 else 1)):
            return Settled("ask_aspect", confidence, "named")
    return Settled(intent, confidence, "classifier")
