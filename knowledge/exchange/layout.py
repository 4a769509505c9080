"""The tables of a guide, made from the schema: one of guides, and one per part that has several entries."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from knowledge.exchange.cells import Kind, entry_model, kind_of
from knowledge.exchange.words import words
from knowledge.schema.guide import Guide, Region
from knowledge.workflow.labels import field_label, section_label

MAIN = ""
_LAST = ("when", "sources")  # on the right, since few fill them in


@dataclass(frozen=True)
class Column:
    """``path``: the field, or ``region.code``; ``label``: the heading."""

    path: str
    label: str
    kind: Kind


@dataclass(frozen=True)
class Sheet:
    """``section`` is the field of the guide whose entries it holds, :data:`MAIN` for the guides themselves. The id of the guide
    stands in the first column of every sheet and is not among ``columns``, except in the main one."""

    section: str
    label: str
    columns: tuple[Column, ...]

    def column(self, heading: str) -> Column | None:
        """By its heading, or by the name of the field."""
        return next((c for c in self.columns if heading in (c.label, c.path)), None)


@cache
def sheets() -> tuple[Sheet, ...]:
    """The main sheet first, the others in the order of the schema."""
    main: list[Column] = []
    parts: list[Sheet] = []
    for name, field in Guide.model_fields.items():
        if name == "region":
            main += [Column(f"region.{part}", words()["region"][part], "text") for part in Region.model_fields]
        elif model := entry_model(field.annotation):
            ordered = sorted(model.model_fields.items(), key=lambda entry: entry[0] in _LAST)
            columns = tuple(Column(n, field_label(n), kind_of(f.annotation)) for n, f in ordered)
            parts.append(Sheet(name, section_label(name), columns))
        else:
            main.append(Column(name, section_label(name), kind_of(field.annotation)))
    return Sheet(MAIN, words()["main"], tuple(main)), *parts


def sheet_called(name: str) -> Sheet | None:
    """By its label, or by the name of the section; nothing at all means the main one."""
    return next((s for s in sheets() if name.strip() in (s.label, s.section)), None)
