"""Visits that stand: shown, moved, cancelled."""

from __future__ import annotations

from common.clock import local
from knowledge.service import PublishedGuide
from services.appointments.service import Appointment, SlotTaken
from services.conversations.state import Offer
from services.dialogue.assistant import Assistant
from services.dialogue.giving_back import gives_back
from services.dialogue.moments import When
from services.dialogue.refusals import refused
from services.dialogue.scene import Scene, button
from services.dialogue.times import show_slots, slot_lost
from services.messages.model import Slot
from services.messages.payloads import CancelBooking, MoveHere, MyAppointments, Reschedule, StartBooking
from services.messages.rendering import render_template, with_text, words


def show_booked(assistant: Assistant, scene: Scene, appointment: Appointment, response: str) -> None:
    published = assistant.knowledge.guide(appointment.guide_id)
    scene.close_question()
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
    """Another time for an appointment that stands: the one that was said, to be confirmed; else those to choose from."""
    if scene.understood.when:
        scene.update(when=scene.understood.when)
    found = await _one(assistant, scene, appointment_id, Reschedule)
    if found is None:
        return
    scene.update(moving=found.id, guide_id=found.guide_id, goal="booking")
    published = assistant.knowledge.guide(found.guide_id)
    said = When.of(scene.state.when)
    if said and said.is_at(found.start) and found.state == "booked":
        _already_then(assistant, scene, found)
        return
    if said is None:
        scene.say("utter_move_which_time")
    meant = await show_slots(assistant, scene, published, found.hall_id)
    if meant and meant.slot_id == found.slot_id and found.state == "booked":
        _already_then(assistant, scene, found)
    elif meant:
        _confirm_move(scene, published, found, meant)


def _already_then(assistant: Assistant, scene: Scene, appointment: Appointment) -> None:
    """The time he asks for is the one he has."""
    scene.update(when={})
    show_booked(assistant, scene, appointment, "utter_booked_then_already")


def _confirm_move(scene: Scene, published: PublishedGuide, appointment: Appointment, slot: Slot) -> None:
    offers = [
        Offer(label=words()["buttons"]["move_here"], payload=str(MoveHere(appointment_id=appointment.id, slot_id=slot.slot_id))),
        Offer(label=words()["buttons"]["keep_old"], payload=str(MyAppointments())),
    ]
    old, new = _spoken_time(appointment), render_template("moment", start=local(slot.start))
    scene.ask("utter_confirm_move", offers, pending="confirm_slot", old=old, new=new)
    scene.conclude("clarifying", guide=(published.id, published.version), section="booking")


async def move(assistant: Assistant, scene: Scene, *, appointment_id: str, slot_id: str) -> None:
    try:
        with refused(scene, but=(SlotTaken,)):
            moved = await assistant.appointments.reschedule(
                appointment_id=appointment_id, slot_id=slot_id, person_id=scene.turn.person_id, turn_id=scene.turn.id
            )
            show_booked(assistant, scene, moved, "utter_moved")
    except SlotTaken:
        await slot_lost(assistant, scene, assistant.knowledge.guide(scene.state.guide_id or ""))


async def cancel_booking(assistant: Assistant, scene: Scene, *, appointment_id: str | None = None) -> None:
    """With an id (a button of the confirmation) it is cancelled; in words it is confirmed first."""
    if appointment_id and scene.turn.state.pending == "confirm_slot" and scene.turn.state.appointment_id == appointment_id:
        with refused(scene):
            cancelled = await assistant.appointments.cancel(appointment_id=appointment_id, person_id=scene.turn.person_id, turn_id=scene.turn.id)
            scene.close_question()
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
    if await gives_back(assistant, scene):
        return
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
            label=render_template("appointment_label", a=a, name=assistant.knowledge.guide(a.guide_id).guide.name, start=local(a.start)),
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
