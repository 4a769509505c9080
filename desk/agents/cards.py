"""A guide's card as an agent sends it: for the citizen's case as far as it is known, as the bot would."""

from __future__ import annotations

from common.clock import today
from common.errors import InvalidInput
from knowledge.guidance.aspects import SECTIONS, aspect_facts, sections_of
from knowledge.schema.guide import Guide
from knowledge.schema.library import shared_situations
from services.bootstrap import Services
from services.citizens.service import facts
from services.conversations.service import Conversation
from services.dialogue.cards import answer_card, guide_card, materials_card
from services.messages.model import Message


async def card(services: Services, conversation: Conversation, *, guide_id: str, section: str | None) -> Message:
    """``section`` is an aspect (``fee``) or the guide's section behind it (``fees``); without one, the summary card.

    :raises GuideNotFound: :raises InvalidInput: the guide says nothing about it.
    """
    published = services.knowledge.guide(guide_id)
    answers = await _answers(services, conversation, published.guide)
    if section is None:
        return guide_card(published, answers)
    aspect = next((a for a, behind in SECTIONS.items() if section in (a, behind)), None)
    if aspect not in sections_of(published.guide):
        raise InvalidInput(fields={"section": "not_in_guide"})
    if aspect == "materials":
        held = await services.licences.list_for(person_id=conversation.person_id) if conversation.person_id.startswith("ct_") else []
        return materials_card(published, answers, {licence.kind for licence in held})
    return answer_card(published, aspect_facts(published.guide, aspect, answers))


async def _answers(services: Services, conversation: Conversation, guide: Guide) -> dict[str, str]:
    """What the citizen has answered and what his identity tells, of this guide's situations."""
    citizen = await services.citizens.get(person_id=conversation.person_id)
    known = facts(citizen, today(services.clock)) if conversation.state.subject == "self" else {}
    said, shared, answers = conversation.state.answers, shared_situations(), {}
    for situation in guide.situations:
        key = situation.id if situation.id in shared else f"{guide.id}:{situation.id}"
        value = said.get(key) or (known.get(situation.known_from) if situation.known_from else None)
        if value:
            answers[situation.id] = value
    return answers
