"""What is measured on the questions: the right guide's rank, and how well "no answer" is told from an answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table

from knowledge.evaluation.questions import NONE, Question, read_questions
from knowledge.search.engine import Searcher
from knowledge.search.training import THRESHOLD

MISSED = 10_000


@dataclass(frozen=True)
class Outcome:
    """One question's: ``rank`` of the right guide from 1 (``None`` for a question without one), and how sure an answer was."""

    question: Question
    rank: int | None
    confidence: float
    answered: bool

    without: float | None = None  # how sure an answer was when the question's guide was taken away

    @property
    def group(self) -> str:
        """``guide``: a guide answers it; ``absent``: an item without a guide; ``none``: nothing of ours."""
        return "guide" if self.rank is not None else "none" if self.question.item == NONE else "absent"


@dataclass(frozen=True)
class Report:
    outcomes: Sequence[Outcome]

    def hit(self, at: int, kind: str | None = None) -> float:
        return float(np.mean([rank <= at for rank in self._ranks(kind)]))

    def reciprocal_rank(self, kind: str | None = None) -> float:
        return float(np.mean([1 / rank for rank in self._ranks(kind)]))

    def auroc(self, group: str) -> float:
        """The chance that a question with a guide is surer than one of this group; ``taken``: than one whose guide was taken away."""
        inside = [o.confidence for o in self.outcomes if o.group == "guide"]
        return area(inside, self._taken() if group == "taken" else [o.confidence for o in self.outcomes if o.group == group])

    def _taken(self) -> list[float]:
        return [o.without for o in self.outcomes if o.without is not None]

    def kept_silent(self, threshold: float) -> float:
        """The share of questions that were not answered once their guide was taken away."""
        return float(np.mean([sure < threshold for sure in self._taken()]))

    def decided(self, group: str, *, answered: bool) -> float:
        return float(np.mean([o.answered is answered for o in self.outcomes if o.group == group]))

    def kinds(self) -> list[str]:
        return list(dict.fromkeys(o.question.kind for o in self.outcomes if o.group == "guide"))

    def count(self, group: str, kind: str | None = None) -> int:
        return sum(o.group == group and kind in (None, o.question.kind) for o in self.outcomes)

    def _ranks(self, kind: str | None) -> list[int]:
        return [o.rank for o in self.outcomes if o.rank is not None and kind in (None, o.question.kind)]


def area(inside: Sequence[float], outside: Sequence[float]) -> float:
    """Area under the ROC curve, ties counted half; ``nan`` where one side is empty."""
    if not inside or not outside:
        return float("nan")
    one, other = np.array(inside)[:, None], np.array(outside)[None, :]
    return float(np.mean((one > other) + 0.5 * (one == other)))


def questions_for(names: Sequence[str], split: str) -> list[tuple[Question, int | None]]:
    """The questions of a split, each with the place of its guide among ``names``, if it has one."""
    place = {name: at for at, name in enumerate(names)}
    return [(q, place.get(q.item)) for q in read_questions() if q.split == split]


def rank_of(scores: npt.NDArray[np.floating], wanted: int) -> int:
    """The rank of a guide from 1; equals count against it."""
    return int((scores >= scores[wanted]).sum())


def measure(searcher: Searcher, *, split: str) -> Report:
    """Runs every question of a split through the search that citizens use."""
    guides = searcher.index.guides
    asked = questions_for([g.name for g in guides], split)
    return Report(list(_outcomes(searcher, asked, len(guides))))


def _outcomes(searcher: Searcher, asked: Sequence[tuple[Question, int | None]], count: int) -> Iterator[Outcome]:
    for question, wanted in asked:
        found = searcher.search(question.text, region="440100", top_k=count)
        ids = [hit.guide_id for hit in found.results]
        rank = None if wanted is None else _place(ids, searcher.index.guides[wanted].id)
        taken = None if wanted is None else searcher.confidence_without(question.text, wanted)
        yield Outcome(question, rank, found.confidence, found.answerable, taken)


def _place(ids: Sequence[str], wanted: str) -> int:
    return ids.index(wanted) + 1 if wanted in ids else MISSED


def print_reports(reports: Mapping[str, Report], console: Console) -> None:
    """One row per system, then the last one's by kind of question."""
    table = Table("", "Hit@1", "Hit@3", "Hit@5", "MRR", "AUROC none", "AUROC taken", title="Questions a guide answers; telling the others apart")
    for name, r in reports.items():
        numbers = (r.hit(1), r.hit(3), r.hit(5), r.reciprocal_rank(), r.auroc("none"), r.auroc("taken"))
        table.add_row(name, *(f"{n:.3f}" for n in numbers))
    console.print(table)
    name, last = list(reports.items())[-1]
    by_kind = Table("kind", "questions", "Hit@1", "Hit@3", "Hit@5", "MRR", title=f"{name}, by kind of question")
    for kind in last.kinds():
        numbers = (last.hit(1, kind), last.hit(3, kind), last.hit(5, kind), last.reciprocal_rank(kind))
        by_kind.add_row(kind, str(last.count("guide", kind)), *(f"{n:.3f}" for n in numbers))
    console.print(by_kind)
    decisions = Table("decided", "questions", "share", title=f"{name}, at its threshold")
    decisions.add_row("answered, a guide answers it", str(last.count("guide")), f"{last.decided('guide', answered=True):.3f}")
    if last.count("absent"):
        decisions.add_row("no answer, the item has no guide", str(last.count("absent")), f"{last.decided('absent', answered=False):.3f}")
    decisions.add_row("no answer once its guide was taken away", str(last.count("guide")), f"{last.kept_silent(THRESHOLD):.3f}")
    decisions.add_row("no answer, nothing of ours", str(last.count("none")), f"{last.decided('none', answered=False):.3f}")
    console.print(decisions)
