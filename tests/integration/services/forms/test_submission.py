"""Submitting: once, checked again, and with a case to show for it."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pypdf
import pytest
import sqlalchemy as sa

from common.vault import Vault
from services.cases.errors import CaseKeyWrong, CaseStepNotAllowed, CaseUnknown
from services.cases.service import CaseService, valid_number
from services.cases.tables import cases, counters
from services.citizens.adapters.sandbox.provider import SandboxIdentityProvider
from services.citizens.errors import IdentityUnavailable
from services.citizens.ports import Profile
from services.forms.errors import FormChanged, FormClosed, FormNotReady, FormUnknown, VerificationNeeded
from services.forms.service import FormView
from tests.integration.services.forms.conftest import Office

Build = Callable[..., Awaitable[Office]]
_VISITOR = {
    "applicant_name": "陈大文", "applicant_id": "H01234567", "phone": "51234567", "gender": "male", "birth_date": "1988-02-20",
    "ethnicity": "汉族", "hukou_address": "天河区体育西路1号", "lost_date": "2026-11-01", "lost_how": "lost", "delivery": "window",
}  # fmt: skip


async def _ready(desk: Office, person_id: str = "ct_zhang-wei") -> FormView:
    view = await desk.open(person_id, answers={"photo": "need", "interim": "skip"})
    return await desk.say(view, "昨天丢的，弄丢了，邮寄到天河区体育西路1号")


def _who(view: FormView) -> dict[str, Any]:
    return {"form_id": view.id, "person_id": view.person_id}


async def test_a_complete_form_becomes_a_case_with_number_timeline_and_pdf(office: Build) -> None:
    desk = await office()
    view = await _ready(desk)
    assert [x.label for x in desk.forms.summary(view=view)][-2:] == ["领取方式", "收件地址"]
    case = await desk.forms.submit(**_who(view), turn_id="tn_1")
    assert valid_number(case.number) == case.number and case.number.startswith("440120261121")
    message = desk.cases.message(case=case)
    assert message.state == "submitted" and [e.state for e in message.timeline] == ["submitted"] and message.form_pdf_url
    key = message.form_pdf_url.split("key=")[1]
    text = pypdf.PdfReader(io.BytesIO(await desk.cases.pdf(case_id=case.id, key=key))).pages[0].extract_text()
    for expected in ("居民身份证丢失补领申请表", case.number, "张伟", "13800000001", "天河区体育西路1号", "居民户口簿", "免提交"):
        assert expected in text.replace("\n", ""), expected
    submitted = await desk.forms.get(**_who(view))
    assert submitted.state == "submitted" and submitted.case_id == case.id and submitted.missing == []


async def test_submitting_twice_or_at_once_makes_one_case(office: Build) -> None:
    desk = await office()
    view = await _ready(desk)
    numbers = {c.number for c in await asyncio.gather(*(desk.forms.submit(**_who(view), turn_id=f"tn_{i}") for i in range(5)))}
    numbers.add((await desk.forms.submit(**_who(view), turn_id="tn_9")).number)
    assert len(numbers) == 1 and len(await desk.cases.list(person_id="ct_zhang-wei")) == 1
    with pytest.raises(FormClosed):
        await desk.forms.fill(**_who(view), values={"phone": "13900139000"})
    with pytest.raises(FormClosed):
        await desk.forms.discard(**_who(view))


async def test_numbers_of_simultaneous_cases_differ_and_have_no_gaps(office: Build) -> None:
    desk = await office()
    views = [await _ready(desk, f"ct_{who}") for who in ("zhang-wei", "li-na", "wang-guixiang")]
    made = await asyncio.gather(*(desk.forms.submit(**_who(v), turn_id=None) for v in views))
    assert sorted(int(c.number[12:19]) for c in made) == [1, 2, 3]


async def test_an_incomplete_form_is_not_submitted_and_says_what_is_missing(office: Build) -> None:
    desk = await office()
    view = await desk.open()
    with pytest.raises(FormNotReady) as raised:
        await desk.forms.submit(**_who(view), turn_id=None)
    assert set(raised.value.fields or {}) == {"lost_date", "lost_how", "delivery"} and "丢失日期" in str(raised.value.envelope())
    assert await desk.cases.latest(person_id="ct_zhang-wei") is None


async def test_what_was_right_when_written_is_checked_again(office: Build) -> None:
    """A visitor called himself of Hong Kong, then not: his bare telephone is no longer one."""
    desk = await office()
    view = await desk.open("vs_1", answers={"residency": "hk_macao", "age16": "adult"})
    view = await desk.forms.fill(**_who(view), values=_VISITOR)
    assert view.state == "ready" and not view.errors
    await desk.open("vs_1", answers={"residency": "mainland", "age16": "adult"})
    with pytest.raises(FormNotReady) as raised:
        await desk.forms.submit(**_who(view), turn_id=None)
    assert set(raised.value.fields or {}) == {"applicant_id", "phone"}


async def test_a_visitor_is_asked_to_prove_who_he_is_and_loses_nothing(office: Build) -> None:
    desk = await office()
    view = await desk.forms.fill(**_who(await desk.open("vs_1", answers={"residency": "hk_macao", "age16": "adult"})), values=_VISITOR)
    with pytest.raises(VerificationNeeded) as raised:
        await desk.forms.submit(**_who(view), turn_id=None)
    assert "30天" in raised.value.envelope()["error"]["message"] and raised.value.status == 403
    assert (await desk.forms.get(**_who(view))).state == "ready" and await desk.cases.latest(person_id="vs_1") is None


async def test_a_visitor_who_signs_in_finds_his_draft_with_the_registers_values_and_submits_it(office: Build) -> None:
    desk = await office()
    view = await desk.open("vs_1", answers={"residency": "mainland", "age16": "adult", "photo": "need", "interim": "skip"})
    values = {**_VISITOR, "applicant_id": "440106199003074518", "phone": "13900139000"}
    view = await desk.forms.fill(**_who(view), values=values)
    zhang = await desk.citizens.get(person_id="ct_zhang-wei")
    assert await desk.forms.adopt(visitor_id="vs_1", citizen=zhang) == 1
    with pytest.raises(FormUnknown):
        await desk.forms.get(**_who(view))
    mine = await desk.forms.get(form_id=view.id, person_id=zhang.id)
    name, phone = mine.field("applicant_name"), mine.field("phone")
    assert name and (name.value, name.source, name.locked) == ("张伟", "identity", True)
    assert phone and (phone.value, phone.source) == ("13900139000", "citizen"), "what no register knows better stays as typed"
    assert (await desk.forms.submit(form_id=view.id, person_id=zhang.id, turn_id=None)).person_id == zhang.id
    assert ("adopted", zhang.id) in {(c["action"], c["actor"]) for c in await desk.forms.trail(form_id=view.id)}


async def test_what_a_visitor_began_for_two_people_comes_along_as_two_drafts(office: Build) -> None:
    desk = await office()
    own = await desk.open("vs_1", answers={"residency": "mainland", "age16": "adult"})
    childs = await desk.open("vs_1", subject="child", answers={"residency": "mainland", "age16": "minor"})
    zhang = await desk.citizens.get(person_id="ct_zhang-wei")
    assert await desk.forms.adopt(visitor_id="vs_1", citizen=zhang) == 2
    assert {d.id: d.subject for d in await desk.forms.drafts(person_id=zhang.id)} == {own.id: "self", childs.id: "child"}
    name = (await desk.forms.get(form_id=childs.id, person_id=zhang.id)).field("applicant_name")
    assert name and name.value is None


async def test_his_own_draft_wins_over_the_one_he_began_as_a_visitor(office: Build) -> None:
    desk = await office()
    own, visitors = await desk.open("ct_zhang-wei"), await desk.open("vs_1", answers={"residency": "mainland", "age16": "adult"})
    zhang = await desk.citizens.get(person_id="ct_zhang-wei")
    assert await desk.forms.adopt(visitor_id="vs_1", citizen=zhang) == 0
    assert [d.id for d in await desk.forms.drafts(person_id=zhang.id)] == [own.id]
    assert (await desk.forms.get(**_who(visitors))).id == visitors.id


class _Register:
    """An identity provider whose register can change or go away."""

    def __init__(self, inner: SandboxIdentityProvider):
        self.inner, self.update, self.down = inner, {}, False

    async def profile(self, *, person_id: str) -> Profile | None:
        if self.down:
            raise IdentityUnavailable
        profile = await self.inner.profile(person_id=person_id)
        return profile and Profile(profile.identity.model_copy(update=self.update), profile.script)


async def test_a_register_that_changed_meanwhile_updates_the_form_and_asks_to_look_again(office: Build, database: Any, vault: Vault) -> None:
    register = _Register(SandboxIdentityProvider(database=database, vault=vault))
    desk = await office(people=register)
    view = await _ready(desk)
    register.update = {"name": "张大伟"}
    with pytest.raises(FormChanged) as raised:
        await desk.forms.submit(**_who(view), turn_id=None)
    assert "申请人姓名" in str(raised.value.envelope())
    name = (await desk.forms.get(**_who(view))).field("applicant_name")
    assert name and name.value == "张大伟"
    assert (await desk.forms.submit(**_who(view), turn_id=None)).state == "submitted"


async def test_a_register_that_is_down_stops_the_submission_and_loses_nothing(office: Build, database: Any, vault: Vault) -> None:
    register = _Register(SandboxIdentityProvider(database=database, vault=vault))
    desk = await office(people=register)
    view = await _ready(desk)
    register.down = True
    with pytest.raises(IdentityUnavailable):
        await desk.forms.submit(**_who(view), turn_id=None)
    assert (await desk.forms.get(**_who(view))).state == "ready"


async def test_a_crash_while_submitting_leaves_neither_case_nor_submitted_form(office: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = await office()
    view = await _ready(desk)
    create = CaseService.create

    async def die_after(*args: Any, **kwargs: Any) -> Any:
        await create(*args, **kwargs)
        raise ConnectionError("killed")

    monkeypatch.setattr(CaseService, "create", die_after)
    with pytest.raises(ConnectionError):
        await desk.forms.submit(**_who(view), turn_id="tn_1")
    async with desk.database.begin() as connection:
        assert await connection.scalar(sa.select(sa.func.count()).select_from(cases)) == 0
        assert await connection.scalar(sa.select(sa.func.count()).select_from(counters)) == 0
    assert (await desk.forms.get(**_who(view))).state == "ready"
    monkeypatch.undo()
    assert (await desk.forms.submit(**_who(view), turn_id="tn_1")).number.endswith("0000001", 12, 19)


async def test_the_next_form_remembers_what_was_submitted_but_only_for_its_owner(office: Build) -> None:
    desk = await office()
    view = await desk.say(await _ready(desk), "手机号改成13900139000")
    await desk.forms.submit(**_who(view), turn_id=None)
    second = await desk.say(await desk.open(), "邮寄")
    phone, address = second.field("phone"), second.field("delivery_address")
    assert phone and (phone.value, phone.source, phone.locked) == ("13900139000", "previous", False)
    assert address and (address.value, address.source) == ("广东省广州市天河区体育西路1号", "previous")
    other = (await desk.open("ct_wang-guixiang")).field("phone")
    assert other and other.value == "13800000004"


async def test_the_back_office_moves_a_case_on_and_only_along_the_steps(office: Build) -> None:
    desk = await office()
    case = await desk.forms.submit(**_who(await _ready(desk)), turn_id=None)
    desk.clock.moment += timedelta(hours=1)
    await desk.cases.advance(number=case.number, to="accepted")
    await desk.cases.advance(number=case.number, to="accepted")
    moved = await desk.cases.advance(number=case.number, to="processing", note="正在制证")
    assert [(e.state, e.note) for e in moved.timeline[1:]] == [("accepted", "材料齐全，已经受理"), ("processing", "正在制证")]
    with pytest.raises(CaseStepNotAllowed) as raised:
        await desk.cases.advance(number=case.number, to="submitted")
    assert "办理中" in str(raised.value.envelope())


async def test_a_case_is_found_by_number_and_only_by_its_owner(office: Build) -> None:
    desk = await office()
    case = await desk.forms.submit(**_who(await _ready(desk)), turn_id=None)
    spaced = " ".join([case.number[:4], case.number[4:12], case.number[12:]])
    assert (await desk.cases.get(case_id=spaced, person_id="ct_zhang-wei")).id == case.id
    with pytest.raises(CaseUnknown):
        await desk.cases.get(case_id=case.number, person_id="ct_li-na")
    with pytest.raises(CaseUnknown):
        await desk.cases.advance(number="44012026112100000999", to="accepted")


async def test_a_pdf_opens_only_with_its_own_key(office: Build) -> None:
    desk = await office()
    one = await desk.forms.submit(**_who(await _ready(desk)), turn_id=None)
    two = await desk.forms.submit(**_who(await _ready(desk, "ct_li-na")), turn_id=None)
    key = desk.cases.pdf_url(case_id=one.id).split("key=")[1]
    for case_id, wrong in ((two.id, key), (one.id, ""), (one.id, key[:-1]), (one.id, "中文")):
        with pytest.raises(CaseKeyWrong):
            await desk.cases.pdf(case_id=case_id, key=wrong)
    assert (await desk.cases.pdf(case_id=one.id, key=key)).startswith(b"%PDF")
