"""Which of the citizen's open forms is meant: the one for the person and the matter now talked of, named, or open in this talk."""

from __future__ import annotations

from collections.abc import Sequence

from services.conversations.state import Offer
from services.dialogue import lexicon
from services.dialogue.assistant import Assistant
from services.dialogue.people import turn_to
from services.dialogue.scene import Scene
from services.forms.service import FormView
from services.messages.payloads import ContinueForm
from services.messages.rendering import words

_WHILE_FILLING = ("field", "confirm_form")


async def draft_meant(assistant: Assistant, scene: Scene) -> str | None:
    """The one draft that is meant. Of several it asks which, without any it says so; both answer ``None``."""
    found = await drafts_meant(assistant, scene)
    if len(found) > 1:
        ask_which_draft(scene, found)
    elif not found:
        no_form(scene)
    return found[0].id if len(found) == 1 else None


async def form_to_fill(assistant: Assistant, scene: Scene) -> str | None:
    """The form that what is said now is for: the one open in this talk, else the likeliest."""
    if scene.state.form_id:
        return scene.state.form_id
    found = await drafts_meant(assistant, scene)
    return found[0].id if found else None


async def drafts_meant(assistant: Assistant, scene: Scene) -> list[FormView]:
    """The drafts that may be meant, the one last touched first."""
    drafts = await assistant.forms.drafts(person_id=scene.turn.person_id)
    return fitting(scene, drafts)


def fitting(scene: Scene, drafts: Sequence[FormView]) -> list[FormView]:
    """Those a sentence names by person or matter; else the open one; else that of the matter in hand for the person talked of; else all."""
    state, who, said = scene.state, lexicon.whom(scene.text), scene.understood.objects
    of_this_talk = [d for d in drafts if d.id == state.form_id]
    if state.pending in _WHILE_FILLING and not said and all(who is None or is_about(d, who) for d in of_this_talk):
        return of_this_talk or list(drafts)
    named = [d for d in drafts if any(o in d.guide_name or o in d.title for o in said)] or list(drafts)
    if len(named) < len(drafts):
        return [d for d in named if is_about(d, who)] if who else named
    if who:
        his = [d for d in named if is_about(d, who)]
        return [d for d in his if d.guide_id == state.guide_id][:1] or his
    in_hand = [d for d in drafts if d.guide_id == state.guide_id and is_about(d, state.whom)]
    return in_hand[:1] or of_this_talk or list(drafts)


def is_about(draft: FormView, who: str) -> bool:
    """Whether a form is for this person, or one of the citizen's own that names him."""
    return draft.subject == who or (draft.subject == "self" and any(f.name.startswith(f"{who}_") for f in draft.fields))


def name_of(draft_subject: str, name: str, *, own: bool = False) -> str:
    """What a form is called to the citizen: 孩子的普通护照换发."""
    whose = words()["whose"]
    return f"{whose[draft_subject]}{name}" if own or draft_subject != "self" else name


def ask_which_draft(scene: Scene, drafts: Sequence[FormView]) -> None:
    offers = [
        Offer(label=name_of(d.subject, d.guide_name, own=True), payload=str(ContinueForm(form_id=d.id)), words=[words()["whose"][d.subject]])
        for d in drafts
    ]
    scene.close_question()
    scene.ask("utter_which_draft", offers, pending="item")
    scene.conclude("clarifying", section="form")


def talk_about(scene: Scene, draft: FormView) -> None:
    """The talk goes on about the person of this form; a form of the citizen's own may have been opened for somebody it names."""
    if not is_about(draft, scene.state.whom):
        turn_to(scene, draft.subject)


def no_form(scene: Scene) -> None:
    scene.update(goal="form", pending="item", offers=[])
    scene.say("utter_no_draft")
    scene.conclude("clarifying", section="form")
