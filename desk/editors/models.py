"""Bodies and answers of the editors' API (contract v1)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Comment = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, max_length=2000)]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewGuide(_In):
    """``{"document": …}``; the bare document is understood too."""

    document: dict[str, Any]

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, body: Any) -> Any:
        return {"document": body} if isinstance(body, dict) and "document" not in body and "id" in body else body


class DraftBody(_In):
    """``base_revision``: the revision the change was made on."""

    base_revision: int = Field(ge=1, strict=True)
    document: dict[str, Any]


class LintBody(_In):
    """``document``: one that is not saved yet; without it the draft, or else what is published."""

    document: dict[str, Any] | None = None


class ReviewBody(_In):
    approve: bool = Field(strict=True)
    comment: Comment | None = None


class PublishBody(_In):
    effective_from: date | None = None


class RollbackBody(_In):
    version: int = Field(ge=1, strict=True)


class LintCounts(BaseModel):
    errors: int
    warnings: int


class GuideLineView(BaseModel):
    """``state`` is the draft's, or else ``published`` or ``withdrawn``; names of people stand beside their ids."""

    id: str
    name: str
    region: str
    domain: str
    department: str | None
    state: str
    state_label: str
    published_version: int | None
    draft_revision: int | None
    effective_from: str | None
    author: str
    author_name: str
    updated_at: str
    lint: LintCounts


class GuideLines(BaseModel):
    items: list[GuideLineView]
    counts: dict[str, int]


class PublishedView(BaseModel):
    version: int
    revision: int
    effective_from: str | None
    published_at: str | None
    published_by: str | None
    document: dict[str, Any]


class DraftView(BaseModel):
    revision: int
    state: str
    state_label: str
    author: str
    author_name: str
    updated_at: str
    submitted_by: str | None
    reviewer: str | None
    comment: str | None
    effective_from: str | None
    document: dict[str, Any]


class GuidePage(BaseModel):
    """``base_revision`` is what the next save has to name."""

    id: str
    base_revision: int
    draft: DraftView | None
    published: PublishedView | None


class Saved(BaseModel):
    id: str
    revision: int
    state: str


class ProblemView(BaseModel):
    rule: str
    severity: Literal["error", "warning"]
    path: str
    label: str
    message: str


class Problems(BaseModel):
    problems: list[ProblemView]


class FoundView(BaseModel):
    answerable: bool
    guide_id: str | None
    name: str | None
    score: float


class ShiftView(BaseModel):
    question: str
    expected: str | None
    before: FoundView
    after: FoundView
    effect: Literal["better", "worse", "other"]


class ReplayView(BaseModel):
    questions: int
    changed: list[ShiftView]


class PublishedNow(BaseModel):
    """``version`` is none after a withdrawal; ``scheduled``: it goes live on ``effective_from``."""

    version: int | None
    index_version: int
    replay: ReplayView
    scheduled: bool
    effective_from: str | None


class ChangeView(BaseModel):
    path: str
    label: str
    change: Literal["added", "removed", "changed", "moved"]
    before: Any = None
    after: Any = None


class RevisionView(BaseModel):
    revision: int
    state: str
    state_label: str
    version: int | None
    origin: str | None
    based_on: int | None
    author: str
    author_name: str
    created_at: str
    submitted_by: str | None
    submitted_at: str | None
    reviewer: str | None
    reviewer_name: str | None
    reviewed_at: str | None
    comment: str | None
    published_by: str | None
    published_at: str | None
    withdrawn_by: str | None
    withdrawn_at: str | None
    effective_from: str | None
    changes: list[ChangeView]


class Revisions(BaseModel):
    revisions: list[RevisionView]


class ImportedView(BaseModel):
    id: str
    name: str
    revision: int
    done: Literal["created", "saved", "unchanged"]


class ImportDone(BaseModel):
    drafts: list[ImportedView]


class NearestGuide(BaseModel):
    guide_id: str
    name: str
    score: float


class ClusterView(BaseModel):
    """``examples`` are masked, the newest first."""

    count: int
    examples: list[str]
    outcomes: dict[str, int]
    last_seen: str
    candidates: list[NearestGuide]


class Clusters(BaseModel):
    clusters: list[ClusterView]
