"""Filling the item's form by talking: any order, several values at once, corrections, side questions; then confirm and submit."""

from __future__ import annotations

from common.clock import today
from knowledge.guidance.situations import next_question
from knowledge.schema.condition import uses
from knowledge.schema.guide import Guide
from knowledge.service import PublishedGuide
from services.conversations.state import Offer
from services.dialogue.assistant import Assistant
from services.dialogue.finding import find, mentions_another_item
from services.dialogue.going_on import ask_situation, go_on
from services.dialogue.narrowing import ask_which, open_items, passed_over
from services.dialogue.progress import ask_progress
from services.dialogue.refusals import refused
from services.dialogue.scene import Scene, answers_for, button
from services.forms.service import FieldView, FormView
from services.messages.payloads import AskProgress, CancelForm, FillField, ShowForm, StartBooking, SubmitForm
from services.messages.rendering import with_text, words


async def start_form(assistant: Assistant, scene: Scene, *, guide_id: str | None = None) -> None:
    """ "帮我填表": of the item in hand, of the item named, or the draft that was left."""
    if guide_id is None and scene.text and mentions_another_item(assistant, scene, scene.text):
        await find(assistant, scene, goal="form")
        return
    if guide_id is None and passed_over(scene):
        scene.update(**scene.state.asks_nothing().model_dump())
    if guide_id is None and open_items(scene):
        scene.update(goal="form")
        ask_which(assistant, scene)
        return
    chosen = guide_id or scene.state.guide_id
    if chosen is None:
        left = await assistant.forms.latest(person_id=scene.turn.person_id)
        if left is not None:
            await continue_form(assistant, scene, form_id=left.id)
            return
        scene.update(goal="form", pending="item", offers=[])
        scene.say("utter_ask_form_item")
        scene.conclude("clarifying")
        return
    scene.update(guide_id=chosen, goal="form")
    await go_on(assistant, scene)


async def open_form(assistant: Assistant, scene: Scene, published: PublishedGuide) -> None:
    """Opens or resumes the draft once the answers that decide its fields are known."""
    guide = published.guide
    if guide.form is None:
        scene.say("utter_no_form", name=guide.name)
        scene.conclude("answered", guide=(guide.id, published.version), section="form")
        return
    answers = answers_for(scene, guide)
    question = next_question(guide, answers, _situation_conditions(guide))
    if question:
        ask_situation(scene, published, question)
        scene.conclude("clarifying", guide=(guide.id, published.version), section="form")
        return
    with refused(scene):
        licences = await assistant.licences.list_for(person_id=scene.turn.person_id) if scene.own_licences else []
        view = await assistant.forms.open(
            person_id=scene.turn.person_id,
            conversation_id=scene.turn.conversation.id,
            guide=guide,
            version=published.version,
            answers=answers,
            citizen=scene.citizen,
            licences=licences,
            subject=scene.state.subject,
        )
        scene.say("utter_form_resumed" if view.revision > 1 else "utter_form_opened", name=guide.name)
        _show(assistant, scene, view)


def _situation_conditions(guide: Guide) -> list[dict]:
    """Conditions of form fields that look at situations only (those over other fields are the form's own affair)."""
    ids = {s.id for s in guide.situations}
    fields = guide.form.fields if guide.form else []
    return [f.when for f in fields if f.when and {s for s, _ in uses(f.when)} <= ids]


def _show(assistant: Assistant, scene: Scene, view: FormView) -> None:
    """The form as it stands, and the next thing to say: the field that is wrong, the one missing, or the confirmation."""
    scene.show(with_text(assistant.forms.message(view=view)))
    scene.update(form_id=view.id, guide_id=view.guide_id)
    for name, error in view.errors.items():
        scene.say("utter_form_error", label=_label(view, name), error=error)
    asked = view.field(view.asked) if view.asked else None
    if asked:
        _ask_field(scene, asked)
    elif view.state == "ready":
        _ask_confirmation(scene, view)
    scene.conclude("answered" if view.state != "draft" else "clarifying", guide=(view.guide_id, view.guide_version), section="form")


def _label(view: FormView, name: str) -> str:
    field = view.field(name)
    return field.label if field else name


def _ask_field(scene: Scene, field: FieldView) -> None:
    offers = [Offer(label=o.label, payload=str(FillField(field=field.name, value=o.value)), words=list(o.words)) for o in field.options]
    scene.update(field=field.name)
    response = "utter_form_next_image" if field.type == "image" else "utter_form_next"
    if offers:
        scene.ask(response, offers, pending="field", label=field.label, hint=field.help or "")
    else:
        scene.say(response, label=field.label, hint=field.help or "")
        scene.update(pending="field", offers=[])


def _ask_confirmation(scene: Scene, view: FormView) -> None:
    offers = [
        Offer(label=words()["buttons"]["submit"], payload=str(SubmitForm(form_id=view.id))),
        Offer(label=words()["buttons"]["keep_filling"], payload=str(ShowForm())),
    ]
    scene.update(field=None)
    scene.ask("utter_form_ready", offers, pending="confirm_form")


async def fill(assistant: Assistant, scene: Scene) -> None:
    """A message with values: everything recognised in it goes into the draft."""
    form_id = await _form_id(assistant, scene)
    if form_id is None:
        await find(assistant, scene)
        return
    with refused(scene):
        reading = await assistant.forms.read(form_id=form_id, person_id=scene.turn.person_id, text=scene.turn.original, today=today(assistant.clock))
        if not reading:
            await _not_understood(assistant, scene, form_id)
            return
        view = await assistant.forms.fill(
            form_id=form_id, person_id=scene.turn.person_id, values=reading.values, ask=reading.next_field, turn_id=scene.turn.id
        )
        _show(assistant, scene, view)


async def _not_understood(assistant: Assistant, scene: Scene, form_id: str) -> None:
    view = await assistant.forms.get(form_id=form_id, person_id=scene.turn.person_id)
    scene.say("utter_form_not_understood")
    _show(assistant, scene, view)


async def fill_field(assistant: Assistant, scene: Scene, *, field: str, value: str, form_id: str | None = None) -> None:
    """A button of a select field."""
    chosen = form_id or await _form_id(assistant, scene)
    if chosen is None:
        await no_form(scene)
        return
    with refused(scene):
        _show(
            assistant, scene, await assistant.forms.fill(form_id=chosen, person_id=scene.turn.person_id, values={field: value}, turn_id=scene.turn.id)
        )


async def continue_form(assistant: Assistant, scene: Scene, *, form_id: str | None = None) -> None:
    """ "继续填表": the draft of this talk, or the last one left anywhere."""
    chosen = form_id or await _form_id(assistant, scene)
    if chosen is None:
        await no_form(scene)
        return
    with refused(scene):
        _show(assistant, scene, await assistant.forms.get(form_id=chosen, person_id=scene.turn.person_id))


async def submit_form(assistant: Assistant, scene: Scene, *, form_id: str | None = None) -> None:
    """ "提交": only a complete form; the answer is a case with its number."""
    chosen = form_id or await _form_id(assistant, scene)
    if chosen is None:
        await (ask_progress(assistant, scene) if scene.state.case_id else no_form(scene))  # said twice: it is in already
        return
    view = await assistant.forms.get(form_id=chosen, person_id=scene.turn.person_id)
    if view.state == "draft":
        scene.say("utter_form_incomplete")
        _show(assistant, scene, view)
        return
    with refused(scene):
        case = await assistant.forms.submit(form_id=chosen, person_id=scene.turn.person_id, turn_id=scene.turn.id)
        scene.update(**scene.state.asks_nothing().model_dump())
        scene.update(form_id=None, case_id=case.id, goal="overview")
        scene.show(with_text(assistant.cases.message(case=case)))
        published = assistant.knowledge.guide(case.guide_id)
        choices = [button("progress", AskProgress())]
        if published.guide.booking:
            choices.insert(0, button("booking", StartBooking(guide_id=case.guide_id)))
        scene.suggest("utter_submitted", choices, number=case.number)
        scene.conclude("answered", guide=(case.guide_id, case.guide_version), section="form")


async def cancel_form(assistant: Assistant, scene: Scene, *, form_id: str | None = None) -> None:
    """With an id (the button of the confirmation) the draft is thrown away; in words it is confirmed first."""
    chosen = form_id or await _form_id(assistant, scene)
    if chosen is None:
        await no_form(scene)
        return
    if form_id is None:
        offers = [
            Offer(label=words()["buttons"]["discard_form"], payload=str(CancelForm(form_id=chosen))),
            Offer(label=words()["buttons"]["keep_filling_form"], payload=str(ShowForm())),
        ]
        scene.ask("utter_confirm_discard", offers, pending="confirm_form")
        scene.conclude("clarifying", section="form")
        return
    with refused(scene):
        await assistant.forms.discard(form_id=chosen, person_id=scene.turn.person_id)
        scene.update(**scene.state.asks_nothing().model_dump())
        scene.update(form_id=None, goal="overview")
        scene.say("utter_form_discarded")
        scene.conclude("answered", section="form")


async def picture(assistant: Assistant, scene: Scene) -> None:
    """A picture arrived: for the form's attachment, if a form is being filled."""
    form_id = await _form_id(assistant, scene)
    if form_id is None:
        scene.say("utter_picture_no_form")
        scene.conclude("partial")
        return
    with refused(scene):
        view = await assistant.forms.attach(form_id=form_id, person_id=scene.turn.person_id, upload=scene.turn.original, turn_id=scene.turn.id)
        _show(assistant, scene, view)


async def no_form(scene: Scene) -> None:
    scene.update(goal="form", pending="item", offers=[])
    scene.say("utter_no_draft")
    scene.conclude("clarifying", section="form")


async def _form_id(assistant: Assistant, scene: Scene) -> str | None:
    if scene.state.form_id:
        return scene.state.form_id
    left = await assistant.forms.latest(person_id=scene.turn.person_id)
    return left.id if left else None
