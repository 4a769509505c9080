"""A human, complaints, ratings."""

from __future__ import annotations

from actions.decision import Decision


class HandOff(Decision):
    decision = "handoff"


class HandOffCancel(Decision):
    decision = "handoff_cancel"


class Ticket(Decision):
    decision = "ticket"


class Rate(Decision):
    decision = "rate"
