"""Rasa's own judgement of the project, and how well the trained model understands sentences it has never seen."""

from __future__ import annotations

import json
import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bangban.model import BOT, DATA

pytestmark = [pytest.mark.dialogue, pytest.mark.slow, pytest.mark.timeout(600)]


def in_bot(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "PYTHONWARNINGS": "ignore", "OMP_NUM_THREADS": "1"}
    return subprocess.run([str(BOT / ".venv/bin/python"), *arguments], cwd=BOT, env=environment, capture_output=True, text=True, timeout=300)


@cache
def measured(model: Path) -> dict[str, Any]:
    done = in_bot("tools/measure.py", "--model", str(model), "--json")
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.strip().splitlines()[-1])


def test_rasa_finds_the_data_valid() -> None:
    done = in_bot("-m", "lean_rasa", "data", "validate", "--domain", "domain", "--data", str(DATA / "nlu"), str(DATA / "rules"))
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


@pytest.mark.parametrize("wrong", [False, True], ids=["the stories hold", "and a false one is noticed"])
def test_stories_lead_to_their_actions(model: Path, tmp_path: Path, wrong: bool) -> None:
    for story in DATA.glob("tests/test_*.yml"):
        text = story.read_text(encoding="utf-8")
        (tmp_path / story.name).write_text(text.replace("action: action_find", "action: action_reset") if wrong else text, encoding="utf-8")
    done = in_bot(
        "-m", "lean_rasa", "test", "core", "--model", str(model), "--stories", str(tmp_path), "--out", str(tmp_path / "results"),
        "--no-plot", "--fail-on-prediction-errors",
    )  # fmt: skip
    assert (done.returncode != 0) is wrong, done.stdout[-2000:] + done.stderr[-2000:]


def test_the_turn_policy_predicts_what_rasas_rule_policy_predicts(model: Path) -> None:
    done = in_bot("tools/compare_policies.py", "--model", str(model))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    compared, different = map(int, done.stdout.split()[-2:])
    assert compared > 300 and different == 0


def test_unseen_sentences_are_understood(model: Path) -> None:
    result = measured(model)
    assert result["sentences"] >= 250 and result["accuracy"] >= 0.93, result["wrong"]


def test_emergencies_are_never_missed_and_paperwork_never_alarms(model: Path) -> None:
    result = measured(model)
    assert result["urgent_recall"] == 1.0 and result["false_alarms"] == 0, result["wrong"]
