"""The questions are split once and for all."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from knowledge.evaluation.questions import NONE, read_questions
from knowledge.schema.library import shipped_guides


def test_no_question_is_in_two_parts() -> None:
    questions = read_questions()
    assert len({(q.item, q.text) for q in questions}) == len(questions) > 3500
    splits: dict[tuple[str, str], set[str]] = {}
    for q in questions:
        splits.setdefault((q.item, q.text), set()).add(q.split)
    assert all(len(found) == 1 for found in splits.values())


def test_every_item_has_questions_to_learn_from_and_to_be_measured_by() -> None:
    counts = Counter((q.item, q.split) for q in read_questions())
    items = {item for item, _ in counts} - {NONE}
    least = {part: min(counts[i, part] for i in items) for part in ("train", "dev", "test")}
    assert least["train"] >= 30 and least["dev"] >= 2 and least["test"] >= 2
    assert items == {g.name for g in shipped_guides()}, "every question has a guide, every item questions"


def test_a_file_that_only_teaches_gives_nothing_to_be_measured_by(tmp_path: Path) -> None:
    (tmp_path / "more_train.tsv").write_text("\n".join(f"问题{n}\t某事项\tplain" for n in range(20)), encoding="utf-8")
    assert {q.split for q in read_questions(tmp_path)} == {"train"}


def test_items_that_are_one_guide_go_by_its_name_and_keep_their_parts(tmp_path: Path) -> None:
    for name, item in (("a", "换发补发"), ("b", "换发、补发")):
        (tmp_path / f"{name}.tsv").write_text("\n".join(f"{name}问题{n}\t{item}\tplain" for n in range(20)), encoding="utf-8")
    before = {q.text: q.split for q in read_questions(tmp_path)}
    (tmp_path / "_same_items.tsv").write_text("换发补发\t换发、补发\n", encoding="utf-8")
    after = read_questions(tmp_path)
    assert {q.text: q.split for q in after} == before and {q.item for q in after} == {"换发、补发"}


def test_the_split_does_not_depend_on_the_order(tmp_path: Path) -> None:
    lines = [f"问题{n}\t某事项\tplain" for n in range(20)]
    for name, order in (("a", lines), ("b", lines[::-1])):
        (tmp_path / name).mkdir()
        (tmp_path / name / "q.tsv").write_text("\n".join(order), encoding="utf-8")
    one, other = ({q.text: q.split for q in read_questions(tmp_path / name)} for name in ("a", "b"))
    assert one == other and Counter(one.values()) == {"train": 14, "dev": 3, "test": 3}


def test_a_new_file_moves_no_question_of_another_to_another_part(tmp_path: Path) -> None:
    (tmp_path / "old.tsv").write_text("\n".join(f"问题{n}\t某事项\tplain" for n in range(20)), encoding="utf-8")
    before = {q.text: q.split for q in read_questions(tmp_path)}
    (tmp_path / "new.tsv").write_text("\n".join(f"新问题{n}\t某事项\tplain" for n in range(33)), encoding="utf-8")
    after = {q.text: q.split for q in read_questions(tmp_path)}
    assert before.items() <= after.items() and len(after) == 53


