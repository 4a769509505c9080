"""What the authority still has to decide about each guide, as one page: doubts, and facts that are not published.

Only the part between the marks of the page is made here; what people wrote around it stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.schema.guide import Guide

BEGIN, END = "<!-- generated: begin -->", "<!-- generated: end -->"


@cache
def words() -> dict[str, Any]:
    return yaml.safe_load((Path(__file__).parent / "review.yml").read_text(encoding="utf-8"))


def review_page(page: str, guides: Iterable[Guide]) -> str:
    """The page with its generated part renewed. :raises ValueError: the marks are not there, or in the wrong order."""
    head, mark, rest = page.partition(BEGIN)
    _, closing, tail = rest.partition(END)
    if not mark or not closing:
        raise ValueError(f"the page needs {BEGIN} and {END}")
    return f"{head}{BEGIN}\n{generated(guides)}\n{END}{tail}"


def generated(guides: Iterable[Guide]) -> str:
    """Markdown: for each domain a table of the guides about which something is open."""
    say, known = words(), list(guides)
    parts = []
    for domain, title in say["domains"].items():
        rows = [row for g in sorted(known, key=lambda g: g.id) if g.domain == domain and (row := _row(g))]
        parts.append("\n".join([say["heading"].format(title=title, count=len(rows)), "", *say["table"], *rows]))
    return "\n\n".join(parts)


def _row(guide: Guide) -> str | None:
    say = words()
    absent = [label for section, label in say["sections"].items() if not getattr(guide, section)]
    if not guide.doubts and not absent:
        return None
    cells = (
        f"{guide.name}<br>`{guide.id}`",
        _lines(guide.doubts),
        say["absent"].format(items=say["between"].join(absent)) if absent else "",
        f"{guide.as_of}<br>{_lines(_sources(guide))}",
    )
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _lines(texts: Iterable[str]) -> str:
    return "<br>".join(texts)


def _sources(guide: Guide) -> Iterator[str]:
    for source in guide.sources:
        yield f"[{source.title}]({source.url})" if source.url else source.title
