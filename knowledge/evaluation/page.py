"""The report of a run as one HTML file that needs nothing beside it: figures, plots, what failed, and what changed since another run."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from knowledge.evaluation import plots
from knowledge.evaluation.comparison import Comparison
from knowledge.evaluation.failures import confusions, failures, within_topic
from knowledge.evaluation.measures import Measures
from knowledge.evaluation.run import Run
from knowledge.evaluation.tables import OUTSIDE

_TEMPLATES = Path(__file__).parent / "templates"
PAGE, RUN = "report.html", "run.jsonl"


def write_report(folder: Path, run: Run, comparison: Comparison | None = None) -> Path:
    """``report.html`` and ``run.jsonl`` in the folder, which is made if it is not there; the page's path."""
    run.save(folder / RUN)
    page = folder / PAGE
    page.write_text(html(run, comparison), encoding="utf-8")
    return page


def html(run: Run, comparison: Comparison | None = None) -> str:
    measures = Measures(run)
    by_kind = measures.by(lambda row: row.kind)
    topics = measures.by(lambda row: row.topic or None)
    drawn = {
        "Hit@1 and Hit@3 by kind of question": plots.bars(by_kind),
        "Is a score what it says? Ten groups of questions, equally many in each": plots.reliability(measures),
        "What answering fewer questions would save": plots.risk_coverage(measures),
        "Telling apart what no guide answers; the dotted line is the threshold": plots.confidences(run),
    }
    return _template().render(
        run=run, measures=measures, outside=OUTSIDE, by_kind=by_kind, by_domain=measures.by(lambda row: row.domain or None),
        by_aspect=measures.by(lambda row: row.aspect), by_topic=dict(sorted(topics.items(), key=lambda pair: pair[1].hit1)),
        point=measures.operating_point(), times=measures.times(), plots={name: Markup(svg) for name, svg in drawn.items()},
        confusions=confusions(run), siblings=within_topic(run), failures=failures(run), comparison=comparison,
        change=Markup(plots.differences(comparison)) if comparison else "",
    )  # fmt: skip


def _template():  # type: ignore[no-untyped-def]
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True
    )  # fmt: skip
    environment.filters["share"] = lambda value: "–" if value != value else f"{value:.3f}"
    return environment.get_template("report.html.j2")
