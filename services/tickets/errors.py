"""What can go wrong with tickets."""

from __future__ import annotations

from common.errors import Conflict, InvalidInput, NotFound


class TicketUnknown(NotFound):
    code = "tickets.unknown"


class StepNotAllowed(Conflict):
    """Data: ``state`` and ``to`` (labels); ``fields.next`` lists the states it may go to."""

    code = "tickets.step_not_allowed"


class DepartmentMissing(InvalidInput):
    """A ticket is dispatched to somebody."""

    code = "tickets.department_missing"


class KindUnknown(InvalidInput):
    code = "tickets.kind_unknown"


class StateUnknown(InvalidInput):
    code = "tickets.state_unknown"
