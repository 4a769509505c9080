"""What the agent may want to send: guide cards for what the citizen last said, and a few ready sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import structlog

from knowledge.guidance.aspects import SECTIONS
from services.conversations.model import Conversation
from services.handoff.model import Episode, words
from services.messages.model import Message

log = structlog.get_logger(__name__)
_SENTENCES, _CARDS, _QUOTED = 2, 3, 40


class Finder(Protocol):
    """What this package needs of the knowledge: search, and a guide by its id."""

    def search(self, query: str, *, region: str | None = None, top_k: int = 10) -> Any: ...

    def guide(self, guide_id: str) -> Any: ...


def suggestions(
    knowledge: Finder, conversation: Conversation, episode: Episode | None, messages: Sequence[Message], *, agent: str
) -> list[dict[str, Any]]:
    """``{"kind": "guide", "guide_id", "name", "why", "section", "text"}`` to send as a card, ``{"kind": "reply", "id", "text"}`` to send as it is.

    A card is the item the citizen has in hand, or comes of a search that says it has an answer: a guess is no suggestion.
    """
    cards = _cards(knowledge, conversation, episode, messages)
    item = cards[0]["name"] if cards else None
    replies = [r for r in words()["replies"] if item or "{item}" not in r["text"]]
    return [*cards, *({"kind": "reply", "id": r["id"], "text": r["text"].format(agent=agent, item=item)} for r in replies)]


def _cards(knowledge: Finder, conversation: Conversation, episode: Episode | None, messages: Sequence[Message]) -> list[dict[str, Any]]:
    said = [m.text for m in messages if m.sender == "citizen" and m.type == "text"][-_SENTENCES:]
    in_hand = conversation.state.guide_id or (episode and episode.guide_id)
    found: dict[str, dict[str, Any]] = {}
    try:
        if in_hand:
            found[in_hand] = _card(in_hand, knowledge.guide(in_hand).guide.name, words()["why"]["in_hand"])
        search = knowledge.search("，".join(said), region=conversation.state.district, top_k=_CARDS) if said else None
        why = words()["why"]["said"].format(said="，".join(said)[:_QUOTED])
        for hit in search.results if search and search.answerable else ():
            found.setdefault(hit.guide_id, _card(hit.guide_id, hit.name, why, hit.passage.section, hit.passage.text))
    except Exception:  # the agent can do without suggestions; the outage itself shows on /healthz
        log.warning("handoff.suggestions.failed", conversation_id=conversation.id, exc_info=True)
    return list(found.values())[:_CARDS]


def _card(guide_id: str, name: str, why: str, section: str | None = None, text: str | None = None) -> dict[str, Any]:
    """``section`` is the aspect whose card to send; a passage that stands in no such section suggests the whole guide."""
    aspect = next((a for a, behind in SECTIONS.items() if section == behind), None)
    return {"kind": "guide", "guide_id": guide_id, "name": name, "why": why, "section": aspect, "text": text}
