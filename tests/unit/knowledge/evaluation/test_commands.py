"""``bangban eval``."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from knowledge.cli import app
from knowledge.evaluation.run import Run
from tests.unit.knowledge.evaluation.rows import row, run

BETTER = run(row("甲"), row("番茄", None, answered=False))
WORSE = run(row("甲", "换领"), row("番茄", None))


def stored(folder: Path, name: str, made: Run) -> str:
    made.save(folder / name)
    return str(folder / name)


def test_two_stored_runs_are_compared_and_a_page_written(tmp_path: Path) -> None:
    before, after = stored(tmp_path, "one.jsonl", run(row("甲"), row("番茄", None))), stored(tmp_path, "two.jsonl", BETTER)
    done = CliRunner().invoke(app, ["eval", "compare", before, after, "--out", str(tmp_path / "page")])
    assert done.exit_code == 0, done.output
    assert "2 questions asked by both" in done.output and (tmp_path / "page" / "report.html").exists()


def test_a_file_that_is_no_run_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "no.jsonl"
    path.write_text("nothing", encoding="utf-8")
    done = CliRunner().invoke(app, ["eval", "compare", str(path), stored(tmp_path, "run.jsonl", WORSE)])
    assert done.exit_code == 1 and "not a stored run" in done.output


def test_without_a_command_it_runs_and_an_unknown_split_is_refused() -> None:
    done = CliRunner().invoke(app, ["eval", "--split", "all"])
    assert done.exit_code == 2 and "train, dev or test" in done.output


def test_the_help_says_what_test_is_for() -> None:
    done = CliRunner().invoke(app, ["eval", "run", "--help"], env={"COLUMNS": "300"})
    assert "Look at test only to report a final figure" in done.output
    assert "compare" in CliRunner().invoke(app, ["eval", "--help"]).output
