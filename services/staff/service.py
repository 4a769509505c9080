"""The door of the package: sign in and out, who a token belongs to, accounts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml
from sqlalchemy.dialects.postgresql import insert

from common.clock import Clock
from common.database import Database
from common.ids import digest, new_id, new_token
from services.audit.service import Audit
from services.staff import lockout
from services.staff.errors import NotPermitted, NotSignedIn, PasswordTooShort, RoleUnknown, StaffUnknown, UsernameTaken, WrongPassword
from services.staff.model import ROLES, Permission, SignedIn, Staff
from services.staff.passwords import LEAST_LENGTH, Passwords
from services.staff.tables import account, session

__all__ = ["Permission", "SignedIn", "Staff", "StaffService"]
LIFETIME = timedelta(hours=12)  # a shift and its margin


class StaffService:
    def __init__(self, *, database: Database, clock: Clock, audit: Audit, passwords: Passwords | None = None):
        self._database, self._clock, self._audit, self._passwords = database, clock, audit, passwords or Passwords()

    # — signing in —

    async def login(self, *, username: str, password: str) -> SignedIn:
        """:raises WrongPassword, LockedOut:"""
        now = self._clock.now()
        async with self._database.begin() as conn:
            await lockout.check(conn, username, now)
            row = (await conn.execute(sa.select(account).where(account.c.username == username, account.c.active))).first()
        if not await self._passwords.matches(row and row.password, password):
            async with self._database.begin() as conn:
                await lockout.count(conn, username, now)
            raise WrongPassword
        return await self._open(row, password)

    async def _open(self, row: Any, password: str) -> SignedIn:
        now, token = self._clock.now(), new_token()
        fresh = await self._passwords.hash(password) if self._passwords.is_outdated(row.password) else None
        async with self._database.begin() as conn:
            await lockout.forget(conn, row.username)
            if fresh:
                await conn.execute(account.update().where(account.c.id == row.id).values(password=fresh))
            await conn.execute(session.delete().where(session.c.expires_at <= now))
            await conn.execute(session.insert().values(token_digest=digest(token), staff_id=row.id, created_at=now, expires_at=now + LIFETIME))
            await self._audit.record(conn=conn, actor=row.id, action="staff.login", subject=row.id)
        return SignedIn(_staff(row), token, now + LIFETIME)

    async def of(self, token: str) -> Staff:
        """Whose token it is. :raises NotSignedIn: unknown, expired, or the account was closed."""
        query = sa.select(account).join(session, session.c.staff_id == account.c.id)
        query = query.where(session.c.token_digest == digest(token), session.c.expires_at > self._clock.now(), account.c.active)
        async with self._database.begin() as conn:
            row = (await conn.execute(query)).first()
        if row is None:
            raise NotSignedIn
        return _staff(row)

    async def permitted(self, token: str, permission: Permission) -> Staff:
        """The one question every staff view asks. :raises NotSignedIn, NotPermitted:"""
        staff = await self.of(token)
        if not staff.may(permission):
            raise NotPermitted(fields={"permission": permission})
        return staff

    async def logout(self, token: str) -> None:
        async with self._database.begin() as conn:
            await conn.execute(session.delete().where(session.c.token_digest == digest(token)))

    # — accounts —

    async def get(self, *, staff_id: str) -> Staff:
        """Also one whose account is closed. :raises StaffUnknown:"""
        async with self._database.begin() as conn:
            row = (await conn.execute(sa.select(account).where(account.c.id == staff_id))).first()
        if row is None:
            raise StaffUnknown
        return _staff(row)

    async def list(self, *, permission: Permission | None = None, active: bool = True) -> Sequence[Staff]:
        async with self._database.begin() as conn:
            rows = (await conn.execute(sa.select(account).where(account.c.active == active).order_by(account.c.username))).all()
        return [s for s in map(_staff, rows) if permission is None or s.may(permission)]

    async def add(self, *, username: str, name: str, roles: Sequence[str], password: str, by: str) -> Staff:
        """:raises UsernameTaken, PasswordTooShort, RoleUnknown:"""
        _check(password, roles)
        staff = Staff(new_id("st"), username, name, tuple(roles))
        hashed = await self._passwords.hash(password)
        async with self._database.begin() as conn:
            values = {"id": staff.id, "username": username, "name": name, "roles": list(roles), "password": hashed, "created_at": self._clock.now()}
            statement = insert(account).values(values).on_conflict_do_nothing(index_elements=[account.c.username])
            if (await conn.execute(statement.returning(account.c.id))).first() is None:
                raise UsernameTaken(fields={"username": "taken"})
            await self._audit.record(conn=conn, actor=by, action="staff.add", subject=staff.id, roles=list(roles))
        return staff

    async def set_password(self, *, staff_id: str, password: str, by: str) -> None:
        """Also signs the person out everywhere. :raises PasswordTooShort, StaffUnknown:"""
        _check(password, ())
        staff, hashed = await self.get(staff_id=staff_id), await self._passwords.hash(password)
        async with self._database.begin() as conn:
            await conn.execute(account.update().where(account.c.id == staff_id).values(password=hashed))
            await conn.execute(session.delete().where(session.c.staff_id == staff_id))
            await lockout.forget(conn, staff.username)
            await self._audit.record(conn=conn, actor=by, action="staff.password", subject=staff_id)

    async def close(self, *, staff_id: str, by: str) -> None:
        """The account stays for the record; nobody can use it again. :raises StaffUnknown:"""
        async with self._database.begin() as conn:
            closed = await conn.execute(account.update().where(account.c.id == staff_id).values(active=False))
            if not closed.rowcount:
                raise StaffUnknown
            await conn.execute(session.delete().where(session.c.staff_id == staff_id))
            await self._audit.record(conn=conn, actor=by, action="staff.close", subject=staff_id)

    async def seed_demo(self, *, password: str) -> None:
        """The contract's demonstration staff, with this password. Called at every start; writes only what differs."""
        shipped = yaml.safe_load((Path(__file__).parent / "demo.yml").read_text(encoding="utf-8"))
        async with self._database.begin() as conn:
            known = await conn.scalar(sa.select(account.c.password).where(account.c.id == _demo_id(shipped[0]["username"])))
        same = known is not None and await self._passwords.matches(known, password)
        hashed = known if same else await self._passwords.hash(password)  # one hash for all: it is one password
        rows = [{"id": _demo_id(e["username"]), "password": hashed, "created_at": self._clock.now(), **e} for e in shipped]
        statement = insert(account).values(rows)
        new = {c: statement.excluded[c] for c in ("name", "roles", "password")}
        async with self._database.begin() as conn:
            await conn.execute(statement.on_conflict_do_update(index_elements=[account.c.id], set_=new))


def _demo_id(username: str) -> str:
    return f"st_{username}"


def _check(password: str, roles: Sequence[str]) -> None:
    if len(password) < LEAST_LENGTH:
        raise PasswordTooShort(fields={"password": "too_short"}, least=LEAST_LENGTH)
    if unknown := set(roles) - set(ROLES):
        raise RoleUnknown(fields={"roles": sorted(unknown)})


def _staff(row: Any) -> Staff:
    return Staff(row.id, row.username, row.name, tuple(row.roles), row.active)
