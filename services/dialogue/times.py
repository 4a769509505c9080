"""The bookable times of a hall: all of them, or those that fit what the citizen said."""

from __future__ import annotations

from knowledge.service import PublishedGuide
from services.appointments.errors import HallNotFound
from services.conversations.state import Offer
from services.dialogue.assistant import Assistant
from services.dialogue.moments import When
from services.dialogue.refusals import refused
from services.dialogue.scene import Scene, button
from services.messages.model import Slot, Slots
from services.messages.payloads import ChangeHall
from services.messages.rendering import render_template, with_text, words

_DAYS = 7


async def show_slots(assistant: Assistant, scene: Scene, published: PublishedGuide, hall_id: str) -> Slot | None:
    """Shows the times that fit what was said, else all. When one time was meant and it is free, it is returned and nothing is shown."""
    when = When.of(scene.state.when)
    scene.update(when={}, hall_id=hall_id)
    with refused(scene):
        line = await line_of(assistant, published, hall_id)
        slots = await _slots(assistant, scene, published, hall_id, line)
        fitting = None
        if when:
            start = min(when.days, default=None)
            later = await _slots(assistant, scene, published, hall_id, line, start=start) if start else slots
            fitting = when.fitting(later)
            if fitting and when.one:
                return fitting.days[0].slots[0]
        if when and fitting is None and _any(slots):
            scene.say("utter_no_such_time", when=when.spoken())
        _show(assistant, scene, fitting or slots, line, again=bool(when) or scene.turn.state.hall_id == hall_id)
        scene.conclude("answered", guide=(published.id, published.version), section="booking")
    return None


async def _slots(assistant: Assistant, scene: Scene, published: PublishedGuide, hall_id: str, line: str, **of: object) -> Slots:
    days = await assistant.appointments.days(hall_id=hall_id, line=line, days=_DAYS, person_id=scene.turn.person_id, **of)
    return assistant.appointments.slots_message(guide_id=published.id, hall_id=hall_id, days=days)


def _any(slots: Slots) -> bool:
    return any(s.left > 0 for d in slots.days for s in d.slots)


def _show(assistant: Assistant, scene: Scene, slots: Slots, line: str, *, again: bool) -> None:
    """``again``: the notes on the hall have been read before."""
    if not _any(slots):
        scene.suggest("utter_no_slots", [button("other_hall", ChangeHall())], hall=slots.hall.name)
    else:
        notes = assistant.appointments.hall_notes(hall_id=slots.hall.id, line=line)
        if notes and not again:
            scene.say("utter_hall_notes", notes="；".join(n.rstrip("。；") for n in notes))
        scene.show(with_text(slots))
        response = "utter_pick_new_slot" if scene.state.moving else "utter_pick_slot"
        scene.suggest(response, [button("other_hall", ChangeHall())])
    other = Offer(label=words()["buttons"]["other_hall"], payload=str(ChangeHall()))
    scene.update(pending="slot", offers=[*_slot_offers(slots), other])


async def slot_lost(assistant: Assistant, scene: Scene, published: PublishedGuide) -> None:
    """Somebody was faster, or the hold ran out: what is free now."""
    scene.say("utter_slot_lost")
    if scene.state.hall_id:
        await show_slots(assistant, scene, published, scene.state.hall_id)
    else:
        scene.suggest("utter_no_slots", [button("other_hall", ChangeHall())], hall="")
    scene.conclude("partial", guide=(published.id, published.version), section="booking")


async def line_of(assistant: Assistant, published: PublishedGuide, hall_id: str) -> str:
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
