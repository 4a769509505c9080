""" "明天能去吗": whether the halls are open for the item in hand then, and whether there is a place."""

from __future__ import annotations

import re
from datetime import timedelta

from knowledge.guidance.aspects import aspect_facts
from knowledge.service import PublishedGuide
from services.appointments.service import Day
from services.dialogue import lexicon, sentences
from services.dialogue.assistant import Assistant
from services.dialogue.cards import answer_card
from services.dialogue.lexicon import entries
from services.dialogue.moments import When
from services.dialogue.refusals import refused
from services.dialogue.scene import Scene, answers_for, button
from services.dialogue.times import line_of
from services.messages.payloads import StartBooking

_ASPECTS = {"where", "time"}  # "周六上班吗" is taken for a question about the place


def asks_when_open(scene: Scene) -> bool:
    """Whether a day was named and it is asked whether one may come then."""
    text = lexicon.simplified(scene.text)
    return (
        bool(scene.understood.when.get("date"))
        and not scene.understood.objects
        and set(scene.understood.aspects) <= _ASPECTS
        and (sentences.asks_something(text) or bool(re.search(entries()["in_hand"]["open_ending"], lexicon.without_marks(text))))
        and bool(re.search(entries()["in_hand"]["opens"], lexicon.without_marks(text)))
    )


async def tell_when_open(assistant: Assistant, scene: Scene, published: PublishedGuide) -> None:
    """The nearest hall's places on that day, or why there are none; of an item that is not booked here where it is done."""
    guide, when = published.guide, When.of(scene.understood.when)
    halls = await assistant.appointments.halls(lines=guide.booking.lines, district=_district(scene), limit=1) if guide.booking else []
    if not halls or when is None:
        scene.say("utter_opening_unknown", name=guide.name)
        where = aspect_facts(guide, "where", answers_for(scene, guide))
        if where.published:
            scene.show(answer_card(published, where))
        scene.conclude("partial", guide=(published.id, published.version), section="where")
        return
    hall_id = scene.state.hall_id or halls[0].hall.id
    with refused(scene):
        line = await line_of(assistant, published, hall_id)
        first, last = min(when.days), max(when.days)
        days = await assistant.appointments.days(
            hall_id=hall_id, line=line, start=first, days=(last - first + timedelta(days=1)).days, person_id=scene.turn.person_id, closed=True
        )
        slots = assistant.appointments.slots_message(guide_id=published.id, hall_id=hall_id, days=days)
        free = when.fitting(slots)
        scene.update(when=scene.understood.when)
        choices = [button("booking", StartBooking(guide_id=published.id))]
        response = "utter_day_free" if free else "utter_day_closed"
        scene.suggest(response, choices, when=when.spoken(), hall=assistant.appointments.hall(hall_id=hall_id).name, why=_why(days))
        scene.conclude("answered", guide=(published.id, published.version), section="booking")


def _why(days: list[Day]) -> str:
    """What the calendar says of the first day; nothing when it only has no place left."""
    note = days[0].note if days else None
    return f"（{note}）" if note else ""


def _district(scene: Scene) -> str | None:
    return scene.state.district or scene.facts.get("district")
