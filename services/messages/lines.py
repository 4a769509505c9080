"""The materials of a guide as lines of a message, a case or a form."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from knowledge.guidance.materials import materials_for
from knowledge.schema.guide import Guide
from services.messages.model import MaterialLine


def material_lines(guide: Guide, answers: Mapping[str, str], licences: Collection[str]) -> list[MaterialLine]:
    """What the answered situations need. ``licences``: the kinds of e-licences the citizen holds; what they replace is marked as waived."""
    return [
        MaterialLine(
            name=n.material.name,
            kind=n.material.kind or "",
            copies=n.material.copies,
            required=n.material.required,
            waived_by=n.waived_by,
            deferrable=n.material.deferrable,
            note=n.material.note,
        )
        for n in materials_for(guide, answers, licences)
    ]
