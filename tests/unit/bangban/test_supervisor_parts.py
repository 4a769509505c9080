"""Small pieces of the supervisor."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bangban.supervisor.output import LogFile, copy_lines, worth_showing
from bangban.supervisor.part import Backoff, Part
from bangban.supervisor.supervisor import Supervisor


def _part(name: str = "app", **options) -> Part:
    return Part(name=name, command=["true"], cwd=Path("/"), env={}, **options)


def test_waits_double_up_to_the_longest_and_begin_anew_after_a_steady_life() -> None:
    backoff = Backoff(_part(backoff_s=(1, 5), steady_s=30))
    assert [backoff.after(0) for _ in range(4)] == [1, 2, 4, 5]
    assert backoff.after(31) == 1


def test_a_part_after_an_unknown_part_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="nothing"):
        Supervisor([_part(after=("nothing",))], home=tmp_path, tell=print, show=print)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ('{"event": "turn.failed", "level": "error", "timestamp": "x", "conversation_id": "cv_1"}', "error turn.failed conversation_id=cv_1"),
        ('{"event": "turn.done", "level": "info"}', None),
        ("an ordinary line", None),
        ("{not json", None),
        ("[1]", None),
    ],
)
def test_only_warnings_and_errors_reach_the_console(line: str, shown: str | None) -> None:
    assert worth_showing(line) == shown


async def test_lines_are_cut_at_their_ends_and_endless_ones_do_not_grow() -> None:
    stream, lines = asyncio.StreamReader(), []
    stream.feed_data(b"one\r\ntw")
    stream.feed_data(b"o\n" + b"x" * 200_000)
    stream.feed_eof()
    await copy_lines(stream, lines.append)
    assert lines[:2] == ["one", "two"]
    assert sum(map(len, lines[2:])) == 200_000 and max(map(len, lines)) <= 3 * 64 * 1024


def test_a_log_file_is_turned_over_when_it_is_full(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "logs", "app")
    for _ in range(6):
        log.write("x" * 1_000_000)
    log.close()
    assert sorted(path.name for path in (tmp_path / "logs").iterdir()) == ["app.log", "app.log.1"]
