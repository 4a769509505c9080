"""The form as it stands, and the next thing to say about it: the field that is wrong, the one missing, or the confirmation."""

from __future__ import annotations

from services.conversations.model import Utter
from services.conversations.state import Offer
from services.dialogue.assistant import Assistant
from services.dialogue.scene import Scene, button
from services.forms.service import FieldView, FormView
from services.messages.payloads import ContinueForm, FillField, ShowForm, SubmitForm
from services.messages.rendering import with_text, words


def show_form(assistant: Assistant, scene: Scene, view: FormView) -> None:
    """Shows the form and asks what comes next."""
    scene.show(with_text(assistant.forms.message(view=view)))
    scene.update(form_id=view.id, guide_id=view.guide_id)
    for name, error in view.errors.items():
        scene.say("utter_form_error", label=_label(view, name), error=error.rstrip("。"))  # the sentence around it has its own
    asked = view.field(view.asked) if view.asked else None
    if asked:
        _ask_field(scene, view, asked)
    elif view.state == "ready":
        _ask_confirmation(scene, view)
    scene.conclude("answered" if view.state != "draft" else "clarifying", guide=(view.guide_id, view.guide_version), section="form")


def keep_form_in_mind(scene: Scene) -> None:
    """When another matter came up while the form was being filled: the way back to it, once."""
    before, state = scene.turn.state, scene.state
    left = before.pending in ("field", "confirm_form") and state.pending not in ("field", "confirm_form")
    said = any(isinstance(e, Utter) and e.response in ("utter_form_waiting", "utter_let_be", "utter_form_discarded") for e in scene.entries)
    if left and not said and state.form_id and state.form_id == before.form_id and state.guide_id != before.guide_id:
        scene.suggest("utter_form_waiting", [button("keep_filling_form", ContinueForm(form_id=state.form_id))])


def _label(view: FormView, name: str) -> str:
    field = view.field(name)
    return field.label if field else name


def _ask_field(scene: Scene, view: FormView, field: FieldView) -> None:
    offers = [Offer(label=o.label, payload=str(FillField(field=field.name, value=o.value)), words=list(o.words)) for o in field.options]
    scene.update(field=field.name)
    response, values = _request(view, field), {"label": _asked_as(view, field), "hint": field.help or "", "count": len(view.missing)}
    if offers:
        scene.ask(response, offers, pending="field", **values)
    else:
        scene.say(response, **values)
        scene.update(pending="field", offers=[])


def _asked_as(view: FormView, field: FieldView) -> str:
    """In a form for somebody else "申请人姓名" is 孩子的姓名: nobody gives his own by mistake."""
    applicant = words()["applicant"]
    if not field.label.startswith(applicant) or view.subject == "self":
        return field.label
    return words()["whose"][view.subject] + field.label.removeprefix(applicant)


def _request(view: FormView, field: FieldView) -> str:
    """How a field is asked for: as one of several still missing, as the last of them, or because he named it."""
    if field.type == "image":
        return "utter_form_next_image"
    if field.name not in view.missing:
        return "utter_form_next_named"
    return "utter_form_next" if len(view.missing) > 1 else "utter_form_next_last"


def _ask_confirmation(scene: Scene, view: FormView) -> None:
    offers = [
        Offer(label=words()["buttons"]["submit"], payload=str(SubmitForm(form_id=view.id))),
        Offer(label=words()["buttons"]["keep_filling"], payload=str(ShowForm())),
    ]
    scene.update(field=None)
    scene.ask("utter_form_ready", offers, pending="confirm_form")
