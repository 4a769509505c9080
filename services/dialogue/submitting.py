"""The end of a form: handed in, or given up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from services.conversations.state import Offer
from services.dialogue import sentences
from services.dialogue.assistant import Assistant
from services.dialogue.drafts import draft_meant, drafts_meant
from services.dialogue.form_talk import show_form
from services.dialogue.progress import ask_progress
from services.dialogue.refusals import refused
from services.dialogue.refusing import let_be
from services.dialogue.scene import Scene, button
from services.forms.errors import VerificationNeeded
from services.forms.service import FormView
from services.messages.payloads import AskProgress, CancelForm, ShowForm, StartBooking
from services.messages.rendering import with_text, words


async def submit_form(assistant: Assistant, scene: Scene, *, form_id: str | None = None) -> None:
    """ "提交": only a complete form; the answer is a case with its number."""
    if form_id is None and scene.state.case_id and not await drafts_meant(assistant, scene):
        await ask_progress(assistant, scene)  # said twice: it is in already
        return
    chosen = form_id or await draft_meant(assistant, scene)
    if chosen is None:
        return
    view = await assistant.forms.get(form_id=chosen, person_id=scene.turn.person_id)
    if view.state == "draft":
        scene.say("utter_form_incomplete")
        show_form(assistant, scene, view)
        return
    with _refused_with_a_door(assistant, scene, view):
        case = await assistant.forms.submit(form_id=chosen, person_id=scene.turn.person_id, turn_id=scene.turn.id)
        scene.close_question()
        scene.update(form_id=None, case_id=case.id, goal="overview")
        scene.show(with_text(assistant.cases.message(case=case)))
        published = assistant.knowledge.guide(case.guide_id)
        choices = [button("progress", AskProgress())]
        if published.guide.booking:
            choices.insert(0, button("booking", StartBooking(guide_id=case.guide_id)))
        scene.suggest("utter_submitted", choices, number=case.number)
        scene.conclude("answered", guide=(case.guide_id, case.guide_version), section="form")


@contextmanager
def _refused_with_a_door(assistant: Assistant, scene: Scene, view: FormView) -> Iterator[None]:
    """Who has yet to prove who he is is told so, and given the form: on its page he can, and then hands it in."""
    try:
        with refused(scene, but=(VerificationNeeded,)):
            yield
    except VerificationNeeded as error:
        with refused(scene):
            raise error
        scene.show(assistant.forms.message(view=view).model_copy(update={"text": words()["sign_in_there"]}))


async def cancel_form(assistant: Assistant, scene: Scene, *, form_id: str | None = None) -> None:
    """With an id (the button of the confirmation) the draft is thrown away; in words it is confirmed first."""
    if form_id is None:
        await _confirm_discard(assistant, scene)
        return
    with refused(scene):
        await assistant.forms.discard(form_id=form_id, person_id=scene.turn.person_id)
        scene.close_question()
        scene.update(form_id=None, goal="overview")
        scene.say("utter_form_discarded")
        scene.conclude("answered", section="form")


async def _confirm_discard(assistant: Assistant, scene: Scene) -> None:
    if sentences.puts_off(scene.text) or (sentences.gives_up(scene.text) and not await drafts_meant(assistant, scene)):
        await let_be(assistant, scene)
        return
    chosen = await draft_meant(assistant, scene)
    if chosen is None:
        return
    offers = [
        Offer(label=words()["buttons"]["discard_form"], payload=str(CancelForm(form_id=chosen))),
        Offer(label=words()["buttons"]["keep_filling_form"], payload=str(ShowForm())),
    ]
    scene.ask("utter_confirm_discard", offers, pending="confirm_form")
    scene.conclude("clarifying", section="form")
