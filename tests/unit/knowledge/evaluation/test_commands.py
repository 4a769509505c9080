"""``bangban eval``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from common.settings import settings
from knowledge.cli import app
from knowledge.evaluation.questions import Question
from knowledge.evaluation.run import Run
from knowledge.index.files import IndexFolder
from tests.fakes.guides import three
from tests.unit.knowledge.evaluation.rows import row, run

BETTER = run(row("甲"), row("番茄", None, answered=False))
WORSE = run(row("甲", "换领"), row("番茄", None))

OWN = [Question(f"{word}{end}", item, "plain", split) for word, item in (("扯证", "结婚登记"), ("办护照", "普通护照首次申请"), ("补身份证", "居民身份证丢失补领"), ("番茄炒蛋", "NONE"))
       for end, split in (("", "train"), ("怎么办", "train"), ("吧", "dev"))]  # fmt: skip


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Three guides are published, with the tests' encoder and a few questions; what is built lies in the home."""
    monkeypatch.setenv("BANGBAN_HOME", str(tmp_path))
    monkeypatch.setenv("BANGBAN_ENCODER", "fake")
    settings.cache_clear()
    monkeypatch.setattr(IndexFolder, "workshop", IndexFolder.of_home)
    monkeypatch.setattr("knowledge.cli.published_guides", lambda load: three())
    for module in ("knowledge.evaluation.frozen", "knowledge.evaluation.withheld", "knowledge.index.rebuild"):
        monkeypatch.setattr(f"{module}.read_questions", lambda: OWN)
    yield tmp_path
    monkeypatch.undo()
    settings.cache_clear()


def test_a_set_is_asked_and_its_page_written(home: Path) -> None:
    (home / "set.jsonl").write_text('{"question": "我要扯证", "expected": "结婚登记", "kind": "short"}\n', encoding="utf-8")
    done = CliRunner().invoke(app, ["eval", "--set", str(home / "set.jsonl"), "--out", str(home / "page")], env={"COLUMNS": "200"})
    assert done.exit_code == 0, done.output
    asked = Run.load(home / "page" / "run.jsonl")
    assert [r.text for r in asked.rows] == ["扯证吧", "办护照吧", "补身份证吧", "番茄炒蛋吧", "我要扯证"]
    assert asked.about["sets"] == ["dev", "set"] and "by domain" in done.output


def test_one_run_is_compared_with_another_index_and_with_a_stored_run(home: Path) -> None:
    first = CliRunner().invoke(app, ["eval", "--out", str(home / "one")])
    assert first.exit_code == 0, first.output
    index = Run.load(home / "one" / "run.jsonl").about["index"]
    for against in (index, str(home / "one" / "run.jsonl")):
        again = CliRunner().invoke(app, ["eval", "--against", against], env={"COLUMNS": "200"})
        assert again.exit_code == 0 and "4 questions asked by both runs" in again.output, again.output
    assert CliRunner().invoke(app, ["eval", "--index", "nothing"]).exit_code == 1


def test_how_new_items_fare_is_one_table(home: Path) -> None:
    done = CliRunner().invoke(app, ["eval", "withheld", "--share", "0.34"], env={"COLUMNS": "200"})
    assert done.exit_code == 0, done.output
    assert "1 items kept from training" in done.output and "zero-shot" in done.output and "took" in done.output


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
