"""Filling the item's form by talking: any order, several values at once, corrections, side questions."""

from __future__ import annotations

from common.clock import today
from knowledge.guidance.situations import next_question
from knowledge.schema.condition import uses
from knowledge.schema.guide import Guide
from knowledge.service import PublishedGuide
from services.dialogue import sentences
from services.dialogue.assistant import Assistant
from services.dialogue.doubting import doubted, named_instead
from services.dialogue.drafts import draft_meant, drafts_meant, form_to_fill, name_of, no_form, talk_about
from services.dialogue.finding import find, mentions_another_item
from services.dialogue.form_talk import show_form
from services.dialogue.going_on import ask_situation, go_on
from services.dialogue.narrowing import ask_which, open_items, passed_over
from services.dialogue.refusals import refused
from services.dialogue.refusing import let_be, too_much
from services.dialogue.scene import Scene, answers_for


async def start_form(assistant: Assistant, scene: Scene, *, guide_id: str | None = None) -> None:
    """ "帮我填表": of the item in hand, of the item named, or the draft that was left."""
    if guide_id is None and scene.text and mentions_another_item(assistant, scene, scene.text):
        await find(assistant, scene, goal="form")
        return
    if guide_id is None and passed_over(scene):
        scene.close_question()
    if guide_id is None and open_items(scene):
        scene.update(goal="form")
        ask_which(assistant, scene)
        return
    chosen = guide_id or scene.state.guide_id
    if chosen is None:
        if left := await drafts_meant(assistant, scene):
            await continue_form(assistant, scene, form_id=left[0].id if len(left) == 1 else None)
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
            subject=scene.state.whom,
        )
        scene.say("utter_form_resumed" if view.revision > 1 else "utter_form_opened", name=name_of(view.subject, guide.name))
        show_form(assistant, scene, view)


def _situation_conditions(guide: Guide) -> list[dict]:
    """Conditions of form fields that look at situations only (those over other fields are the form's own affair)."""
    ids = {s.id for s in guide.situations}
    fields = guide.form.fields if guide.form else []
    return [f.when for f in fields if f.when and {s for s, _ in uses(f.when)} <= ids]


async def fill(assistant: Assistant, scene: Scene) -> None:
    """A message with values: everything recognised in it goes into the draft."""
    form_id = await form_to_fill(assistant, scene)
    if form_id is None:
        await find(assistant, scene)
        return
    with refused(scene):
        reading = await assistant.forms.read(form_id=form_id, person_id=scene.turn.person_id, text=scene.turn.original, today=today(assistant.clock))
        if not reading:
            await _not_understood(assistant, scene, form_id)
            return
        if doubted(assistant, scene, await assistant.forms.get(form_id=form_id, person_id=scene.turn.person_id), reading):
            return
        view = await assistant.forms.fill(
            form_id=form_id, person_id=scene.turn.person_id, values=reading.values, ask=reading.next_field, turn_id=scene.turn.id
        )
        show_form(assistant, scene, view)


async def _not_understood(assistant: Assistant, scene: Scene, form_id: str) -> None:
    """Nothing in the sentence fills a field: it puts the form off, names another matter, or was not understood."""
    if sentences.gives_up(scene.text):
        await let_be(assistant, scene)
        return
    if sentences.is_weary(scene.text):
        too_much(assistant, scene)
        return
    view = await assistant.forms.get(form_id=form_id, person_id=scene.turn.person_id)
    if named_instead(assistant, scene, view):
        return
    scene.say("utter_form_not_understood")
    show_form(assistant, scene, view)


async def fill_field(assistant: Assistant, scene: Scene, *, field: str, value: str, form_id: str | None = None) -> None:
    """A button of a select field."""
    chosen = form_id or await form_to_fill(assistant, scene)
    if chosen is None:
        no_form(scene)
        return
    with refused(scene):
        view = await assistant.forms.fill(form_id=chosen, person_id=scene.turn.person_id, values={field: value}, turn_id=scene.turn.id)
        show_form(assistant, scene, view)


async def continue_form(assistant: Assistant, scene: Scene, *, form_id: str | None = None) -> None:
    """ "继续填表": the draft for the person and the matter talked of or named; of several it is asked which."""
    of_no_form = form_id is None and scene.state.guide_id and scene.text and not sentences.speaks_of_a_form(scene.text)
    if of_no_form and not await drafts_meant(assistant, scene):  # "继续" after something was put off
        await go_on(assistant, scene, again=True)
        return
    chosen = form_id or await draft_meant(assistant, scene)
    if chosen is None:
        return
    with refused(scene):
        view = await assistant.forms.get(form_id=chosen, person_id=scene.turn.person_id)
        talk_about(scene, view)
        show_form(assistant, scene, view)


async def picture(assistant: Assistant, scene: Scene) -> None:
    """A picture arrived: for the form's attachment, if a form is being filled."""
    chosen = await form_to_fill(assistant, scene)
    if chosen is None:
        scene.say("utter_picture_no_form")
        scene.conclude("partial")
        return
    with refused(scene):
        view = await assistant.forms.attach(form_id=chosen, person_id=scene.turn.person_id, upload=scene.turn.original, turn_id=scene.turn.id)
        show_form(assistant, scene, view)
