"""Plots of runs as SVG text that stands inside a page: no script, no network, words stay text so that the reader's own fonts draw them."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from knowledge.evaluation.comparison import Comparison
from knowledge.evaluation.measures import Figures, Measures
from knowledge.evaluation.run import Run

_STYLE = {
    "svg.fonttype": "none", "svg.hashsalt": "bangban", "font.family": "sans-serif", "font.size": 9, "axes.spines.top": False,
    "axes.spines.right": False, "axes.grid": True, "grid.color": "#e3e7ee", "axes.axisbelow": True,
}  # fmt: skip
_BLUE, _ORANGE, _GREEN, _GREY = "#2b6cb0", "#c05621", "#2f855a", "#718096"
_HEADER = re.compile(r"^.*?(?=<svg)", re.S)


def _svg(figure: Figure) -> str:
    text = io.StringIO()
    figure.savefig(text, format="svg", bbox_inches="tight", metadata={"Date": None, "Creator": None})
    return _HEADER.sub("", text.getvalue())


def _figure(width: float = 5.2, height: float = 3.2) -> Figure:
    return Figure(figsize=(width, height), layout="constrained")


def bars(groups: Mapping[str, Figures]) -> str:
    """Hit@1 and Hit@3 of every group."""
    with matplotlib.rc_context(_STYLE):
        figure = _figure(height=0.9 + 0.3 * len(groups))
        axes = figure.subplots()
        places = np.arange(len(groups))
        axes.barh(places - 0.2, [f.hit1 for f in groups.values()], 0.38, color=_BLUE, label="Hit@1")
        axes.barh(places + 0.2, [f.hit3 for f in groups.values()], 0.38, color="#90cdf4", label="Hit@3")
        axes.set_yticks(places, [f"{name} ({f.questions})" for name, f in groups.items()])
        axes.invert_yaxis()
        axes.set_xlim(max(0.0, _floor([f.hit1 for f in groups.values()])), 1)
        axes.legend(loc="lower left", frameon=True)
        return _svg(figure)


def _floor(values: Sequence[float]) -> float:
    """Where the axis begins: a tenth below the least, so that differences are seen."""
    return np.floor(min(values, default=0.0) * 10) / 10 - 0.1


def reliability(measures: Measures) -> str:
    curve = measures.reliability()
    with matplotlib.rc_context(_STYLE):
        figure = _figure()
        axes = figure.subplots()
        axes.plot([0, 1], [0, 1], "--", color=_GREY, linewidth=1, label="honest")
        axes.plot(curve.x, curve.y, "o-", color=_BLUE, label="first guide")
        axes.set(xlabel="score of the first guide", ylabel="share that is right", xlim=(0, 1), ylim=(0, 1.02))
        axes.legend(loc="upper left")
        return _svg(figure)


def risk_coverage(measures: Measures) -> str:
    curve, (coverage, risk) = measures.risk_coverage(), measures.operating_point()
    with matplotlib.rc_context(_STYLE):
        figure = _figure()
        axes = figure.subplots()
        axes.plot(curve.x, curve.y, color=_BLUE)
        axes.plot([coverage], [risk], "o", color=_ORANGE, label=f"threshold {measures.threshold:g}")
        axes.set(xlabel="share of questions answered", ylabel="share of these whose first guide is wrong", xlim=(0, 1), ylim=(0, None))
        axes.legend(loc="upper left")
        return _svg(figure)


def confidences(run: Run) -> str:
    """How sure the search was, with the guide there, with it taken away, and where nothing of ours answers."""
    taken = [row.without for row in run.of("guide") if row.without is not None]
    there, nothing = ([row.confidence for row in run.of(group)] for group in ("guide", "none"))
    groups = {"a guide answers": there, "its guide taken away": taken, "nothing of ours": nothing}
    with matplotlib.rc_context(_STYLE):
        figure = _figure()
        axes = figure.subplots()
        for (name, values), colour in zip(groups.items(), (_GREEN, _ORANGE, _GREY), strict=True):
            if values:
                weights = np.full(len(values), 1 / len(values))
                axes.hist(values, bins=20, range=(0, 1), weights=weights, histtype="step", linewidth=1.6, color=colour, label=name)
        axes.axvline(float(run.about["threshold"]), color="black", linewidth=1, linestyle=":")
        axes.set(xlabel="confidence that any guide answers", ylabel="share of the group", xlim=(0, 1))
        if any(groups.values()):
            axes.legend(loc="upper center")
        return _svg(figure)


def differences(comparison: Comparison) -> str:
    """Change by kind of question with its interval."""
    rows = [*comparison.differences, *comparison.by_kind.values()]
    with matplotlib.rc_context(_STYLE):
        figure = _figure(height=0.9 + 0.3 * len(rows))
        axes = figure.subplots()
        places = np.arange(len(rows))
        low, high = [d.change - d.low for d in rows], [d.high - d.change for d in rows]
        axes.errorbar([d.change for d in rows], places, xerr=np.maximum([low, high], 0), fmt="o", color=_BLUE, capsize=3)
        axes.axvline(0, color="black", linewidth=1)
        axes.set_yticks(places, [f"{d.name} ({d.questions})" for d in rows])
        axes.invert_yaxis()
        axes.set_xlabel("after minus before, with 95 % interval")
        return _svg(figure)
