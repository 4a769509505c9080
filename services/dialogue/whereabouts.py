"""He shares where he is on a map, which says more than "我在番禺": he wants to know where to go."""

from __future__ import annotations

from services.appointments.service import HallOffer
from services.dialogue.assistant import Assistant
from services.dialogue.manners import set_region
from services.dialogue.scene import Scene
from services.messages.model import Text
from services.messages.rendering import render_template

_ANYTHING = ["comprehensive"]


async def located(assistant: Assistant, scene: Scene, *, region: str | None) -> None:
    """The district is remembered, and the nearest hall named: for the item in hand, else for most things. Where a visit is being booked the
    halls or their times are on offer already."""
    await set_region(assistant, scene, region=region)
    if region is None or (scene.state.goal == "booking" and scene.state.pending in ("hall", "slot")):
        return
    offer, item = await _nearest(assistant, scene, region)
    if offer is not None:
        scene.show(Text(text=render_template("hall_near", offer=offer, hall=offer.hall, region=region, item=item)))


async def _nearest(assistant: Assistant, scene: Scene, region: str) -> tuple[HallOffer | None, str | None]:
    """And the name of the item that is done there, if one is in hand."""
    guide = assistant.knowledge.guide(scene.state.guide_id).guide if scene.state.guide_id else None
    if guide is not None and guide.booking is None:  # where it is done stands in its guide
        return None, None
    lines, item = (guide.booking.lines, guide.name) if guide is not None and guide.booking is not None else (_ANYTHING, None)
    found = await assistant.appointments.halls(lines=lines, district=region, limit=1)
    return (found[0] if found else None), item
