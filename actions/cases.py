"""Where a case stands."""

from __future__ import annotations

from actions.decision import Decision


class CaseProgress(Decision):
    decision = "case_progress"
