"""Reading halls and districts from YAML, and which district lies how far from which."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from knowledge.schema.hall import District, Hall
from knowledge.schema.library import _yaml as read_yaml
from knowledge.schema.library import business_lines

SHIPPED = Path(__file__).resolve().parent.parent / "halls"


def read_hall(path: Path) -> Hall:
    """One hall file. Raises ``ValueError`` when it names an unknown district or line, or is not named after its id."""
    hall = Hall.model_validate(read_yaml(path))
    unknown = {*hall.lines, *hall.comprehensive_lines} - set(business_lines())
    if unknown:
        raise ValueError(f"{path.name}: unknown lines of business {sorted(unknown)}")
    district = districts().get(hall.code)
    if district is None or district.name != hall.district:
        raise ValueError(f"{path.name}: {hall.district} {hall.code} is not a known district")
    if hall.id != path.stem:
        raise ValueError(f"{path.name}: the file of hall {hall.id} has another name")
    return hall


@cache
def shipped_halls() -> dict[str, Hall]:
    """Every hall in the tree, by id, in the order of their ids."""
    paths = sorted(p for p in SHIPPED.glob("*.yaml") if not p.name.startswith("_"))
    return {hall.id: hall for hall in map(read_hall, paths)}


@cache
def districts() -> dict[str, District]:
    """The districts served, by code."""
    return {d.code: d for d in (District.model_validate(entry) for entry in read_yaml(SHIPPED / "_districts.yaml"))}


def district_code(name_or_code: str) -> str | None:
    """``天河``, ``天河区``, ``广州市天河区`` or ``440106`` → ``440106``; ``None`` for any other place."""
    wanted = name_or_code.strip().removeprefix("广东省").removeprefix("广州市").removesuffix("区")
    return next((d.code for d in districts().values() if wanted in (d.code, d.name.removesuffix("区"))), None)


@cache
def nearness(code: str) -> dict[str, tuple[int, int]]:
    """District code → (borders to cross, order of preference), from the district ``code``; smaller is nearer."""
    order, found = [code], {code: (0, 0)}
    for here in order:
        for there in districts()[here].neighbours:
            if there not in found:
                found[there] = (found[here][0] + 1, len(order))
                order.append(there)
    return found
