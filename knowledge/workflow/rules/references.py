"""What a guide points at must be there: sources, related guides, windows."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.schema.library import business_lines
from knowledge.workflow.rules.model import Finding, Subject


def references(subject: Subject) -> Iterator[Finding]:
    guide = subject.guide
    known = {s.id for s in guide.sources}
    for path, element in subject.conditioned():
        for source in element.sources if hasattr(element, "sources") else []:
            if source not in known:
                yield Finding("source.unknown", f"{path}.sources", {"id": source})
    for at, basis in enumerate(guide.legal_basis):
        for source in basis.sources:
            if source not in known:
                yield Finding("source.unknown", f"legal_basis[{at}].sources", {"id": source})
    yield from _sources(subject)
    yield from _related(subject)
    for line in guide.booking.lines if guide.booking else []:
        if line not in business_lines():
            yield Finding("booking.unknown_line", "booking.lines", {"line": line})


def _sources(subject: Subject) -> Iterator[Finding]:
    seen: set[str] = set()
    for source in subject.guide.sources:
        path = f"sources[{source.id}]"
        if source.id in seen:
            yield Finding("id.duplicate", path, {"id": source.id})
        seen.add(source.id)
        if source.kind == "law" and not source.law:
            yield Finding("source.law_unnamed", path, {"title": source.title})
        if source.kind != "law" and not source.url:
            yield Finding("source.no_url", path, {"title": source.title})
        if source.url and not source.url.startswith(("https://", "http://")):
            yield Finding("source.bad_url", f"{path}.url", {"url": source.url})


def _related(subject: Subject) -> Iterator[Finding]:
    guide = subject.guide
    ids = {n.id for n in subject.neighbours}
    for at, other in enumerate(guide.related):
        if other == guide.id:
            yield Finding("related.self", f"related[{at}]")
        elif other not in ids:
            yield Finding("related.unknown", f"related[{at}]", {"id": other})
        elif other in guide.related[:at]:
            yield Finding("related.twice", f"related[{at}]", {"id": other})
