"""Counting what a platform lets us send."""

from __future__ import annotations

from dataclasses import replace
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


def test_what_was_sent_since_he_spoke_counts_though_we_hear_of_it_later() -> None:
    """The platform counts from his message on; messages are pulled, or take a while to be understood."""
    kept, spoke = granted([], MESSAGE, NOW), NOW + timedelta(seconds=10)
    for second in (1, 9, 11, 12):
        kept = spent(kept, NOW + timedelta(seconds=second))
    heard = granted(kept, replace(MESSAGE, since=spoke), NOW + timedelta(seconds=15))
    assert room(heard, NOW + timedelta(seconds=15)) == 3
    assert not window_open(heard, spoke + timedelta(hours=48)), "the window begins when he speaks"
    again = granted(heard, replace(MESSAGE, since=NOW + timedelta(seconds=12)), NOW + timedelta(seconds=20))
    assert room(again, NOW + timedelta(seconds=20)) == 5


def test_a_deed_of_the_future_is_one_of_now() -> None:
    kept = spent(granted([], MESSAGE, NOW), NOW)
    heard = granted(kept, replace(MESSAGE, since=NOW + timedelta(days=9)), NOW + timedelta(seconds=1))
    assert room(heard, NOW + timedelta(seconds=1)) == 5
    assert not window_open(heard, NOW + timedelta(hours=48, seconds=1))
