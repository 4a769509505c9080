"""Revisions, replays and clusters as the editors' pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from common.clock import iso
from desk.editors.models import (
    ChangeView,
    ClusterView,
    DraftView,
    FoundView,
    GuideLineView,
    GuidePage,
    LintCounts,
    NearestGuide,
    Problems,
    ProblemView,
    PublishedNow,
    PublishedView,
    ReplayView,
    RevisionView,
    ShiftView,
)
from desk.views import People, name_of
from knowledge.errors import state_labels
from knowledge.service import Replay
from knowledge.workflow.diff import Difference
from knowledge.workflow.labels import labels, path_label
from knowledge.workflow.lint import Problem
from services.editing.service import Cluster, Listed, Opened, Published


def line(listed: Listed, known: People) -> GuideLineView:
    shown, head = listed.line, listed.line.head
    return GuideLineView(
        id=shown.guide_id, name=head.name, region=head.region, domain=head.domain, department=head.department, state=shown.state,
        state_label=state_labels()[shown.state], published_version=shown.published and shown.published.version,
        draft_revision=shown.open and shown.open.number, effective_from=_day(head.effective_from), author=head.author,
        author_name=person(head.author, known), updated_at=iso(shown.updated_at), lint=LintCounts(errors=listed.errors, warnings=listed.warnings),
    )  # fmt: skip


def page(opened: Opened, known: People) -> GuidePage:
    return GuidePage(
        id=opened.newest.guide_id, base_revision=opened.newest.number, draft=draft(opened.open, known) if opened.open else None,
        published=published(opened.published) if opened.published else None,
    )  # fmt: skip


def draft(row: Any, known: People) -> DraftView:
    return DraftView(
        revision=row.number, state=row.state, state_label=state_labels()[row.state], author=row.author, author_name=person(row.author, known),
        updated_at=iso(row.created_at), submitted_by=row.submitted_by, reviewer=row.reviewer, comment=row.comment,
        effective_from=_day(row.effective_from), document=row.document,
    )  # fmt: skip


def published(row: Any) -> PublishedView:
    return PublishedView(
        version=row.version, revision=row.number, effective_from=_day(row.effective_from), published_at=_moment(row.published_at),
        published_by=row.published_by or row.author, document=row.document,
    )  # fmt: skip


def problems(found: Iterable[Problem]) -> Problems:
    return Problems(
        problems=[ProblemView(rule=p.rule, severity=p.severity, path=p.path, label=path_label(p.path), message=p.message) for p in found]
    )


def replay(found: Replay) -> ReplayView:
    shifts = [
        ShiftView(
            question=s.question, expected=None if s.expected == "NONE" else s.expected, before=FoundView(**vars(s.before)),
            after=FoundView(**vars(s.after)), effect=s.effect,
        )
        for s in found.changed
    ]  # fmt: skip
    return ReplayView(questions=found.questions, changed=shifts)


def published_now(done: Published) -> PublishedNow:
    return PublishedNow(
        version=done.version, index_version=done.index_version, replay=replay(done.replay), scheduled=done.scheduled,
        effective_from=_day(done.effective_from),
    )  # fmt: skip


def revision(row: Any, changes: Iterable[Difference], known: People) -> RevisionView:
    return RevisionView(
        revision=row.number, state=row.state, state_label=state_labels()[row.state], version=row.version, origin=row.origin, based_on=row.based_on,
        author=row.author, author_name=person(row.author, known), created_at=iso(row.created_at), submitted_by=row.submitted_by,
        submitted_at=_moment(row.submitted_at), reviewer=row.reviewer, reviewer_name=row.reviewer and person(row.reviewer, known),
        reviewed_at=_moment(row.reviewed_at), comment=row.comment, published_by=row.published_by, published_at=_moment(row.published_at),
        withdrawn_by=row.withdrawn_by, withdrawn_at=_moment(row.withdrawn_at), effective_from=_day(row.effective_from),
        changes=[ChangeView(path=c.path, label=path_label(c.path), change=c.change, before=c.before, after=c.after) for c in changes],
    )  # fmt: skip


def cluster(found: Cluster) -> ClusterView:
    assert found.last_seen is not None
    return ClusterView(
        count=found.count, examples=found.examples, outcomes=dict(found.outcomes), last_seen=iso(found.last_seen),
        candidates=[NearestGuide(guide_id=h.guide_id, name=h.name, score=round(h.score, 4)) for h in found.nearest],
    )  # fmt: skip


def person(author: str, known: People) -> str:
    """A colleague's name; what came with the product was written by nobody here."""
    return labels()["shipped"] if author == "shipped" else name_of(author, known)


def _day(value: date | None) -> str | None:
    return value and value.isoformat()


def _moment(value: datetime | None) -> str | None:
    return value and iso(value)
