"""From a shared location to the district it lies in. The coordinates themselves are neither kept nor logged."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_KM_PER_DEGREE = 111.2


@cache
def _places() -> dict[str, Any]:
    return yaml.safe_load(Path(__file__).with_name("places.yml").read_text(encoding="utf-8"))


def district_at(latitude: float, longitude: float, label: str = "") -> str | None:
    """The district that the location's address names, else the one whose centre is nearest; None when it lies elsewhere, also in a district
    of the same name (there is a 白云区 in Guiyang)."""
    centres: dict[str, list[float]] = _places()["centres"]
    named = next((name for name in centres if name in label), None)
    if not (math.isfinite(latitude) and math.isfinite(longitude)):
        return named
    nearest = min(centres, key=lambda name: _km(latitude, longitude, *centres[name]))
    furthest = _places()["furthest_named_km" if named else "furthest_km"]
    return (named or nearest) if _km(latitude, longitude, *centres[named or nearest]) <= furthest else None


def _km(latitude: float, longitude: float, north: float, east: float) -> float:
    """Flat enough within one city."""
    return _KM_PER_DEGREE * math.hypot(latitude - north, (longitude - east) * math.cos(math.radians(north)))
