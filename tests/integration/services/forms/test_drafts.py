"""A draft from opening to expiry, on real PostgreSQL."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
import sqlalchemy.exc

from knowledge.schema.guide import FieldUse
from services.forms.errors import FieldUnknown, FormConflict, FormUnknown, NoPlaceForImage
from services.forms.tables import drafts
from tests.integration.services.forms.conftest import Office

Build = Callable[..., Awaitable[Office]]


async def test_a_verified_citizen_finds_his_form_filled_from_identity_and_licences(office: Build) -> None:
    view = await (await office()).open()
    sources = {f.name: (f.source, f.locked) for f in view.fields if f.value}
    assert sources == {
        "applicant_name": ("identity", True),
        "applicant_id": ("identity", True),
        "phone": ("identity", False),
        "gender": ("identity", True),
        "birth_date": ("identity", True),
        "ethnicity": ("identity", True),
        "hukou_address": ("licence", True),
    }
    assert view.missing == ["lost_date", "lost_how", "delivery"] and view.asked == "lost_date" and view.state == "draft"
    assert view.field("guardian_name") is None and view.field("delivery_address") is None


async def test_a_visitor_starts_empty_and_nothing_is_locked(office: Build) -> None:
    view = await (await office()).open("vs_1")
    assert not any(f.value or f.locked for f in view.fields)
    assert view.missing[:3] == ["applicant_name", "applicant_id", "phone"]
    guardian = view.field("guardian_name")
    assert guardian and not guardian.required  # nobody has said yet how old he is


async def test_several_values_in_one_sentence_then_corrections_then_ready(office: Build) -> None:
    desk = await office()
    view = await desk.open()
    view = await desk.say(view, "上个月3号在地铁上被偷了，邮寄到天河区体育西路1号")
    assert {f.name: f.display for f in view.fields if f.source == "citizen"} == {
        "lost_date": "2026年10月3日",
        "lost_how": "被盗",
        "delivery": "邮寄到家",
        "delivery_address": "广东省广州市天河区体育西路1号",
    }
    assert view.state == "ready" and view.asked is None
    view = await desk.say(view, "手机号改成13900139000")
    view = await desk.say(view, "丢失日期改成11月1号，不是被盗，是遗失")
    values = {f.name: f.value for f in view.fields}
    assert (values["phone"], values["lost_date"], values["lost_how"]) == ("13900139000", "2026-11-01", "lost")
    assert "delivery_address" not in {f.name for f in (await desk.say(view, "算了，改成自取")).fields}


async def test_a_wrong_value_is_refused_with_the_reason_and_the_old_one_stays(office: Build) -> None:
    desk = await office()
    view = await desk.say(await desk.open(), "手机号12345")
    phone = view.field("phone")
    assert phone and phone.error and "5位" in phone.error and phone.value == "13800000001"
    again = (await desk.forms.get(form_id=view.id, person_id=view.person_id)).field("phone")
    assert again and again.error is None


async def test_a_locked_value_cannot_be_changed_but_may_be_repeated(office: Build) -> None:
    desk = await office()
    view = await desk.say(await desk.open(), "民族改成壮族")
    ethnicity = view.field("ethnicity")
    assert ethnicity and ethnicity.error and "窗口" in ethnicity.error and ethnicity.value == "汉族"
    same = await desk.say(view, "身份证号440106199003079997")
    assert same.errors == {} and same.revision == view.revision
    asked = await desk.say(view, "民族写错了")
    assert "ethnicity" in asked.errors and asked.asked == "lost_date"


async def test_naming_a_field_to_change_asks_for_it_next(office: Build) -> None:
    desk = await office()
    view = await desk.say(await desk.open(), "手机号写错了")
    assert view.asked == "phone" and view.state == "draft"
    view = await desk.say(view, "13900139000")
    phone = view.field("phone")
    assert phone and phone.value == "13900139000" and view.asked == "lost_date"


async def test_a_side_question_changes_nothing(office: Build) -> None:
    desk = await office()
    view = await desk.open()
    for question in ("要多少钱", "邮寄要多少钱？", "那护照呢", "转人工", "谢谢"):
        after = await desk.say(view, question)
        assert (after.revision, after.asked) == (view.revision, view.asked), question


async def test_a_draft_is_found_again_days_later_in_another_conversation(office: Build) -> None:
    desk = await office()
    view = await desk.say(await desk.open(), "昨天")
    desk.clock.moment += timedelta(days=9)
    left = await desk.forms.latest(person_id="ct_zhang-wei")
    assert left and left.id == view.id
    again = await desk.open(conversation_id="cv_2", version=2)
    lost = again.field("lost_date")
    assert again.id == view.id and lost and lost.value == "2026-11-20" and again.conversation_id == "cv_2" and again.guide_version == 2


async def test_a_draft_survives_a_new_version_of_its_guide(office: Build) -> None:
    desk = await office()
    view = await desk.say(await desk.open(), "昨天丢的，被偷了")
    form = desk.guide.form
    assert form
    kept = [f for f in form.fields if f.name != "lost_how"]
    desk.guide = desk.guide.model_copy(update={"form": form.model_copy(update={"fields": kept})})
    again = await desk.open(version=2)
    assert again.id == view.id and again.field("lost_how") is None
    lost = again.field("lost_date")
    assert lost and lost.value == "2026-11-20"


async def test_a_draft_nobody_touches_expires_and_its_values_are_gone(office: Build) -> None:
    desk = await office(keep_days=30)
    view = await desk.say(await desk.open(), "昨天")
    desk.clock.moment += timedelta(days=31)
    assert await desk.forms.latest(person_id="ct_zhang-wei") is None
    with pytest.raises(FormUnknown):
        await desk.forms.get(form_id=view.id, person_id="ct_zhang-wei")
    assert await desk.forms.expire() == 1 and await desk.forms.expire() == 0
    fresh = await desk.open()
    assert fresh.id != view.id and "lost_date" in fresh.missing


async def test_somebody_elses_form_does_not_exist(office: Build) -> None:
    desk = await office()
    view = await desk.open()
    for call in (desk.forms.get(form_id=view.id, person_id="ct_li-na"), desk.forms.fill(form_id=view.id, person_id="ct_li-na", values={})):
        with pytest.raises(FormUnknown):
            await call


async def test_values_are_sealed_at_rest_and_absent_from_the_trail(office: Build) -> None:
    desk = await office()
    view = await desk.say(await desk.open(), "手机号改成13900139000，昨天丢的，邮寄到天河区体育西路1号")
    async with desk.database.begin() as connection:
        row = (await connection.execute(sa.select(drafts).where(drafts.c.id == view.id))).mappings().one()
    plain = json.dumps({k: str(v) for k, v in row.items() if k != "definition"}, ensure_ascii=False)
    trail = await desk.forms.trail(form_id=view.id)
    for secret in ("13900139000", "440106199003079997", "张伟", "体育西路"):
        assert secret not in plain and secret not in str(trail)
    told = [(t["action"], t["field"], t["source"], t["actor"]) for t in trail]
    assert ("filled", "applicant_id", "identity", "ct_zhang-wei") in told and ("filled", "phone", "citizen", "ct_zhang-wei") in told


async def test_many_writers_at_once_lose_nothing(office: Build) -> None:
    desk = await office()
    view = await desk.open("vs_1")
    who = {"form_id": view.id, "person_id": "vs_1"}
    values = {
        "applicant_name": "李雷",
        "phone": "13900139000",
        "gender": "male",
        "ethnicity": "汉族",
        "lost_date": "2026-11-01",
        "lost_how": "lost",
        "delivery": "window",
        "hukou_address": "天河区体育西路1号",
    }
    await asyncio.gather(*(desk.forms.fill(**who, values={name: value}) for name, value in values.items()))
    after = await desk.forms.get(**who)
    assert {f.name for f in after.fields if f.value} == set(values) and after.revision == view.revision + len(values)


async def test_two_openings_at_once_make_one_draft(office: Build) -> None:
    desk = await office()
    views = await asyncio.gather(*(desk.open(conversation_id=f"cv_{i}") for i in range(4)))
    assert len({v.id for v in views}) == 1


async def test_a_page_that_has_gone_stale_does_not_overwrite(office: Build) -> None:
    desk = await office()
    view = await desk.open()
    who = {"form_id": view.id, "person_id": view.person_id}
    await desk.forms.fill(**who, values={"phone": "13900139000"})
    with pytest.raises(FormConflict):
        await desk.forms.fill(**who, values={"phone": "13700137000"}, revision=view.revision)
    other = await desk.forms.fill(**who, values={"lost_date": "2026-11-01"}, revision=view.revision)
    phone = other.field("phone")
    assert phone and phone.value == "13900139000" and "lost_date" not in other.missing


async def test_a_child_is_not_filled_with_the_parents_identity(office: Build) -> None:
    desk = await office()
    view = await desk.open(answers={"age16": "minor"})
    filled = {f.name: (f.value, f.locked) for f in view.fields if f.value}
    assert view.subject == "other"
    assert filled == {
        "phone": ("13800000001", False),
        "guardian_name": ("张伟", True),
        "guardian_id": ("440106199003079997", True),
    }
    back = await desk.open(answers={"age16": "adult"})
    name = back.field("applicant_name")
    assert back.subject == "self" and name and name.value == "张伟" and back.field("guardian_name") is None
    assert back.id != view.id, "the child's form stays the child's"


async def test_each_person_has_his_own_draft_and_finds_it_again(office: Build) -> None:
    desk = await office()
    own = await desk.say(await desk.open(), "昨天丢的")
    childs = await desk.open(subject="child", answers={"age16": "minor"})
    assert childs.id != own.id and (own.subject, childs.subject) == ("self", "child")
    childs = await desk.say(childs, "孩子叫张小明，上个月3号丢的")
    name = childs.field("applicant_name")
    assert name and (name.value, name.locked) == ("张小明", False)
    again = await desk.open()
    lost = again.field("lost_date")
    assert again.id == own.id and lost and lost.value == "2026-11-20"
    assert (await desk.open(subject="child")).id == childs.id
    assert {d.subject for d in await desk.forms.drafts(person_id="ct_zhang-wei")} == {"self", "child"}
    with pytest.raises(sa.exc.IntegrityError):
        async with desk.database.begin() as connection:
            await connection.execute(drafts.update().where(drafts.c.id == childs.id).values(subject="self"))


async def test_who_acts_for_his_mother_is_suggested_as_her_agent_and_may_be_another(office: Build) -> None:
    desk = await office()
    form = desk.guide.form
    assert form
    agents = [FieldUse(name="agent_name", label="代办人姓名", type="name"), FieldUse(name="agent_id", label="代办人身份证号", type="id_number")]
    desk.guide = desk.guide.model_copy(update={"form": form.model_copy(update={"fields": [*form.fields, *agents]})})
    view = await desk.open(subject="parent", answers={"age16": "adult"})
    assert {f.name: (f.value, f.locked) for f in view.fields if f.value} == {
        "phone": ("13800000001", False),
        "agent_name": ("张伟", False),
        "agent_id": ("440106199003079997", False),
    }
    view = await desk.say(view, "代办人改成李娜")
    agent = view.field("agent_name")
    assert agent and agent.value == "李娜"
    assert (await desk.open(subject="spouse")).id != view.id


async def test_a_form_that_names_the_child_beside_the_parents_is_the_parents_own(office: Build) -> None:
    desk = await office()
    form = desk.guide.form
    assert form
    child = FieldUse(name="child_name", label="孩子姓名", type="name")
    desk.guide = desk.guide.model_copy(update={"form": form.model_copy(update={"fields": [*form.fields, child]})})
    view = await desk.open(subject="child")
    name, born = view.field("applicant_name"), view.field("child_name")
    assert view.subject == "self" and name and name.value == "张伟" and born and born.value is None


async def test_a_person_of_hong_kong_fills_in_his_permit_and_telephone(office: Build) -> None:
    desk = await office()
    view = await desk.open("ct_chan-tai-man")
    values = {f.name: f.value for f in view.fields}
    assert (values["applicant_name"], values["applicant_id"], values["phone"]) == ("陳大文", "H01234567", "+85251234567")
    view = await desk.say(view, "電話改成6123 4567")
    phone = view.field("phone")
    assert phone and phone.value == "+85261234567", phone


async def test_unknown_fields_are_an_error(office: Build) -> None:
    desk = await office()
    view = await desk.open()
    with pytest.raises(FieldUnknown):
        await desk.forms.fill(form_id=view.id, person_id=view.person_id, values={"shoe_size": "42"})


async def test_a_picture_finds_its_field_or_is_refused(office: Build) -> None:
    desk = await office()
    view = await desk.open()
    with pytest.raises(NoPlaceForImage):
        await desk.forms.attach(form_id=view.id, person_id=view.person_id, upload="up_1")
    form = desk.guide.form
    assert form
    photo = form.fields[0].model_copy(update={"name": "photo", "label": "本人照片", "type": "image", "prefill": [], "required": True})
    desk.guide = desk.guide.model_copy(update={"form": form.model_copy(update={"fields": [*form.fields, photo]})})
    view = await desk.open(version=2)
    view = await desk.forms.attach(form_id=view.id, person_id=view.person_id, upload="up_1")
    field = view.field("photo")
    assert field and field.value == "up_1" and field.display == "已上传图片"
    stolen = await desk.forms.fill(form_id=view.id, person_id=view.person_id, values={"photo": "up_2"})
    refused = stolen.field("photo")
    assert refused and refused.error and refused.value == "up_1"  # only by uploading: any other id may be somebody else's


async def test_erasing_deletes_drafts_and_what_was_remembered(office: Build) -> None:
    desk = await office()
    view = await desk.open()
    assert await desk.forms.erase(person_id="ct_zhang-wei") == 1
    assert await desk.forms.trail(form_id=view.id) == []
    assert await desk.forms.latest(person_id="ct_zhang-wei") is None


async def test_a_discarded_draft_is_gone_and_a_new_one_begins_empty(office: Build) -> None:
    desk = await office()
    view = await desk.say(await desk.open(), "昨天")
    await desk.forms.discard(form_id=view.id, person_id=view.person_id)
    fresh = await desk.open()
    assert fresh.id != view.id and "lost_date" in fresh.missing
    with pytest.raises(FormUnknown):
        await desk.forms.get(form_id=view.id, person_id=view.person_id)


async def test_the_message_has_the_shape_of_the_contract(office: Build) -> None:
    desk = await office()
    message = desk.forms.message(view=await desk.open()).model_dump(mode="json")
    assert message["type"] == "form" and message["state"] == "draft" and message["url"].endswith(message["form_id"])
    delivery = next(f for f in message["fields"] if f["name"] == "delivery")
    assert delivery["options"][1] == {"label": "邮寄到家", "value": "post"}
