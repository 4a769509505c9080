"""Two runs of the same questions."""

from __future__ import annotations

import pytest

from knowledge.evaluation.comparison import compare, mcnemar
from knowledge.evaluation.failures import confusions, failures, within_topic
from tests.unit.knowledge.evaluation.rows import row, run

BEFORE = run(row("甲"), row("乙", "换领"), row("丙", "换领", kind="short"), row("番茄", None), row("只在前面"))
AFTER = run(
    row("甲", found=("换领", "补领")), row("乙", "换领", found=("换领", "补领")), row("丙", "换领", kind="short", found=("换领",)),
    row("番茄", None, answered=False), row("只在后面"),
)  # fmt: skip


def test_every_flip_is_named_with_its_direction() -> None:
    found = compare(BEFORE, AFTER)
    assert found.shared == 4
    assert [f.after.text for f in found.better] == ["乙", "丙", "番茄"]
    assert [f.after.text for f in found.worse] == ["甲"]


def test_differences_have_an_interval_that_holds_them() -> None:
    decided, hit1, *_ = compare(BEFORE, AFTER).differences
    assert (decided.questions, decided.before, decided.after, decided.gained, decided.lost) == (4, 0.25, 0.75, 3, 1)
    assert decided.low <= decided.change <= decided.high and decided.low < 0 < decided.high  # four questions prove nothing
    assert (hit1.questions, hit1.gained, hit1.lost) == (3, 2, 1)


def test_kinds_are_compared_apart() -> None:
    by_kind = compare(BEFORE, AFTER).by_kind
    assert (by_kind["short"].questions, by_kind["short"].change) == (1, 1.0)


def test_a_run_against_itself_differs_in_nothing() -> None:
    found = compare(BEFORE, BEFORE)
    assert found.flips == [] and {(d.change, d.low, d.high) for d in found.differences} == {(0.0, 0.0, 0.0)}
    assert found.differences[0].p == 1.0


def test_many_flips_one_way_are_more_than_chance() -> None:
    before = run(*(row(f"问{at}", "换领") for at in range(40)))
    after = run(*(row(f"问{at}", "换领", found=("换领",) if at < 12 else ("补领", "换领")) for at in range(40)))
    decided = compare(before, after).differences[0]
    assert decided.p == pytest.approx(2 / 2**12) and decided.low > 0


@pytest.mark.parametrize(("gained", "lost", "p"), [(0, 0, 1.0), (1, 1, 1.0), (5, 0, 0.0625), (1, 9, 0.021484375)])
def test_mcnemar_is_exact(gained: int, lost: int, p: float) -> None:
    assert mcnemar(gained, lost) == pytest.approx(p)


def test_the_interval_is_the_same_every_time() -> None:
    one, other = compare(BEFORE, AFTER).differences[0], compare(BEFORE, AFTER).differences[0]
    assert (one.low, one.high) == (other.low, other.high)


def test_questions_that_changed_their_group_are_not_compared() -> None:
    assert compare(run(row("甲")), run(row("甲", group="absent", rank=None))).shared == 0


def test_failures_are_named_by_what_went_wrong() -> None:
    rows = [row("对"), row("错", "换领"), row("深", "换领", found=("补领", "挂失", "换领")), row("拒", answered=False), row("番茄", None)]
    assert [(f.row.text, f.fault) for f in failures(run(*rows))] == [
        ("深", "wrong first"), ("错", "wrong first"), ("拒", "refused"), ("番茄", "answered"),
    ]  # fmt: skip


def test_items_taken_for_each_other_are_counted_and_siblings_known() -> None:
    rows = [row("一", "换领"), row("二", "换领"), row("三", "补领", found=("结婚", "补领"), topic="婚姻")]
    first, second = confusions(run(*rows))
    assert (first.wanted, first.found, first.times, first.siblings, first.example) == ("换领", "补领", 2, True, "一")
    assert (second.found, second.siblings) == ("结婚", False)
    assert within_topic(run(*rows)) == (2, 3)
