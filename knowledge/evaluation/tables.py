"""Figures of runs for the terminal."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from knowledge.evaluation.comparison import Comparison, Difference
from knowledge.evaluation.measures import Figures, Measures

_FIGURES = ("questions", "Hit@1", "Hit@3", "Hit@5", "MRR", "refused")
OUTSIDE = {"taken": "once its guide was taken away", "absent": "the item has no guide", "none": "nothing of ours"}


def show(systems: Mapping[str, Measures], console: Console) -> None:
    """One row per system, then the last one's by kind and its decisions. A system that takes no decisions shows none."""
    table = Table("", "Hit@1", "Hit@3", "Hit@5", "MRR", "AUROC none", "AUROC taken", title="Questions a guide answers; telling the others apart")
    for name, measures in systems.items():
        figures = measures.overall()
        numbers = (figures.hit1, figures.hit3, figures.hit5, figures.mrr, measures.auroc("none"), measures.auroc("taken"))
        table.add_row(name, *(f"{n:.3f}" for n in numbers))
    console.print(table)
    name, last = list(systems.items())[-1]
    console.print(figures_table(f"{name}, by kind of question", last.by(lambda row: row.kind)))
    console.print(decisions_table(name, last))


def figures_table(title: str, groups: Mapping[str, Figures]) -> Table:
    table = Table("", *_FIGURES, title=title)
    for name, f in groups.items():
        table.add_row(name, str(f.questions), *(f"{n:.3f}" for n in (f.hit1, f.hit3, f.hit5, f.mrr, f.refused)))
    return table


def decisions_table(name: str, measures: Measures) -> Table:
    table = Table("decided", "questions", "share", title=f"{name}, at its threshold of {measures.threshold:g}")
    refused = measures.overall().refused
    table.add_row("refused, a guide answers it", str(len(measures.rows)), f"{refused:.3f}")
    for group, count in measures.outside_counts().items():
        table.add_row(f"no answer, {OUTSIDE[group]}", str(count), f"{measures.silent(group):.3f}")
    coverage, risk = measures.operating_point()
    table.add_row("answered at all", str(len(measures.run.rows)), f"{coverage:.3f}")
    table.add_row("  of these, the first guide is not right", "", f"{risk:.3f}")
    table.add_row("calibration error of the first score", "", f"{measures.calibration_error():.3f}")
    median, late = measures.times()
    table.add_row("one search, p50 / p95", "", f"{median:.1f} / {late:.1f} ms")
    return table


def show_comparison(comparison: Comparison, console: Console) -> None:
    """Differences with their intervals, overall and by kind, and how many questions flipped."""
    title = f"{comparison.shared} questions asked by both runs"
    console.print(_differences(title, comparison.differences))
    console.print(_differences("decided right, by kind", list(comparison.by_kind.values())))


def _differences(title: str, differences: list[Difference]) -> Table:
    table = Table("", "questions", "before", "after", "change", "95 % interval", "gained", "lost", "p (McNemar)", title=title)
    for d in differences:
        counts = ("" if d.gained is None else str(d.gained), "" if d.lost is None else str(d.lost), "" if d.p is None else f"{d.p:.3f}")
        table.add_row(d.name, str(d.questions), f"{d.before:.3f}", f"{d.after:.3f}", f"{d.change:+.3f}", f"{d.low:+.3f} … {d.high:+.3f}", *counts)
    return table
