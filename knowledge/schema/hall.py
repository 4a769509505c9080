"""What a hall (办事大厅) is: where it stands, when it is open, which lines of business its windows serve.

YAML under ``knowledge/halls/<id>.yaml`` is parsed by these classes. Absent means "not published": no address, telephone or
opening time is ever filled in here. ``docs/howto/add-a-hall.md`` explains the fields to an author.
"""

from __future__ import annotations

from datetime import time
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from knowledge.schema.guide import Key, Line, Slug

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Interval = tuple[time, time]
DistrictCode = Annotated[str, StringConstraints(pattern=r"^\d{6}$")]


class _Element(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _ordered(intervals: list[Interval]) -> list[Interval]:
    """Checked to run forward without touching, so that no slot is made twice."""
    moments = [moment for interval in intervals for moment in interval]
    if any(earlier >= later for earlier, later in pairwise(moments)):
        raise ValueError("opening times must run forward and not overlap")
    return intervals


class HolidayHours(_Element):
    """Statutory days on which the hall is open all the same: only the day itself (节日当天), not the days joined to it."""

    names: list[str] = Field(min_length=1)  # as the law names them: 元旦, 劳动节, …
    intervals: list[Interval] = Field(min_length=1)

    _check = field_validator("intervals")(_ordered)


class Hours(_Element):
    """``text`` as published; ``weekly`` only where times are stated: weekday → intervals. A weekday left out is closed."""

    text: Line
    weekly: dict[Literal[WEEKDAYS], list[Interval]] | None = None  # type: ignore[valid-type]
    holidays: HolidayHours | None = None

    @field_validator("weekly", mode="before")
    @classmethod
    def _spread(cls, value: Any) -> Any:
        """``mon-fri: [...]`` stands for each of the days."""
        if not isinstance(value, dict):
            return value
        days: dict[str, Any] = {}
        for key, intervals in value.items():
            first, _, last = key.partition("-")
            span = WEEKDAYS[WEEKDAYS.index(first) : WEEKDAYS.index(last or first) + 1]
            if not span or any(day in days for day in span):
                raise ValueError(f"`{key}` is not a run of weekdays, or names one twice")
            days |= dict.fromkeys(span, intervals)
        return days

    @field_validator("weekly")
    @classmethod
    def _run_forward(cls, value: dict[str, list[Interval]] | None) -> dict[str, list[Interval]] | None:
        for intervals in (value or {}).values():
            _ordered(intervals)
        return value


class HallPhone(_Element):
    number: Annotated[str, StringConstraints(pattern=r"^(0\d{2,3}-)?\d{5,8}$")]
    what: Line


class HallSource(_Element):
    url: Line
    title: Line


class Hall(_Element):
    """One hall. ``lines`` are the lines its facts state; ``comprehensive_lines`` those only its 综合受理 windows would take."""

    id: Slug
    name: Line
    district: Line
    code: DistrictCode
    type: Line
    address: Line | None = None
    hours: Hours | None = None
    services: list[Line] = []  # what the source says is done here, in its words
    lines: list[Key] = []
    comprehensive_lines: list[Key] = []
    phones: list[HallPhone] = []
    notes: list[Line] = []  # a citizen may read these
    doubts: list[Line] = []  # for the authority's review, never shown to a citizen
    sources: list[HallSource] = []
    third_party_pages: int = Field(0, ge=0)  # pages the facts were also found on, not good enough to name
    as_of: str | None = None
    reliability: Literal["page", "low"]  # low: check before going
    reviewed: bool = False

    @model_validator(mode="after")
    def _comprehensive_needs_such_windows(self) -> Hall:
        if self.comprehensive_lines and "comprehensive" not in self.lines:
            raise ValueError("comprehensive_lines need the line `comprehensive`")
        if set(self.lines) & set(self.comprehensive_lines):
            raise ValueError("a line is either stated or taken by the comprehensive windows")
        return self

    def serves(self, line: str) -> Literal["stated", "comprehensive"] | None:
        """How the hall takes a line of business, or ``None``."""
        if line in self.lines:
            return "stated"
        return "comprehensive" if line in self.comprehensive_lines else None


class District(_Element):
    """A district and those it borders, the easiest to reach first; no coordinates are kept."""

    code: DistrictCode
    name: Line
    neighbours: list[DistrictCode] = Field(min_length=1)
