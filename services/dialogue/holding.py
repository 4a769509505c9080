"""A place kept for a while, and confirmed: what happens when it is lost or a visit for the item stands already."""

from __future__ import annotations

from knowledge.guidance.materials import materials_for
from knowledge.schema.documents import bare_name
from knowledge.schema.guide import Guide
from knowledge.schema.library import licence_kinds
from knowledge.service import PublishedGuide
from services.appointments.service import Appointment, AppointmentExists, SlotTaken
from services.conversations.state import Offer
from services.dialogue.assistant import Assistant
from services.dialogue.refusals import refused
from services.dialogue.scene import Scene, answers_for
from services.dialogue.times import slot_lost
from services.dialogue.visits import move, my_appointments, show_booked
from services.messages.payloads import ConfirmSlot, MoveHere, MyAppointments, StartBooking
from services.messages.rendering import with_text, words


def ask_item(scene: Scene) -> None:
    """A visit is wanted, but not yet for what."""
    scene.update(goal="booking", moving=None, hall_id=None, pending="item", offers=[])
    scene.say("utter_ask_booking_item")
    scene.conclude("clarifying")


async def pick_slot(assistant: Assistant, scene: Scene, *, slot_id: str) -> None:
    """Holds a place, or moves the appointment that is being moved."""
    if scene.state.moving:
        await move(assistant, scene, appointment_id=scene.state.moving, slot_id=slot_id)
        return
    guide_id = scene.state.guide_id
    if guide_id is None:
        ask_item(scene)
        return
    published = assistant.knowledge.guide(guide_id)
    try:
        with refused(scene, but=(SlotTaken, AppointmentExists)):
            held = await assistant.appointments.hold(
                slot_id=slot_id,
                person_id=scene.turn.person_id,
                guide_id=guide_id,
                turn_id=scene.turn.id,
                bring=to_bring(scene, published),
                title=published.guide.name,
                lines=published.guide.booking.lines if published.guide.booking else None,
            )
            _show_held(assistant, scene, published, held)
    except SlotTaken:
        await slot_lost(assistant, scene, published)
    except AppointmentExists as error:
        _offer_move(assistant, scene, published, error.existing, slot_id)


def to_bring(scene: Scene, published: PublishedGuide) -> list[str]:
    """What nothing makes free; at least a proof of who one is."""
    needed = materials_for(published.guide, answers_for(scene, published.guide), scene.own_licences)
    listed = [n.material.name for n in needed if n.material.required and n.waived_by is None]
    return listed or ([] if _hands_out_identity(published.guide) else [words()["bring_identity"]])


def _hands_out_identity(guide: Guide) -> bool:
    """Whether an identity card is what the item gives: whoever applies for one has none to bring."""
    card = bare_name(licence_kinds()["id_card"])
    return any(bare_name(result.name).endswith(card) for result in guide.results)


def _show_held(assistant: Assistant, scene: Scene, published: PublishedGuide, held: Appointment) -> None:
    scene.show(with_text(assistant.appointments.message(held)))
    scene.update(appointment_id=held.id)
    offers = [
        Offer(label=words()["buttons"]["confirm_slot"], payload=str(ConfirmSlot(appointment_id=held.id))),
        Offer(label=words()["buttons"]["other_slot"], payload=str(StartBooking(guide_id=published.id))),
    ]
    scene.ask("utter_slot_held", offers, pending="confirm_slot")
    scene.conclude("clarifying", guide=(published.id, published.version), section="booking")


def _offer_move(assistant: Assistant, scene: Scene, published: PublishedGuide, existing: Appointment, slot_id: str) -> None:
    if existing.slot_id == slot_id:
        show_booked(assistant, scene, existing, "utter_booked_then_already")
        return
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
            show_booked(assistant, scene, booked, "utter_booked")
    except SlotTaken:
        await slot_lost(assistant, scene, assistant.knowledge.guide(scene.state.guide_id or ""))
