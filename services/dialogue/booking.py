"""A visit to the hall: readiness first (the exact list), then the hall and its times."""

from __future__ import annotations

from collections.abc import Sequence

from common.clock import today
from knowledge.guidance.aspects import sections_of
from knowledge.guidance.materials import material_question
from knowledge.schema.guide import Situation
from knowledge.service import PublishedGuide
from services.appointments.service import HallOffer
from services.conversations.state import Offer
from services.dialogue.assistant import Assistant
from services.dialogue.finding import find, mentions_another_item
from services.dialogue.giving_back import gives_back
from services.dialogue.going_on import ask_situation, asked_before, go_on
from services.dialogue.holding import ask_item, pick_slot
from services.dialogue.narrowing import ask_which, open_items, passed_over
from services.dialogue.refusing import let_be
from services.dialogue.scene import Scene, answers_for, button
from services.dialogue.times import show_slots
from services.dialogue.visits import reschedule
from services.messages.payloads import AskAspect, Human, PickHall
from services.messages.rendering import render_template

_HALLS = 5


async def start_booking(assistant: Assistant, scene: Scene, *, guide_id: str | None = None) -> None:
    """ "我要预约": for the item in hand, the item the sentence names, or the one to be named now. A time said with it is kept for the slots."""
    if await gives_back(assistant, scene):
        return
    if scene.understood.when:
        scene.update(when=scene.understood.when)
    if guide_id is None and scene.understood.region:
        scene.update(district=scene.understood.region, hall_id=None)
    if guide_id is None and scene.text and mentions_another_item(assistant, scene, scene.text):
        await find(assistant, scene, goal="booking")
        return
    if guide_id is None and passed_over(scene):
        scene.close_question()
    if guide_id is None and open_items(scene):
        scene.update(goal="booking")
        ask_which(assistant, scene)
        return
    chosen = guide_id or scene.state.guide_id
    same = chosen is not None and chosen == scene.state.guide_id
    if same and scene.text and scene.state.when and (standing := await _stands(assistant, scene, chosen)):
        await reschedule(assistant, scene, appointment_id=standing)
        return
    scene.update(goal="booking", moving=None, hall_id=scene.state.hall_id if same else None)
    if chosen is None:
        ask_item(scene)
        return
    scene.update(guide_id=chosen)
    await go_on(assistant, scene)


async def another_time(assistant: Assistant, scene: Scene) -> None:
    """ "改到周四下午": moves the visit; while none is booked yet, it is the time wanted."""
    active = await assistant.appointments.active(person_id=scene.turn.person_id)
    if scene.understood.when and scene.state.guide_id and not active:
        await start_booking(assistant, scene)
    elif scene.state.pending != "none" and scene.turn.kind == "text" and not active:
        await let_be(assistant, scene)  # "改第日啦" before anything is booked
    else:
        await reschedule(assistant, scene)


async def _stands(assistant: Assistant, scene: Scene, guide_id: str | None) -> str | None:
    """The booking of this talk for this item, if it stands: then another time is a move."""
    active = await assistant.appointments.active(person_id=scene.turn.person_id)
    return next((a.id for a in active if a.id == scene.state.appointment_id and a.guide_id == guide_id and a.state == "booked"), None)


async def offer_visit(assistant: Assistant, scene: Scene, published: PublishedGuide) -> None:
    """The list must be exact before a place is taken, so that the citizen comes once."""
    guide = published.guide
    if guide.booking is None:
        _no_booking(scene, published)
        return
    if scene.turn.state.goal != "booking" and scene.citizen and scene.citizen.identity and scene.citizen.is_elder(today(assistant.clock)):
        scene.say("utter_green_lane")
    scene.update(visit_for=guide.id)
    question = material_question(guide, answers_for(scene, guide))
    if question and not _passed_over(scene, question):
        if asked_before(scene, question):
            scene.say("utter_booking_needs_answer", place=scene.understood.region or "")
        ask_situation(scene, published, question)
        scene.conclude("clarifying", guide=(guide.id, published.version), section="booking")
        return
    halls = await assistant.appointments.halls(lines=guide.booking.lines, district=_district(scene), limit=_HALLS)
    if not halls:
        scene.say("utter_no_hall", name=guide.name)
        scene.conclude("partial", guide=(guide.id, published.version), section="booking")
    elif _district(scene) or scene.state.hall_id:
        await _times(assistant, scene, published, scene.state.hall_id or halls[0].hall.id)
    else:
        _ask_hall(scene, published, halls)


def _passed_over(scene: Scene, question: Situation) -> bool:
    """Whether this question was put for the visit and passed over: nobody is kept from a visit by it a second time. A time that is only now
    said is kept for after it."""
    before, insists = scene.turn.state, scene.understood.intent in ("start_booking", "reschedule")
    return insists and asked_before(scene, question) and before.goal == "booking" and (bool(before.when) or not scene.understood.when)


def _no_booking(scene: Scene, published: PublishedGuide) -> None:
    """This item is not booked here; where and how it is done instead is one tap away."""
    guide = published.guide
    present = sections_of(guide)
    ways = [button(a, AskAspect(aspect=a, guide_id=guide.id)) for a in ("where", "steps", "phone") if a in present]
    scene.update(goal="overview", when={}, pending="none", offers=[])
    scene.suggest("utter_no_booking", [*ways, button("human", Human())], name=guide.name)
    scene.conclude("answered", guide=(guide.id, published.version), section="booking")


def _district(scene: Scene) -> str | None:
    return scene.state.district or scene.facts.get("district")


def _ask_hall(scene: Scene, published: PublishedGuide, halls: Sequence[HallOffer]) -> None:
    offers = [
        Offer(label=render_template("hall_label", hall=o.hall), payload=str(PickHall(hall_id=o.hall.id)), words=[o.hall.name, o.hall.district or ""])
        for o in halls
    ]
    scene.ask("utter_ask_hall", offers, pending="hall")
    scene.conclude("clarifying", guide=(published.id, published.version), section="booking")


async def change_hall(assistant: Assistant, scene: Scene) -> None:
    """Another hall, nearest first."""
    if scene.state.guide_id is None:
        await start_booking(assistant, scene)
        return
    published = assistant.knowledge.guide(scene.state.guide_id)
    if published.guide.booking is None:
        await offer_visit(assistant, scene, published)
        return
    _ask_hall(scene, published, await assistant.appointments.halls(lines=published.guide.booking.lines, district=_district(scene), limit=_HALLS))


async def pick_hall(assistant: Assistant, scene: Scene, *, hall_id: str) -> None:
    if scene.state.guide_id is None:
        await start_booking(assistant, scene)
        return
    await _times(assistant, scene, assistant.knowledge.guide(scene.state.guide_id), hall_id)


async def _times(assistant: Assistant, scene: Scene, published: PublishedGuide, hall_id: str) -> None:
    """The times on offer; the one that was meant is kept at once."""
    meant = await show_slots(assistant, scene, published, hall_id)
    if meant:
        await pick_slot(assistant, scene, slot_id=meant.slot_id)
