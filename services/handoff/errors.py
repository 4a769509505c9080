"""Why somebody may not take, keep or give away a conversation."""

from __future__ import annotations

from common.errors import Conflict, Forbidden, InvalidInput


class AlreadyClaimed(Conflict):
    """``fields.owner`` is the user id of who won. Data: ``name``."""

    code = "handoff.already_claimed"


class NotWaiting(Conflict):
    """Nobody can claim what is not in the queue; ``fields.owner`` says where it is."""

    code = "handoff.not_waiting"


class NotOnline(Conflict):
    code = "handoff.not_online"


class AtCapacity(Conflict):
    """Data: ``capacity``."""

    code = "handoff.at_capacity"


class NotYours(Forbidden):
    """Only the owner writes, or a supervisor who says why; ``fields.owner`` is who has it."""

    code = "handoff.not_yours"


class NotVisible(Forbidden):
    """The conversation was never handed to people."""

    code = "handoff.not_visible"


class ReasonMissing(InvalidInput):
    code = "handoff.reason_missing"


class ColleagueMissing(InvalidInput):
    """Handing on to a colleague needs to say whom, and not oneself."""

    code = "handoff.colleague_missing"


class ColleagueBusy(Conflict):
    """The colleague is not online, or has no place left. Data: ``name``."""

    code = "handoff.colleague_busy"
