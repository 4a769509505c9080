"""A bundle is the same whichever order a database gives the keys of its document back in."""

from __future__ import annotations

from typing import Any

from knowledge.index.fingerprint import document_digest
from knowledge.model import PublishedGuide, put_together
from knowledge.schema.guide import Guide
from knowledge.schema.library import shipped_guides


def reordered(part: Any) -> Any:
    """As PostgreSQL's jsonb keeps it: shorter keys first."""
    if isinstance(part, dict):
        return {key: reordered(part[key]) for key in sorted(part, key=lambda key: (len(key), key))}
    return [reordered(inner) for inner in part] if isinstance(part, list) else part


def test_bundles_do_not_depend_on_the_order_of_keys() -> None:
    written = {g.id: PublishedGuide(g.id, 1, g) for g in shipped_guides()}
    stored = {i: PublishedGuide(i, 1, Guide.model_validate(reordered(g.guide.document()))) for i, g in written.items()}
    ours, theirs = ({i: document_digest(g.guide) for i, g in put_together(guides).items()} for guides in (written, stored))
    assert len([g for g in written.values() if g.guide.bundle]) >= 12 and ours == theirs
