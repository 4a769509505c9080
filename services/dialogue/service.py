"""Door of the package: the engine's decision by name → the flow → what is staged for the commit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from services.conversations.model import Staged, Turn
from services.dialogue import booking, filling, going_back, handing, holding, manners, progress, submitting, visits, whereabouts
from services.dialogue.asking import ask_aspect, ask_aspect_other
from services.dialogue.assistant import Assistant
from services.dialogue.correcting import correct, pick_facet
from services.dialogue.finding import find
from services.dialogue.form_talk import keep_form_in_mind
from services.dialogue.going_on import answer_situation, continuations
from services.dialogue.moments import KINDS as TIME_ENTITIES
from services.dialogue.refusing import let_be, none_of_these
from services.dialogue.scene import Scene, Understood
from services.dialogue.taking import choose
from services.dialogue.ticket_talk import tells_of_ticket
from services.dialogue.waiting import chosen_waiting, offer_waiting
from services.messages import payloads as p

__all__ = ["TIME_ENTITIES", "Assistant", "Dialogue", "Staged", "Turn", "Understood"]

continuations.update(form=filling.open_form, booking=booking.offer_visit)
Flow = Callable[[Assistant, Scene], Awaitable[None]]

# Decisions of the engine (action names without "action_") and the flow that carries each out.
FLOWS: dict[str, Flow] = {
    "find": find,
    "correct": correct,
    "answer_aspect": ask_aspect,
    "answer_aspect_other": ask_aspect_other,
    "form_open": filling.start_form,
    "form_continue": filling.continue_form,
    "form_fill": filling.fill,
    "form_submit": submitting.submit_form,
    "form_cancel": submitting.cancel_form,
    "picture": filling.picture,
    "booking_start": booking.start_booking,
    "booking_confirm": holding.confirm_slot,
    "booking_move": booking.another_time,
    "booking_cancel": visits.cancel_booking,
    "booking_list": visits.my_appointments,
    "case_progress": progress.ask_progress,
    "handoff": handing.hand_off,
    "handoff_cancel": handing.cancel_handoff,
    "ticket": handing.complaint,
    "rate": lambda a, s: handing.rate(a, s, episode_id=None, value=None),
    "set_region": whereabouts.says_where,
    "simplify": manners.simplify,
    "in_full": manners.in_full,
    "traditional": lambda a, s: manners.use_script(a, s, script="hant"),
    "simplified": lambda a, s: manners.use_script(a, s, script="hans"),
    "back": going_back.go_back,
    "repeat": manners.repeat,
    "reset": manners.start_over,
    "booking_hall": booking.change_hall,
    "choose": manners.unclear,
    "none_of_these": none_of_these,
    "put_off": let_be,
    "unclear": manners.unclear,
}


class Dialogue:
    """Carries one decision out for one turn."""

    def __init__(self, assistant: Assistant):
        self._assistant = assistant

    async def act(self, *, decision: str, turn: Turn, understood: Understood) -> Staged:
        """:raises KeyError: the engine named a decision that has no flow (a test keeps both lists equal)."""
        scene = await self._assistant.scene(turn, understood)
        if handing.adds_on(self._assistant, scene):
            await handing.add_to_complaint(self._assistant, scene)
            return scene.staged()
        if await tells_of_ticket(self._assistant, scene):
            return scene.staged()
        payload = self._payload(turn, understood, decision)
        if payload is not None and payload.model_fields_set:
            await self._carry_out(scene, payload)
        else:  # a bare button means what the engine made of it: "yes" depends on what was asked
            await FLOWS[_SIMPLE.get(payload.name, decision) if payload and decision == "choose" else decision](self._assistant, scene)
        keep_form_in_mind(scene)
        offer_waiting(scene)
        return scene.staged()

    @staticmethod
    def _payload(turn: Turn, understood: Understood, decision: str) -> p.Payload | None:
        """The button that was tapped, or the offer that was meant by words."""
        if turn.kind == "payload":
            return p.parse_payload(turn.original)
        if decision == "choose" and understood.chosen:
            return p.parse_payload(understood.chosen)
        return None

    async def _carry_out(self, scene: Scene, payload: p.Payload) -> None:
        a = self._assistant
        match payload:
            case p.ChooseItem():
                if not await chosen_waiting(a, scene, payload.guide_id):
                    await choose(a, scene, payload.guide_id)
            case p.PickFacet():
                await pick_facet(a, scene, key=payload.key, value=payload.value)
            case p.AnswerSituation():
                await answer_situation(a, scene, guide_id=payload.guide_id, situation=payload.situation, option=payload.option)
            case p.AskAspect():
                await ask_aspect(a, scene, aspects=[payload.aspect], guide_id=payload.guide_id)
            case p.StartForm():
                await filling.start_form(a, scene, guide_id=payload.guide_id)
            case p.ContinueForm():
                await filling.continue_form(a, scene, form_id=payload.form_id)
            case p.ShowForm():
                await filling.continue_form(a, scene)
            case p.FillField():
                await filling.fill_field(a, scene, field=payload.field, value=payload.value, form_id=payload.form_id)
            case p.SubmitForm():
                await submitting.submit_form(a, scene, form_id=payload.form_id)
            case p.CancelForm():
                await submitting.cancel_form(a, scene, form_id=payload.form_id)
            case p.StartBooking():
                await booking.start_booking(a, scene, guide_id=payload.guide_id)
            case p.PickHall():
                await booking.pick_hall(a, scene, hall_id=payload.hall_id)
            case p.ChangeHall():
                await booking.change_hall(a, scene)
            case p.PickSlot():
                await holding.pick_slot(a, scene, slot_id=payload.slot_id)
            case p.ConfirmSlot():
                await holding.confirm_slot(a, scene, appointment_id=payload.appointment_id)
            case p.Reschedule():
                await visits.reschedule(a, scene, appointment_id=payload.appointment_id)
            case p.MoveHere():
                await visits.move(a, scene, appointment_id=payload.appointment_id, slot_id=payload.slot_id)
            case p.CancelBooking():
                await visits.cancel_booking(a, scene, appointment_id=payload.appointment_id)
            case p.ShowCase():
                await progress.show_case(a, scene, case_id=payload.case_id)
            case p.Rate():
                await handing.rate(a, scene, episode_id=payload.episode_id, value=payload.value)
            case p.SetRegion():
                await whereabouts.located(a, scene, region=payload.region)


# What a bare button stands for when it was meant by words ("都不是"): then the decision only says that something offered was chosen.
_SIMPLE = {
    "start_form": "form_open",
    "continue_form": "form_continue",
    "show_form": "form_continue",
    "submit_form": "form_submit",
    "cancel_form": "form_cancel",
    "start_booking": "booking_start",
    "change_hall": "booking_hall",
    "confirm_slot": "booking_confirm",
    "reschedule": "booking_move",
    "cancel_booking": "booking_cancel",
    "show_case": "case_progress",
    "none_of_these": "none_of_these",
    "put_off": "put_off",
    "my_appointments": "booking_list",
    "ask_progress": "case_progress",
    "human": "handoff",
    "cancel_handoff": "handoff_cancel",
    "complaint": "ticket",
    "simplify": "simplify",
    "use_traditional": "traditional",
    "use_simplified": "simplified",
    "repeat": "repeat",
    "go_back": "back",
    "start_over": "reset",
    "affirm": "unclear",
    "deny": "unclear",
}
