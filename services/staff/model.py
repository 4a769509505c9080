"""A member of staff, the roles, and the permissions they carry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

Role = Literal["agent", "supervisor", "editor", "reviewer", "admin"]
Permission = Literal["desk.work", "desk.supervise", "guides.read", "guides.edit", "guides.review", "guides.publish", "staff.manage", "audit.read"]

ROLES: tuple[str, ...] = get_args(Role)
PERMISSIONS: dict[str, frozenset[str]] = {
    "agent": frozenset({"desk.work", "guides.read"}),
    "supervisor": frozenset({"desk.work", "desk.supervise", "guides.read", "audit.read"}),
    "editor": frozenset({"guides.read", "guides.edit"}),
    "reviewer": frozenset({"guides.read", "guides.edit", "guides.review", "guides.publish"}),
    "admin": frozenset({"guides.read", "guides.edit", "guides.review", "guides.publish", "staff.manage", "audit.read"}),
}


@dataclass(frozen=True)
class Staff:
    """``name`` is shown to citizens and colleagues."""

    id: str
    username: str
    name: str
    roles: tuple[str, ...]
    active: bool = True

    def may(self, permission: Permission) -> bool:
        return any(permission in PERMISSIONS[role] for role in self.roles)


@dataclass(frozen=True)
class SignedIn:
    """``token`` is told once; only its digest is kept."""

    staff: Staff
    token: str
    expires_at: datetime
