"""A visit to the hall: readiness first (the exact list), then hall, slot, hold, confirmation; moving and cancelling."""

from __future__ import annotations

from collections.abc import Sequence

from common.clock import local, today
from knowledge.guidance.materials import material_question, materials_for
from knowledge.service import PublishedGuide
from services.appointments.errors import HallNotFound
from services.appointments.service import Appointment, AppointmentExists, HallOffer, SlotTaken
from services.conversations.state import Offer
from services.dialogue.assistant import Assistant
from services.dialogue.finding import find, mentions_another_item
from services.dialogue.going_on import ask_situation, go_on
from services.dialogue.refusals import refused
from services.dialogue.scene import Scene, answers_for, button
from services.messages.model import Slots
from services.messages.payloads import (
    CancelBooking,
    ChangeHall,
    ConfirmSlot,
    MoveHere,
    MyAppointments,
    PickHall,
    Reschedule,
    StartBooking,
)
from services.messages.rendering import render_template, with_text, words

_HALLS = 5
_DAYS = 7


async def start_booking(assistant: Assistant, scene: Scene, *, guide_id: str | None = None) -> None:
    """ "我要预约": for the item in hand, the item the sentence names, or the one to be named now."""
    if guide_id is None and scene.text and mentions_another_item(assistant, scene, scene.text):
        await find(assistant, scene, goal="booking")
        return
    chosen = guide_id or scene.state.guide_id
    same = chosen is not None and chosen == scene.state.guide_id
    scene.update(goal="booking", moving=None, hall_id=scene.state.hall_id if same else None)
    if chosen is None:
        scene.update(pending="item", offers=[])
        scene.say("utter_ask_booking_item")
        scene.conclude("clarifying")
        return
    scene.update(guide_id=chosen)
    await go_on(assistant, scene)


async def offer_visit(assistant: Assistant, scene: Scene, published: PublishedGuide) -> None:
    """The list must be exact before a place is taken, so that the citizen comes once."""
    guide = published.guide
    if guide.booking is None:
        scene.say("utter_no_booking", name=guide.name)
        scene.conclude("answered", guide=(guide.id, published.version), section="booking")
        return
    if scene.turn.state.goal != "booking" and scene.citizen and scene.citizen.identity and scene.citizen.is_elder(today(assistant.clock)):
        scene.say("utter_green_lane")
    question = material_question(guide, answers_for(scene, guide))
    if question:
        ask_situation(scene, published, question)
        scene.conclude("clarifying", guide=(guide.id, published.version), section="booking")
        return
    halls = await assistant.appointments.halls(lines=guide.booking.lines, district=_district(scene), limit=_HALLS)
    if not halls:
        scene.say("utter_no_hall", name=guide.name)
        scene.conclude("partial", guide=(guide.id, published.version), section="booking")
    elif _district(scene) or scene.state.hall_id:
        await show_slots(assistant, scene, published, scene.state.hall_id or halls[0].hall.id)
    else:
        _ask_hall(scene, published, halls)


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
    await show_slots(assistant, scene, assistant.knowledge.guide(scene.state.guide_id), hall_id)


async def show_slots(assistant: Assistant, scene: Scene, published: PublishedGuide, hall_id: str) -> None:
    """The bookable days and times of a hall; every time may also be said ("周三上午的")."""
    with refused(scene):
        line = await _line(assistant, published, hall_id)
        days = await assistant.appointments.days(hall_id=hall_id, line=line, days=_DAYS, person_id=scene.turn.person_id)
        slots = assistant.appointments.slots_message(guide_id=published.id, hall_id=hall_id, days=days)
        scene.update(hall_id=hall_id)
        if not any(s.left > 0 for d in slots.days for s in d.slots):
            scene.suggest("utter_no_slots", [button("other_hall", ChangeHall())], hall=slots.hall.name)
        else:
            if notes := assistant.appointments.hall_notes(hall_id=hall_id, line=line):
                scene.say("utter_hall_notes", notes="；".join(n.rstrip("。；") for n in notes))
            scene.show(with_text(slots))
            scene.suggest("utter_pick_slot", [button("other_hall", ChangeHall())])
        scene.update(pending="slot", offers=[*_slot_offers(slots), Offer(label=words()["buttons"]["other_hall"], payload=str(ChangeHall()))])
        scene.conclude("answered", guide=(published.id, published.version), section="booking")


async def _line(assistant: Assistant, published: PublishedGuide, hall_id: str) -> str:
    """The line of business under which this hall takes the item; raises ``HallNotFound``."""
    lines = published.guide.booking.lines if published.guide.booking else []
    offered = await assistant.appointments.halls(lines=lines, limit=1000)
    match = next((o for o in offered if o.hall.id == hall_id), None)
    if match is None:
        raise HallNotFound
    return match.line


def _slot_offers(slots: Slots) -> list[Offer]:
    free = [(d, s) for d in slots.days for s in d.slots if s.left > 0]
    return [Offer(label=render_template("slot_label", day=d, slot=s), payload=s.payload) for d, s in free]


async def pick_slot(assistant: Assistant, scene: Scene, *, slot_id: str) -> None:
    """Holds a place, or moves the appointment that is being moved."""
    if scene.state.moving:
        await move(assistant, scene, appointment_id=scene.state.moving, slot_id=slot_id)
        return
    guide_id = scene.state.guide_id
    if guide_id is None:
        await start_booking(assistant, scene)
        return
    published = assistant.knowledge.guide(guide_id)
    try:
        with refused(scene, but=(SlotTaken, AppointmentExists)):
            held = await assistant.appointments.hold(
                slot_id=slot_id,
                person_id=scene.turn.person_id,
                guide_id=guide_id,
                turn_id=scene.turn.id,
                bring=_bring(scene, published),
                title=published.guide.name,
                lines=published.guide.booking.lines if published.guide.booking else None,
            )
            _show_held(assistant, scene, published, held)
    except SlotTaken:
        await _slot_lost(assistant, scene, published)
    except AppointmentExists as error:
        _offer_move(assistant, scene, published, error.existing, slot_id)


def _bring(scene: Scene, published: PublishedGuide) -> list[str]:
    needed = materials_for(published.guide, answers_for(scene, published.guide), scene.licences)
    return [n.material.name for n in needed if n.material.required and n.waived_by is None] or [words()["bring_identity"]]


def _show_held(assistant: Assistant, scene: Scene, published: PublishedGuide, held: Appointment) -> None:
    scene.show(with_text(assistant.appointments.message(held)))
    scene.update(appointment_id=held.id)
    offers = [
        Offer(label=words()["buttons"]["confirm_slot"], payload=str(ConfirmSlot(appointment_id=held.id))),
        Offer(label=words()["buttons"]["other_slot"], payload=str(StartBooking(guide_id=published.id))),
    ]
    scene.ask("utter_slot_held", offers, pending="confirm_slot")
    scene.conclude("clarifying", guide=(published.id, published.version), section="booking")


async def _slot_lost(assistant: Assistant, scene: Scene, published: PublishedGuide) -> None:
    scene.say("utter_slot_lost")
    if scene.state.hall_id:
        await show_slots(assistant, scene, published, scene.state.hall_id)
    else:
        await offer_visit(assistant, scene, published)
    scene.conclude("partial", guide=(published.id, published.version), section="booking")


def _offer_move(assistant: Assistant, scene: Scene, published: PublishedGuide, existing: Appointment, slot_id: str) -> None:
    scene.show(with_text(assistant.appointments.message(existing)))
    offers = [
        Offer(label=words()["buttons"]["move_here"], payload=str(MoveHere(appointment_id=existing.id, slot_id=slot_id))),
        Offer(label=words()["buttons"]["keep_old"], payload=str(MyAppointments())),
    ]
    scene.ask("utter_already_booked", offers, pending="confirm_slot")
    scene.conclude("clarifying", guide=(published.id, published.version), section="booking")


async def confirm_slot(assistant: Assistant, scene: Scene, *, appointment_id: str | None = None) -> None:
    """The held place becomes a booking; an expired hold says so and shows what is free."""
    chosen = appointment_id or scene.state.appointment_id
    if chosen is None:
        await my_appointments(assistant, scene)
        return
    try:
        with refused(scene, but=(SlotTaken,)):
            booked = await assistant.appointments.confirm(appointment_id=chosen, person_id=scene.turn.person_id, turn_id=scene.turn.id)
            _show_booked(assistant, scene, booked, "utter_booked")
    except SlotTaken:
        await _slot_lost(assistant, scene, assistant.knowledge.guide(scene.state.guide_id or ""))


def _show_booked(assistant: Assistant, scene: Scene, appointment: Appointment, response: str) -> None:
    published = assistant.knowledge.guide(appointment.guide_id)
    scene.update(**scene.state.asks_nothing().model_dump())
    scene.update(appointment_id=appointment.id, moving=None, goal="overview")
    scene.show(with_text(assistant.appointments.message(appointment)))
    choices = [
        button("reschedule", Reschedule(appointment_id=appointment.id)),
        button("cancel_booking", CancelBooking(appointment_id=appointment.id)),
    ]
    scene.suggest(response, choices, when=_spoken_time(appointment))
    scene.conclude("answered", guide=(published.id, published.version), section="booking")


def _spoken_time(appointment: Appointment) -> str:
    return render_template("moment", start=local(appointment.start))


async def reschedule(assistant: Assistant, scene: Scene, *, appointment_id: str | None = None) -> None:
    """Shows other times for an appointment that stands."""
    found = await _one(assistant, scene, appointment_id, Reschedule)
    if found is None:
        return
    scene.update(moving=found.id, guide_id=found.guide_id, goal="booking")
    scene.say("utter_move_which_time")
    await show_slots(assistant, scene, assistant.knowledge.guide(found.guide_id), found.hall_id)


async def move(assistant: Assistant, scene: Scene, *, appointment_id: str, slot_id: str) -> None:
    try:
        with refused(scene, but=(SlotTaken,)):
            moved = await assistant.appointments.reschedule(
                appointment_id=appointment_id, slot_id=slot_id, person_id=scene.turn.person_id, turn_id=scene.turn.id
            )
            _show_booked(assistant, scene, moved, "utter_moved")
    except SlotTaken:
        await _slot_lost(assistant, scene, assistant.knowledge.guide(scene.state.guide_id or ""))


async def cancel_booking(assistant: Assistant, scene: Scene, *, appointment_id: str | None = None) -> None:
    """With an id (a button of the confirmation) it is cancelled; in words it is confirmed first."""
    if appointment_id and scene.turn.state.pending == "confirm_slot" and scene.turn.state.appointment_id == appointment_id:
        with refused(scene):
            cancelled = await assistant.appointments.cancel(appointment_id=appointment_id, person_id=scene.turn.person_id, turn_id=scene.turn.id)
            scene.update(**scene.state.asks_nothing().model_dump())
            scene.update(appointment_id=None, moving=None)
            scene.show(with_text(assistant.appointments.message(cancelled)))
            scene.say("utter_booking_cancelled")
            scene.conclude("answered", section="booking")
        return
    found = await _one(assistant, scene, appointment_id, CancelBooking)
    if found is None:
        return
    scene.update(appointment_id=found.id)
    offers = [
        Offer(label=words()["buttons"]["confirm_cancel"], payload=str(CancelBooking(appointment_id=found.id))),
        Offer(label=words()["buttons"]["keep_old"], payload=str(MyAppointments())),
    ]
    scene.ask("utter_confirm_cancel", offers, pending="confirm_slot", when=_spoken_time(found))
    scene.conclude("clarifying", section="booking")


async def my_appointments(assistant: Assistant, scene: Scene) -> None:
    """Every appointment that stands."""
    active = await assistant.appointments.active(person_id=scene.turn.person_id)
    scene.update(pending="none", offers=[], moving=None)
    if not active:
        _none(scene)
        return
    for appointment in active:
        scene.show(with_text(assistant.appointments.message(appointment)))
    choices = [button("reschedule", Reschedule(appointment_id=active[0].id)), button("cancel_booking", CancelBooking(appointment_id=active[0].id))]
    scene.suggest("utter_my_appointments", choices if len(active) == 1 else [], count=len(active))
    scene.conclude("answered", section="booking")


async def _one(assistant: Assistant, scene: Scene, appointment_id: str | None, payload: type[Reschedule] | type[CancelBooking]) -> Appointment | None:
    """The appointment meant: the one named, the one of this talk, the only one; else it is asked for."""
    active = await assistant.appointments.active(person_id=scene.turn.person_id)
    wanted = appointment_id or scene.state.appointment_id
    named = [a for a in active if a.id == wanted] or (active if len(active) == 1 else [])
    if named:
        return named[0]
    if not active:
        _none(scene)
        return None
    offers = [
        Offer(
            label=render_template("appointment_label", a=a, name=assistant.knowledge.guide(a.guide_id).name, start=local(a.start)),
            payload=str(payload(appointment_id=a.id)),
        )
        for a in active
    ]
    scene.ask("utter_which_appointment", offers, pending="item")
    scene.conclude("clarifying", section="booking")
    return None


def _none(scene: Scene) -> None:
    choices = [button("booking", StartBooking(guide_id=scene.state.guide_id))] if scene.state.guide_id else []
    scene.suggest("utter_no_appointment", choices)
    scene.conclude("answered", section="booking")
