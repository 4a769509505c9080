"""Where a case stands."""

from __future__ import annotations

from services.dialogue.assistant import Assistant
from services.dialogue.refusals import refused
from services.dialogue.scene import Scene, button
from services.messages.model import Choice
from services.messages.payloads import Human, ShowCase
from services.messages.rendering import with_text

_OTHERS = 5


async def ask_progress(assistant: Assistant, scene: Scene) -> None:
    """The case of this talk, else the newest; the others as buttons."""
    cases = await assistant.cases.list(person_id=scene.turn.person_id, limit=_OTHERS + 1)
    if not cases:
        scene.suggest("utter_no_case", [button("human", Human())])
        scene.conclude("answered", section="progress")
        return
    shown = next((c for c in cases if c.id == scene.state.case_id), cases[0])
    scene.show(with_text(assistant.cases.message(case=shown)))
    others = [Choice(label=f"{c.guide_name} {c.number}", payload=str(ShowCase(case_id=c.id))) for c in cases if c.id != shown.id][:_OTHERS]
    if others:
        scene.suggest("utter_other_cases", others)
    scene.conclude("answered", guide=(shown.guide_id, shown.guide_version), section="progress")


async def show_case(assistant: Assistant, scene: Scene, *, case_id: str | None = None) -> None:
    if case_id is None:
        await ask_progress(assistant, scene)
        return
    with refused(scene):
        case = await assistant.cases.get(case_id=case_id, person_id=scene.turn.person_id)
        scene.update(case_id=case.id)
        scene.show(with_text(assistant.cases.message(case=case)))
        scene.conclude("answered", guide=(case.guide_id, case.guide_version), section="progress")
