"""He says where he is, in words or by sharing a place on a map: it is remembered, and he hears where to go."""

from __future__ import annotations

from services.dialogue.assistant import Assistant
from services.dialogue.halls import tell_nearest
from services.dialogue.handing import add_to_complaint, lately_complained
from services.dialogue.manners import set_region
from services.dialogue.scene import Scene


async def located(assistant: Assistant, scene: Scene, *, region: str | None) -> None:
    """A place on a map says more than "我在番禺": he wants to know where to go. The nearest hall is named, but where a visit is being booked:
    then the halls or their times are on offer already."""
    await set_region(assistant, scene, region=region)
    if region is None or (scene.state.goal == "booking" and scene.state.pending in ("hall", "slot")):
        return
    await tell_nearest(assistant, scene, region)


async def says_where(assistant: Assistant, scene: Scene) -> None:
    """ "我在番禺", with nothing in hand yet: the hall there, as he may have been asked for it. Else what is in hand goes on."""
    if lately_complained(assistant, scene) and scene.turn.state.pending == "none" and scene.state.guide_id is None:
        await add_to_complaint(assistant, scene)  # where it was that he complains of
        return
    idle = scene.state.guide_id is None and scene.state.pending == "none"
    await (located if idle else set_region)(assistant, scene, region=scene.understood.region)
