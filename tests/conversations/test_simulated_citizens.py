"""The simulated citizens of ``bench.dialogue`` can talk to the real product: one of each manner, and most of them get their list."""

from __future__ import annotations

import httpx
import pytest

from bench.dialogue.goals import make_goals, words
from bench.dialogue.talk import talk
from knowledge.evaluation.questions import read_questions
from knowledge.guidance.bundles import assembled
from knowledge.schema.library import shipped_guides
from tests.system.running import RunningSystem

pytestmark = [pytest.mark.dialogue, pytest.mark.timeout(300)]


def test_one_of_each_manner_talks_to_the_end(system: RunningSystem) -> None:
    dev = [q for q in read_questions() if q.split == "dev"]
    goals = make_goals(assembled({g.id: g for g in shipped_guides()}), dev, per_manner=1, seed=1)
    with httpx.Client(base_url=system.url, timeout=60, trust_env=False) as http:
        talks = [talk(http, goal, seed=1) for goal in goals]
    assert [t.goal.manner for t in talks] == list(words()["manners"])
    assert [t.result.problem for t in talks if t.result.problem and t.result.problem.startswith(("status", "failed"))] == []
    assert sum(t.result.reached for t in talks) >= 4, [t.as_dict() for t in talks]
    assert sum(t.result.success for t in talks) >= 3, [t.as_dict() for t in talks]
