"""The booking policy in force where an administrator has set nothing else: ``capacity.yml``."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field

from knowledge.schema.hall import Hall, Hours


class Policy(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    slot_minutes: int = Field(ge=5, le=240)
    lead_minutes: int = Field(ge=0)
    horizon_working_days: int = Field(ge=1, le=60)
    hold_minutes: int = Field(ge=1, le=60)
    active_per_person: int = Field(ge=1)
    held_per_person: int = Field(ge=1)
    lock_timeout_ms: int = Field(ge=1)
    places: int = Field(ge=0)
    places_by_type: dict[str, int] = {}
    hours_when_unpublished: dict[str, Any]

    @property
    def lead(self) -> timedelta:
        return timedelta(minutes=self.lead_minutes)

    @property
    def hold(self) -> timedelta:
        return timedelta(minutes=self.hold_minutes)

    def places_at(self, hall: Hall) -> int:
        return self.places_by_type.get(hall.type, self.places)

    def weekly_of(self, hall: Hall) -> dict[str, list[Any]]:
        """Weekday → intervals, the hall's own where it publishes them."""
        if hall.hours and hall.hours.weekly:
            return hall.hours.weekly
        return Hours(text="-", weekly=self.hours_when_unpublished).weekly or {}


@cache
def shipped_policy() -> Policy:
    return Policy.model_validate(yaml.safe_load((Path(__file__).parent / "capacity.yml").read_text(encoding="utf-8")))
