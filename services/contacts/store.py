"""SQL of the contacts: every function takes an open transaction and does one thing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.contacts.tables import account, consent, deed, phone

Conn = AsyncConnection


async def put_phone(conn: Conn, *, person_id: str, sealed: bytes, at: datetime) -> None:
    new = insert(phone).values(person_id=person_id, sealed=sealed, changed_at=at)
    await conn.execute(new.on_conflict_do_update(index_elements=["person_id"], set_={"sealed": sealed, "changed_at": at}))


async def phone_of(conn: Conn, person_id: str) -> bytes | None:
    return await conn.scalar(select(phone.c.sealed).where(phone.c.person_id == person_id))


async def at_place(conn: Conn, digests: Sequence[str], *, lock: bool = False) -> Row[Any] | None:
    query = select(account).where(account.c.digest.in_(digests))
    return (await conn.execute(query.with_for_update() if lock else query)).first()


async def add_account(conn: Conn, **values: Any) -> None:
    await conn.execute(insert(account).values(**values).on_conflict_do_nothing(index_elements=["digest"]))


async def change_account(conn: Conn, account_id: str, **values: Any) -> None:
    await conn.execute(update(account).where(account.c.id == account_id).values(**values))


async def people_of_union(conn: Conn, digests: Sequence[str]) -> Sequence[str]:
    """Who has an account with this union id, the longest known first."""
    query = select(account.c.person_id).where(account.c.union_digest.in_(digests)).order_by(account.c.id)
    return list(dict.fromkeys((await conn.execute(query)).scalars()))


async def first_deed(conn: Conn, *, key: str, account_id: str, at: datetime) -> bool:
    query = insert(deed).values(key=key, account_id=account_id, at=at).on_conflict_do_nothing().returning(deed.c.key)
    return (await conn.execute(query)).first() is not None


async def is_done(conn: Conn, key: str) -> bool:
    return await conn.scalar(select(deed.c.key).where(deed.c.key == key)) is not None


async def undo_deed(conn: Conn, key: str) -> bool:
    return (await conn.execute(delete(deed).where(deed.c.key == key))).rowcount > 0


async def consent_of(conn: Conn, account_id: str, template: str) -> Row[Any] | None:
    query = select(consent).where(consent.c.account_id == account_id, consent.c.template == template)
    return (await conn.execute(query)).first()


async def add_consent(conn: Conn, *, account_id: str, template: str, lasting: bool, at: datetime) -> None:
    """One message more, or a lasting permission."""
    new = insert(consent).values(account_id=account_id, template=template, messages=0 if lasting else 1, lasting=lasting, changed_at=at)
    more = {
        "messages": consent.c.messages + new.excluded.messages, "lasting": or_(consent.c.lasting, new.excluded.lasting), "changed_at": at,
        "refused_at": None,
    }  # fmt: skip
    await conn.execute(new.on_conflict_do_update(index_elements=["account_id", "template"], set_=more))


async def refuse(conn: Conn, *, account_id: str, template: str, at: datetime) -> None:
    """He was asked and said no: a lasting permission ends, single ones that he gave before stand."""
    new = insert(consent).values(account_id=account_id, template=template, messages=0, lasting=False, changed_at=at, refused_at=at)
    ended = {"lasting": False, "changed_at": at, "refused_at": at}
    await conn.execute(new.on_conflict_do_update(index_elements=["account_id", "template"], set_=ended))


async def refused_since(conn: Conn, account_id: str, since: datetime) -> Sequence[str]:
    query = select(consent.c.template).where(consent.c.account_id == account_id, consent.c.refused_at >= since)
    return list((await conn.execute(query)).scalars())


async def set_consent(conn: Conn, account_id: str, template: str, **values: Any) -> None:
    await conn.execute(update(consent).where(consent.c.account_id == account_id, consent.c.template == template).values(**values))


async def hand_over(conn: Conn, *, visitor_id: str, person_id: str) -> None:
    await conn.execute(update(account).where(account.c.person_id == visitor_id).values(person_id=person_id))
    known = select(func.count()).select_from(phone).where(phone.c.person_id == person_id)
    if await conn.scalar(known):
        await conn.execute(delete(phone).where(phone.c.person_id == visitor_id))
    else:
        await conn.execute(update(phone).where(phone.c.person_id == visitor_id).values(person_id=person_id))


async def forget_person(conn: Conn, person_id: str) -> None:
    for table in (phone, account):
        await conn.execute(delete(table).where(table.c.person_id == person_id))


async def forget_unused(conn: Conn, before: datetime) -> int:
    """Accounts that nobody used since then, and the numbers of persons who have none."""
    gone = (await conn.execute(delete(account).where(account.c.changed_at < before))).rowcount
    known = select(account.c.person_id).where(account.c.person_id == phone.c.person_id).exists()
    return gone + (await conn.execute(delete(phone).where(phone.c.changed_at < before, ~known))).rowcount


async def forget_deeds(conn: Conn, before: datetime) -> int:
    return (await conn.execute(delete(deed).where(deed.c.at < before))).rowcount
