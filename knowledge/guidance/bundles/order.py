"""The order of a bundle's items, and what can be done on one way."""

from __future__ import annotations

from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter

from knowledge.schema.bundle import Member, Visit


def in_order(members: Sequence[Member]) -> list[Member]:
    """Every item after those it waits for, otherwise as written. A circle (which the lint refuses) is left as written."""
    waiting, done, ordered = list(members), set[str](), list[Member]()
    known = {m.guide for m in members}
    while waiting:
        ready = next((m for m in waiting if known & set(m.after) <= done), waiting[0])
        waiting.remove(ready)
        done.add(ready.guide)
        ordered.append(ready)
    return ordered


def before(members: Sequence[Member]) -> dict[str, set[str]]:
    """Guide id → every item that is done before it, however far back."""
    direct = {m.guide: set(m.after) for m in members}
    found: dict[str, set[str]] = {}
    for member in in_order(members):
        near = direct[member.guide] & found.keys()
        found[member.guide] = near.union(*(found[i] for i in near))
    return found


def visits(members: Sequence[Member]) -> list[Visit]:
    """The fewest ways the order allows, found greedily: two items share one if they are done at the same place, neither has to
    wait for the other's result (or it is handed over on the spot), and nothing in between has to be done elsewhere."""
    ordered = in_order(members)
    trip = {m.guide: at for at, m in enumerate(ordered)}
    walked = [m for m in ordered if m.at and not m.online]
    for at, later in enumerate(walked):
        for earlier in walked[:at]:
            joined = {i: trip[earlier.guide] if t == trip[later.guide] else t for i, t in trip.items()}
            if earlier.at == later.at and trip[earlier.guide] != trip[later.guide] and _possible(ordered, joined):
                trip = joined
    stops: dict[int, list[Member]] = {}
    for member in walked:
        stops.setdefault(trip[member.guide], []).append(member)
    return [Visit(place=stop[0].at or "", items=[m.guide for m in stop]) for stop in _sorted(ordered, trip, stops)]


def _possible(members: Sequence[Member], trip: dict[str, int]) -> bool:
    """Whether the trips can be made one after another."""
    by_id = {m.guide: m for m in members}
    waits: dict[int, set[int]] = {t: set() for t in trip.values()}
    for member in members:
        for earlier in by_id.keys() & set(member.after):
            if trip[earlier] != trip[member.guide]:
                waits[trip[member.guide]].add(trip[earlier])
            elif not by_id[earlier].at_once:
                return False
    try:
        TopologicalSorter(waits).prepare()
    except CycleError:
        return False
    return True


def _sorted(members: Sequence[Member], trip: dict[str, int], stops: dict[int, list[Member]]) -> list[list[Member]]:
    waits: dict[int, set[int]] = {t: set() for t in trip.values()}
    for member in members:
        waits[trip[member.guide]] |= {trip[i] for i in member.after if i in trip} - {trip[member.guide]}
    try:
        return [stops[t] for t in TopologicalSorter(waits).static_order() if t in stops]
    except CycleError:
        return list(stops.values())
