"""What can go wrong with cases."""

from __future__ import annotations

from common.errors import Conflict, Forbidden, NotFound


class CaseUnknown(NotFound):
    code = "cases.unknown"


class CaseStepNotAllowed(Conflict):
    """A case cannot go from its state to the one asked for. Data: ``state``, ``to`` (labels)."""

    code = "cases.step_not_allowed"


class CaseKeyWrong(Forbidden):
    """The signature of a link does not fit."""

    code = "cases.key_wrong"
