"""What is measured on a run, against numbers worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from knowledge.evaluation.measures import Measures, auroc, ranking
from knowledge.evaluation.run import Row
from tests.unit.knowledge.evaluation.rows import row, run


def test_ranks_become_hits_and_reciprocal_ranks() -> None:
    values = ranking([1, 3, 6, None, 40])
    assert values["hit1"].tolist() == [1, 0, 0, 0, 0]
    assert values["hit3"].tolist() == [1, 1, 0, 0, 0]
    assert values["hit5"].tolist() == [1, 1, 0, 0, 0]
    assert values["mrr"] == pytest.approx([1, 1 / 3, 1 / 6, 0, 1 / 40])


def test_more_than_ten_questions_keep_their_order() -> None:
    ranks = [1 if at % 3 else 2 for at in range(30)]  # ids sorted as words would mix 10 with 2
    assert ranking(ranks)["hit1"].tolist() == [float(rank == 1) for rank in ranks]


def test_figures_by_kind_and_what_was_refused() -> None:
    measured = Measures(run(row("丢了"), row("换", "换领", kind="short"), row("坏了", "换领", kind="short", answered=False), row("番茄炒蛋", None, answered=False)))
    assert (measured.overall().questions, measured.overall().hit1, measured.overall().refused) == (3, pytest.approx(1 / 3), pytest.approx(1 / 3))
    kinds = measured.by(lambda r: r.kind)
    assert list(kinds) == ["short", "plain"]  # the larger first
    assert (kinds["short"].hit1, kinds["short"].hit3, kinds["short"].mrr, kinds["short"].refused) == (0, 1, 0.5, 0.5)


def test_a_label_of_none_leaves_a_question_out() -> None:
    measured = Measures(run(row("丢了", aspect="fee"), row("换")))
    assert {name: f.questions for name, f in measured.by(lambda r: r.aspect).items()} == {"fee": 1}


def test_telling_apart_what_no_guide_answers() -> None:
    measured = Measures(run(row("丢了", confidence=0.9, without=0.6), row("换", confidence=0.7, without=0.4), row("番茄", None, confidence=0.8)))
    assert measured.auroc("taken") == 1.0 and measured.auroc("none") == 0.5
    assert measured.silent("taken") == 0.5 and measured.silent("none") == 0.0
    assert measured.outside_counts() == {"taken": 2, "none": 1}


def test_an_equal_confidence_counts_half_and_an_empty_side_nothing() -> None:
    assert auroc([0.5, 0.1], [0.5, 0.1]) == pytest.approx(0.5)
    assert auroc([0.9], [0.1]) == 1.0 and auroc([0.1], [0.9]) == 0.0
    assert math.isnan(auroc([], [0.1]))


def test_answering_only_the_surest_lowers_the_risk() -> None:
    rows = [row("对", confidence=0.9), row("对二", confidence=0.8), row("错", "换领", confidence=0.7), row("番茄", None, confidence=0.6, answered=False)]
    measured = Measures(run(*rows))
    curve = measured.risk_coverage()
    assert curve.x.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert curve.y == pytest.approx([0, 0, 1 / 3, 0.5])
    assert measured.operating_point() == (0.75, pytest.approx(1 / 3))


def test_scores_that_say_what_they_are_lie_on_the_diagonal() -> None:
    def said(score: float, right: int, of: int) -> list[Row]:
        asked = [row(f"{score} {at}", "补领" if at < right else "换领") for at in range(of)]
        return [replace(r, hits=(replace(r.hits[0], score=score),)) for r in asked]

    honest, boastful = Measures(run(*said(0.2, 2, 10), *said(0.8, 8, 10))), Measures(run(*said(0.9, 2, 10), *said(0.99, 3, 10)))
    assert honest.calibration_error() == pytest.approx(0, abs=1e-6)
    assert boastful.calibration_error() > 0.5
    assert honest.reliability().sum < boastful.reliability().sum


def test_an_empty_run_has_no_figures_and_raises_nothing() -> None:
    measured = Measures(run())
    assert measured.overall().questions == 0 and math.isnan(measured.overall().hit1)
    assert measured.by(lambda r: r.kind) == {} and math.isnan(measured.times()[0])
