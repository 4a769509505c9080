"""Counting what a platform lets us send."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from services.deliveries.allowances import granted, room, spent, window_open
from services.deliveries.model import Allowance

NOW = datetime(2026, 3, 18, tzinfo=UTC)
MESSAGE, MENU = Allowance(5, timedelta(hours=48)), Allowance(3, timedelta(minutes=1), kind="menu")


def test_a_new_message_counts_anew_and_what_ran_out_is_forgotten() -> None:
    kept = granted([], MESSAGE, NOW)
    for _ in range(5):
        assert room(kept, NOW) > 0
        kept = spent(kept, NOW)
    assert room(kept, NOW) == 0 and window_open(kept, NOW)
    kept = granted(kept, MESSAGE, NOW)
    assert room(kept, NOW) == 5 and len(kept) == 1
    later = NOW + timedelta(hours=48)
    assert room(kept, later) == 0 and not window_open(kept, later)
    assert len(granted(kept, MENU, later)) == 1


def test_kinds_stand_beside_each_other_and_what_ends_first_is_used_first() -> None:
    kept = granted(granted([], MESSAGE, NOW), MENU, NOW)
    assert room(kept, NOW) == 8
    for _ in range(3):
        kept = spent(kept, NOW)
    assert room(kept, NOW + timedelta(minutes=2)) == 5, "the short window's were used"
    kept = spent(kept, NOW)
    assert room(kept, NOW) == 4


def test_who_counts_nothing_never_runs_out() -> None:
    kept = granted([], Allowance(), NOW)
    assert room(spent(kept, NOW), NOW + timedelta(days=999)) is None


def test_who_was_never_heard_of_may_be_sent_nothing() -> None:
    assert room([], NOW) == 0 and not window_open([], NOW) and spent([], NOW) == []
