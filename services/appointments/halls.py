"""Where to go: halls that take a line of business, the nearest first, with what a citizen should know before going."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from knowledge.schema.hall import Hall
from knowledge.schema.hall_library import district_code, districts, nearness
from services.appointments.words import words

_FAR = (99, 99)


@dataclass(frozen=True)
class HallOffer:
    """A hall and the line to book there. ``borders`` districts lie between (0: the citizen's own; ``None``: not known where they are)."""

    hall: Hall
    line: str
    stated: bool  # False: only its comprehensive windows would take it
    borders: int | None
    notes: tuple[str, ...]


def offers(halls: Mapping[str, Hall], lines: Iterable[str], *, district: str | None = None, limit: int = 5) -> list[HallOffer]:
    """Nearest first; in one district a hall that states the line before comprehensive windows. ``district`` is a name or a code.

    A hall that takes several of ``lines`` is offered once, for the line it states or else the first of ``lines``.
    """
    code = district_code(district) if district else None
    near = nearness(code) if code else {}
    wanted = list(dict.fromkeys(lines))
    found = [offer for hall in halls.values() if (offer := _offer(hall, wanted, near))]
    city_wide = list(districts())  # without a district: those that state it first, then by district
    return sorted(found, key=lambda o: (*near.get(o.hall.code, _FAR), not o.stated, city_wide.index(o.hall.code), o.hall.id))[:limit]


def _offer(hall: Hall, lines: list[str], near: Mapping[str, tuple[int, int]]) -> HallOffer | None:
    ways = [(line, hall.serves(line)) for line in lines if hall.serves(line)]
    if not ways:
        return None
    line, way = min(ways, key=lambda w: w[1] != "stated")
    borders = near[hall.code][0] if hall.code in near else None
    return HallOffer(hall, line, way == "stated", borders, notes_on(hall, line))


def notes_on(hall: Hall, line: str) -> tuple[str, ...]:
    """What to tell before someone sets out: gaps and doubts of the facts we have, then the hall's own notes."""
    said = words()["hall"]
    checks = {
        "comprehensive": hall.serves(line) == "comprehensive",
        "unverified": hall.reliability == "low",
        "no_address": hall.address is None,
        "no_hours": hall.hours is None or hall.hours.weekly is None,
    }
    return (*(said[name] for name, applies in checks.items() if applies), *hall.notes)
