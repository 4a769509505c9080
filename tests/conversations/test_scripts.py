"""Scripted dialogues through the really trained Rasa, over the public API.

A script (``scripts/*.yml``) is a list of ``{name, citizen?, agents?, turns}`` (``agents``: the staff on duty meanwhile); a turn is
``{say|tap, then…}``, with ``comes_back`` when the citizen has opened the assistant anew, and, as wanted:
``types`` (message types that must be among the answer's), ``not_types``, ``guide`` (the guide a message or the outcome cites),
``aspect``, ``outcome``, ``has`` / ``has_not`` (words in the answer's text), ``materials`` / ``materials_not`` (names on the list),
``state`` (of a form, an appointment or a hand-off).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.system.people import Citizen, Staff
from tests.system.running import RunningSystem

pytestmark = [pytest.mark.dialogue, pytest.mark.timeout(300)]
_FOLDER = Path(__file__).parent / "scripts"
SCRIPTS = [(path.stem, script) for path in sorted(_FOLDER.glob("*.yml")) for script in yaml.safe_load(path.read_text(encoding="utf-8"))]


def test_there_are_enough_dialogues_and_no_two_have_one_name() -> None:
    names = [script["name"] for _, script in SCRIPTS]
    assert len(names) >= 60
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("script", [pytest.param(s, id=f"{stem}: {s['name']}") for stem, s in SCRIPTS])
def test_dialogue(system: RunningSystem, script: dict[str, Any]) -> None:
    with _on_duty(system, script.get("agents", [])):
        citizen = Citizen(system.url, script.get("citizen"))
        for turn in script["turns"]:
            if turn.get("comes_back"):
                citizen = Citizen(system.url, script.get("citizen"))
            citizen.say(turn["say"]) if "say" in turn else citizen.tap(turn["tap"])
            problems = check(citizen, turn)
            assert not problems, f"{problems}\n{citizen.transcript()}"


@contextmanager
def _on_duty(system: RunningSystem, names: list[str]) -> Iterator[None]:
    staff = [Staff(system.url, name) for name in names]
    for person in staff:
        person.presence("online")
    try:
        yield
    finally:
        for person in staff:
            person.presence("offline")


def check(citizen: Citizen, turn: dict[str, Any]) -> list[str]:
    """What of the expectations does not hold."""
    said, outcome = citizen.turn, citizen.outcome or {}
    types, text = [m["type"] for m in said], "\n".join(m["text"] for m in said)
    names = [m["name"] for message in said if message["type"] == "materials" for m in message["materials"]]
    cited = {m.get("guide_id") for m in said} | {outcome.get("guide_id")}
    found = {"aspect": {m.get("aspect") for m in said}, "state": {m.get("state") for m in said}, "code": {m.get("code") for m in said}}
    problems = [f"no {t}: {types}" for t in _list(turn, "types") if t not in types]
    problems += [f"unwanted {t}" for t in _list(turn, "not_types") if t in types]
    problems += [f"guide {turn['guide']} not in {cited}"] if "guide" in turn and turn["guide"] not in cited else []
    problems += [f"outcome {outcome.get('code')}"] if "outcome" in turn and outcome.get("code") not in _list(turn, "outcome") else []
    problems += [f"{key} {turn[key]} not in {values}" for key, values in found.items() if key in turn and turn[key] not in values]
    problems += [f"without {w!r}" for w in _list(turn, "has") if w not in text] + [f"with {w!r}" for w in _list(turn, "has_not") if w in text]
    problems += [f"no material {w!r} in {names}" for w in _list(turn, "materials") if not any(w in n for n in names)]
    problems += [f"material {w!r} should not be there" for w in _list(turn, "materials_not") if any(w in n for n in names)]
    return problems


def _list(turn: dict[str, Any], key: str) -> list[str]:
    value = turn.get(key, [])
    return value if isinstance(value, list) else [value]
