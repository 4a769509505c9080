"""The nearest hall: asked for without a matter ("离我最近的政务大厅在哪里"), or told to somebody who says where he is."""

from __future__ import annotations

import re

from services.appointments.service import HallOffer
from services.dialogue import lexicon, sentences
from services.dialogue.assistant import Assistant
from services.dialogue.lexicon import entries
from services.dialogue.scene import Scene
from services.messages.model import Text
from services.messages.rendering import render_template

_ANYTHING = ["comprehensive"]


async def asked_for_a_hall(assistant: Assistant, scene: Scene) -> bool:
    """Whether halls are asked about and no matter; then the nearest is named, or it is asked where he is. Of an item in hand it is where that
    is done, unless the nearest is asked for."""
    text = lexicon.simplified(scene.text)
    if scene.understood.objects or not re.search(entries()["halls"]["named"], text):
        return False
    near = bool(re.search(entries()["halls"]["nearest"], text))
    if scene.state.guide_id is not None and not near:
        return False
    if not near and not sentences.asks_something(text):
        return False
    region = scene.understood.region or scene.state.district or scene.facts.get("district")
    if region is None:
        scene.say("utter_hall_which_district")
        scene.conclude("clarifying")
        return True
    if not await tell_nearest(assistant, scene, region):
        return False
    scene.update(district=region)
    return True


async def tell_nearest(assistant: Assistant, scene: Scene, region: str) -> bool:
    """Whether there is a hall to name: for the item in hand, else for most things."""
    offer, item = await _nearest(assistant, scene, region)
    if offer is None:
        return False
    scene.show(Text(text=render_template("hall_near", offer=offer, hall=offer.hall, region=region, item=item)))
    scene.conclude("answered", section="where")
    return True


async def _nearest(assistant: Assistant, scene: Scene, region: str) -> tuple[HallOffer | None, str | None]:
    """And the name of the item that is done there, if one is in hand."""
    guide = assistant.knowledge.guide(scene.state.guide_id).guide if scene.state.guide_id else None
    if guide is not None and guide.booking is None:  # where it is done stands in its guide
        return None, None
    lines, item = (guide.booking.lines, guide.name) if guide is not None and guide.booking is not None else (_ANYTHING, None)
    found = await assistant.appointments.halls(lines=lines, district=region, limit=1)
    return (found[0] if found else None), item
