"""A bundle (一件事) put together from the guides of its items: one list, one form, steps in order, visits shared.

Pure functions. What comes out is an ordinary guide, so search, cards, forms and booking need not know that it is a bundle;
where its parts come from stands in ``serves``, ``made_by`` and ``item``.
"""

from __future__ import annotations

from collections.abc import Mapping

from knowledge.guidance.bundles.assembly import assemble
from knowledge.schema.guide import Guide

__all__ = ["assemble", "assembled"]


def assembled(guides: Mapping[str, Guide]) -> dict[str, Guide]:
    """The same guides, each bundle among them put together from the others."""
    return {guide_id: assemble(guide, guides) if guide.bundle else guide for guide_id, guide in guides.items()}
