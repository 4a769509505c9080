"""One list out of the lists of several items: what is the same document stands there once.

A row is asked for as strongly as the strictest of the items that apply asks for it, case by case: required before optional, brought
along before looked up by the window. What only the bundle's own list says stays as its author wrote it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from knowledge.guidance.bundles.part import Part, only_where_not
from knowledge.guidance.bundles.words import listed, words
from knowledge.schema.documents import bare_name
from knowledge.schema.guide import Material
from knowledge.schema.logic import Logic, both, either, logic, negated

OPTIONAL, MADE, SHARED, LICENCE, BROUGHT = range(5)  # how strongly a row is asked for


@dataclass(frozen=True)
class Row:
    """A material of one item in the cases in which it is asked for. ``maker``: the earlier item that hands it out."""

    material: Material
    part: Part
    when: Logic
    maker: Part | None = None

    @property
    def demand(self) -> int:
        if self.maker is not None:
            return MADE
        if not self.material.required:
            return OPTIONAL
        if self.material.data_sharing:
            return SHARED
        return LICENCE if self.material.licence else BROUGHT


def merged_materials(own: Sequence[Material], parts: Sequence[Part], *, joint: bool, earlier: dict[str, set[str]]) -> list[Material]:
    """``earlier``: guide id → the items done before it. What those hand out is noted, or left out where departments pass it on."""
    sheets: dict[str, list[Row]] = {m.id: [] for m in own}
    names = {bare_name(m.name): m.id for m in own}
    for part in parts:
        for material in part.guide.materials:
            sheet = _sheet(material, part, names, sheets)
            makers = [p for p in parts if p.guide.id in earlier[part.guide.id] and _makes(p, material)]
            sheets.setdefault(sheet, []).extend(_rows(material, part, makers, joint=joint))
    written = {m.id: m for m in own}
    return [material for sheet, rows in sheets.items() for material in _sheet_rows(sheet, written.get(sheet), rows)]


def _sheet(material: Material, part: Part, names: dict[str, str], taken: Iterable[str]) -> str:
    """The id under which this document stands in the bundle."""
    name = bare_name(material.name)
    sheet = part.member.materials.get(material.id) or names.get(name)
    if sheet is None:
        sheet = part.own(material.id) if material.id in taken else material.id
    names.setdefault(name, sheet)
    return sheet


def _makes(part: Part, material: Material) -> bool:
    """Any of several documents named with 或 will do."""
    wanted = {bare_name(name) for name in (material.name, *material.name.split(words()["alternatives"]))}
    return any(bare_name(result.name) in wanted for result in part.guide.results)


def _rows(material: Material, part: Part, makers: Sequence[Part], *, joint: bool) -> Iterator[Row]:
    when = both(part.with_papers, part.condition(material.when))
    for maker in makers:
        if not joint:
            yield Row(material, part, both(when, maker.applies), maker)
        when = both(when, negated(maker.applies))
    yield Row(material, part, when)


def _sheet_rows(sheet: str, own: Material | None, rows: Sequence[Row]) -> Iterator[Material]:
    """The bundle's own row first; beside it, for the cases it does not cover, a row per strength of demand."""
    rows = [row for row in rows if row.when is not False]
    serves = list(dict.fromkeys(row.part.guide.id for row in rows)) or None
    if own is not None:
        yield own.model_copy(update={"serves": serves})
    covered: Logic = logic(own.when) if own is not None else False
    for at, group in enumerate(_groups(rows), start=1 if own is None else 2):
        cases = either(*(row.when for row in group))
        when = only_where_not(cases, covered)
        covered = either(covered, cases)
        if when is not False:
            yield _merged(sheet if at == 1 else f"{sheet}_{at}", group, rows).model_copy(
                update={"serves": serves, "when": None if when is True else when}
            )


def _groups(rows: Sequence[Row]) -> list[list[Row]]:
    """Rows by demand, the strongest first. Several licences for one document free nobody of it."""
    licences = {row.material.licence for row in rows if row.demand == LICENCE}
    groups: dict[int, list[Row]] = {}
    for row in rows:
        groups.setdefault(BROUGHT if row.demand == LICENCE and len(licences) > 1 else row.demand, []).append(row)
    return [groups[demand] for demand in sorted(groups, reverse=True)]


def _merged(sheet: str, group: Sequence[Row], rows: Sequence[Row]) -> Material:
    maker = group[0].maker
    licences = {row.material.licence for row in group}
    return Material(
        id=sheet,
        name=rows[0].material.name,
        kind=max((row.material.kind for row in rows if row.material.kind), key=words()["kinds"].index, default=None),
        copies=max((row.material.copies for row in rows if row.material.copies), default=None),
        required=group[0].demand != OPTIONAL,
        issued_by=next((row.material.issued_by for row in rows if row.material.issued_by), None),
        licence=licences.pop() if len(licences) == 1 else None,
        data_sharing=all(row.material.data_sharing for row in group),
        deferrable=all(row.material.deferrable for row in group),
        note=words()["made"].format(items=_makers(group)) if maker else _note(group),
        made_by=maker.guide.id if maker else None,
    )


def _makers(group: Sequence[Row]) -> str:
    return words()["or"].join(listed([name]) for name in dict.fromkeys(row.maker.name for row in group if row.maker))


def _note(group: Sequence[Row]) -> str | None:
    """What the items say of it; whose word it is where they do not all say the same."""
    notes = list(dict.fromkeys((row.part.name, row.material.note) for row in group))
    if len({note for _, note in notes}) == 1:
        return notes[0][1]
    return "；".join(words()["notes"].format(item=item, note=note) for item, note in notes if note)
