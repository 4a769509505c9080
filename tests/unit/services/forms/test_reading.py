"""One sentence against a form: what it fills, and above all what it does not."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from knowledge.schema.guide import FieldUse, FormDefinition, Guide
from knowledge.schema.library import SHIPPED, read_guide, resolve
from services.forms.definition import fields_of
from services.forms.model import Field, Reading, Subject
from services.forms.reading.reader import Sheet, read

TODAY = date(2026, 11, 21)
LOST_ID = read_guide(SHIPPED / "gongan" / "jumin-shenfenzheng-buling.yaml")
KNOWN = {
    "applicant_name": "张伟", "applicant_id": "440106199003079997", "phone": "13800000001", "gender": "male", "birth_date": "1990-03-07",
    "ethnicity": "汉族", "hukou_address": "广东省广州市天河区示范路1号101房",
}  # fmt: skip
LOCKED = frozenset(KNOWN) - {"phone"}


def sheet(asked: str | None, *, guide: Guide = LOST_ID, values: dict[str, str] | None = None, locked: frozenset[str] = frozenset()) -> Sheet:
    fields = {f.name: f for f in fields_of(guide)}
    values = values or {}
    return Sheet(fields=fields, values=values, locked=locked, missing=[n for n in fields if n not in values], asked=asked, today=TODAY)


def verified(asked: str | None, **values: str) -> Sheet:
    return sheet(asked, values={**KNOWN, **values}, locked=LOCKED)


EMPTY: dict[str, str] = {}

# asked, sentence, what it fills
MATRIX: list[tuple[str, str, dict[str, str]]] = [
    # name: right, wrong, announced, corrected, side talk
    ("applicant_name", "李雷", {"applicant_name": "李雷"}),
    ("applicant_name", "我叫李雷", {"applicant_name": "李雷"}),
    ("applicant_name", "我是李雷", {"applicant_name": "李雷"}),
    ("applicant_name", "姓名：欧阳娜娜", {"applicant_name": "欧阳娜娜"}),
    ("applicant_name", "名字叫买买提·吐尔逊", {"applicant_name": "买买提·吐尔逊"}),
    ("applicant_name", "我叫陳大文", {"applicant_name": "陳大文"}),
    ("applicant_name", "John Smith", {"applicant_name": "John Smith"}),
    ("applicant_name", "我叫什么不重要吧", EMPTY),
    ("applicant_name", "我是广州人", EMPTY),
    ("applicant_name", "我是来问的", EMPTY),
    ("applicant_name", "谢谢", EMPTY),
    ("applicant_name", "高兴", EMPTY),
    ("applicant_name", "方便吗", EMPTY),
    # identity number
    ("applicant_id", "430102199508169982", {"applicant_id": "430102199508169982"}),
    ("applicant_id", "430102 19950816 9982", {"applicant_id": "430102 19950816 9982"}),
    ("applicant_id", "我的身份证号码是43010219950816998", {"applicant_id": "43010219950816998"}),
    ("applicant_id", "43010219950816998", {"applicant_id": "43010219950816998"}),
    ("applicant_id", "H01234567", {"applicant_id": "H01234567"}),
    ("applicant_id", "身份证丢了怎么办", EMPTY),
    ("applicant_id", "身份证号在哪里看", EMPTY),
    # telephone
    ("phone", "13800138000", {"phone": "13800138000"}),
    ("phone", "138 0013 8000", {"phone": "138 0013 8000"}),
    ("phone", "一三八零零一三八零零零", {"phone": "13800138000"}),
    ("phone", "１３８００１３８０００", {"phone": "13800138000"}),
    ("phone", "12345", {"phone": "12345"}),
    ("phone", "我的电话是13800138000，谢谢", {"phone": "13800138000"}),
    ("phone", "打12345可以问吗", EMPTY),
    ("phone", "电话多少", EMPTY),
    ("phone", "我要电话咨询", EMPTY),
    # date
    ("lost_date", "2026-11-01", {"lost_date": "2026-11-01"}),
    ("lost_date", "上个月3号", {"lost_date": "2026-10-03"}),
    ("lost_date", "昨天", {"lost_date": "2026-11-20"}),
    ("lost_date", "大概上周三吧", {"lost_date": "2026-11-11"}),
    ("lost_date", "三号", {"lost_date": "2026-11-03"}),
    ("lost_date", "去年", {"lost_date": "去年"}),
    ("lost_date", "上个月", {"lost_date": "上个月"}),
    ("lost_date", "不记得了", EMPTY),
    ("lost_date", "要几天", EMPTY),
    ("lost_date", "明天能办好吗", EMPTY),
    ("lost_date", "我想预约明天上午", EMPTY),
    # select
    ("lost_how", "遗失", {"lost_how": "lost"}),
    ("lost_how", "第二个", {"lost_how": "stolen"}),
    ("lost_how", "2", {"lost_how": "stolen"}),
    ("lost_how", "被人偷了", {"lost_how": "stolen"}),
    ("lost_how", "弄丢了", {"lost_how": "lost"}),
    ("lost_how", "唔見咗", {"lost_how": "lost"}),
    ("lost_how", "不是被盗，是遗失", {"lost_how": "lost"}),
    ("lost_how", "被盗和遗失有什么不同", EMPTY),
    ("lost_how", "第三个", EMPTY),
    ("lost_how", "好的", EMPTY),
    ("gender", "男", {"gender": "male"}),
    ("gender", "女的", {"gender": "female"}),
    ("gender", "他是男的还是女的有关系吗", EMPTY),
    # address
    ("hukou_address", "天河区体育西路1号", {"hukou_address": "天河区体育西路1号"}),
    ("hukou_address", "我家在番禺区大石街道大山村", {"hukou_address": "番禺区大石街道大山村"}),
    ("hukou_address", "体育西路1号", {"hukou_address": "体育西路1号"}),
    ("hukou_address", "天河区", {"hukou_address": "天河区"}),
    ("hukou_address", "户口在湖南省长沙市芙蓉区样板路2号", {"hukou_address": "湖南省长沙市芙蓉区样板路2号"}),
    ("hukou_address", "天河区哪里可以办", EMPTY),
    ("hukou_address", "我想去天河区办", EMPTY),
    # a text with a rule
    ("ethnicity", "汉", {"ethnicity": "汉"}),
    ("ethnicity", "我是壮族", {"ethnicity": "壮族"}),
    ("ethnicity", "民族是外星族", {"ethnicity": "外星族"}),
    ("ethnicity", "要多少钱", EMPTY),
]


@pytest.mark.parametrize(("asked", "sentence", "filled"), MATRIX)
def test_the_answer_to_the_field_asked(asked: str, sentence: str, filled: dict[str, str]) -> None:
    assert read(sheet(asked), sentence).values == filled


@pytest.mark.parametrize(
    ("sentence", "filled"),
    [
        (
            "我叫李雷，电话13800138000，邮寄到天河区体育西路1号",
            {"applicant_name": "李雷", "phone": "13800138000", "delivery": "post", "delivery_address": "天河区体育西路1号"},
        ),
        (
            "邮寄到天河区体育西路1号，我叫李雷，电话13800138000",
            {"applicant_name": "李雷", "phone": "13800138000", "delivery": "post", "delivery_address": "天河区体育西路1号"},
        ),
        ("李雷 13800138000 430102199508169982", {"applicant_name": "李雷", "phone": "13800138000", "applicant_id": "430102199508169982"}),
        ("姓名李雷性别男民族汉族", {"applicant_name": "李雷", "gender": "male", "ethnicity": "汉族"}),
        (
            "昨天在地铁上被偷了，寄到海珠区新港东路5号，3栋201房，谢谢",
            {"lost_date": "2026-11-20", "lost_how": "stolen", "delivery": "post", "delivery_address": "海珠区新港东路5号,3栋201房"},
        ),
        (
            "户口在越秀区中山五路2号，寄到天河区体育西路1号",
            {"hukou_address": "越秀区中山五路2号", "delivery": "post", "delivery_address": "天河区体育西路1号"},
        ),
        ("我叫李雷，要多少钱？", {"applicant_name": "李雷"}),
        ("手机号13800138000，寄到天河区体育西路1号要多少钱", {"phone": "13800138000"}),
    ],
)
def test_several_values_in_one_sentence_in_any_order(sentence: str, filled: dict[str, str]) -> None:
    assert read(sheet("applicant_name"), sentence).values == filled


@pytest.mark.parametrize(
    ("sentence", "filled"),
    [
        ("手机号13800138000", {"phone": "13800138000"}),
        ("手机号改成13900139000", {"phone": "13900139000"}),
        ("把手机号改成13900139000吧", {"phone": "13900139000"}),
        ("改成13900139000", {"phone": "13900139000"}),
        ("電話改成13900139000", {"phone": "13900139000"}),
        ("手机号，13900139000", {"phone": "13900139000"}),
        ("电话写错了，应该是13900139000", {"phone": "13900139000"}),
        ("手机号不是13800000001，是13900139000", {"phone": "13900139000"}),
        ("不是13800000001是13900139000", {"phone": "13900139000"}),
        ("别用13800000001，用13900139000", {"phone": "13900139000"}),
        ("手机号从13800000001改成13900139000", {"phone": "13900139000"}),
        ("手机号12345", {"phone": "12345"}),
        ("手机号改成12345", {"phone": "12345"}),
        ("丢失日期改成上个月3号", {"lost_date": "2026-10-03"}),
        ("民族改成壮族", {"ethnicity": "壮族"}),
        ("身份证号430102199508169982", {"applicant_id": "430102199508169982"}),
        ("领取方式改成邮寄", {"delivery": "post"}),
        ("还是邮寄吧", {"delivery": "post"}),
        ("不邮寄了，改成自取", {"delivery": "window"}),
    ],
)
def test_any_field_is_corrected_by_name_or_by_what_it_is(sentence: str, filled: dict[str, str]) -> None:
    assert read(verified("lost_date"), sentence).values == filled


def _family() -> Guide:
    """A form about several people and a business, of shared fields."""
    shared = [
        "marital",
        "spouse_name",
        "spouse_id",
        "child_name",
        "child_birth_date",
        "child_gender",
        "guardian_relation",
        "business_name",
        "business_address",
        "bank_account",
    ]
    own = [
        FieldUse(name="landlord_name", label="房东姓名", type="name"),
        FieldUse(name="landlord_phone", label="房东电话", type="phone"),
        FieldUse(name="rooms", label="客房数", type="number"),
        FieldUse(name="agree", label="父母是否都同意", type="yes_no"),
        FieldUse(name="employer", label="工作单位", type="text"),
        FieldUse(use="reason"),
        FieldUse(use="remark"),
    ]
    form = FormDefinition(title="测试表", fields=[*(FieldUse(use=n) for n in shared), *own])
    return resolve(LOST_ID.model_copy(update={"form": form}))


FAMILY = _family()


@pytest.mark.parametrize(
    ("asked", "sentence", "filled"),
    [
        ("spouse_name", "我老公叫王小明", {"spouse_name": "王小明"}),
        ("spouse_name", "她叫李娜", {"spouse_name": "李娜"}),
        ("spouse_name", "麻烦填李娜", {"spouse_name": "李娜"}),
        ("spouse_name", "李娜，身份证430102199508169982", {"spouse_name": "李娜", "spouse_id": "430102199508169982"}),
        ("marital", "已婚，我老婆李娜，身份证号430102199508169982", {"marital": "married", "spouse_name": "李娜", "spouse_id": "430102199508169982"}),
        ("spouse_name", "我的身份证号是440106199003079997", {"applicant_id": "440106199003079997"}),
        ("spouse_name", "还没结婚哪来的配偶", EMPTY),
        ("spouse_name", "我和他", EMPTY),
        ("child_name", "孩子叫李小雷，2020年5月1日生的", {"child_name": "李小雷", "child_birth_date": "2020-05-01"}),
        ("child_name", "宝宝还没起名字", EMPTY),
        ("child_gender", "是个女儿", {"child_gender": "female"}),
        ("child_birth_date", "去年国庆", {"child_birth_date": "2025-10-01"}),
        ("landlord_phone", "房东电话13700137000，我的电话13800138000", {"landlord_phone": "13700137000", "phone": "13800138000"}),
        ("landlord_phone", "13700137000", {"landlord_phone": "13700137000"}),
        ("landlord_name", "房东姓陈，叫陈大明", {"landlord_name": "陈大明"}),
        ("phone", "13800138000或者13900139000", {"phone": "13800138000"}),
        ("guardian_relation", "我是他爸", {"guardian_relation": "father"}),
        ("guardian_relation", "爷爷", EMPTY),
        ("marital", "没结婚", {"marital": "single"}),
        ("agree", "都同意", {"agree": "yes"}),
        ("agree", "不同意", {"agree": "no"}),
        ("agree", "妈妈同意，爸爸不同意", EMPTY),
        ("rooms", "大概二十五间吧", {"rooms": "二十五"}),
        ("rooms", "几间都行吗", EMPTY),
        ("business_name", "叫阿强士多", {"business_name": "阿强士多"}),
        ("business_name", "店名叫广州市天河区阿强便利店", {"business_name": "广州市天河区阿强便利店"}),
        ("business_name", "我还没想好名字", EMPTY),
        ("business_name", "名字有什么要求", EMPTY),
        ("business_address", "店开在海珠区新港东路5号", {"business_address": "海珠区新港东路5号"}),
        ("bank_account", "工行的6222021234567890123", {"bank_account": "6222021234567890123"}),
        ("employer", "自由职业", {"employer": "自由职业"}),
        ("reason", "因为旧的丢了", {"reason": "旧的丢了"}),
        ("reason", "小孩要上学，所以要办", {"reason": "小孩要上学，所以要办"}),
        ("reason", "为什么要写原因", EMPTY),
        ("remark", "没有备注", EMPTY),
    ],
)
def test_forms_about_several_people_and_things(asked: str, sentence: str, filled: dict[str, str]) -> None:
    assert read(sheet(asked, guide=FAMILY), sentence).values == filled


PASSPORT = read_guide(SHIPPED / "gongan" / "putong-huzhao-huanfa.yaml")
MINE = {"applicant_name": "张伟", "phone": "13800000001"}


@pytest.mark.parametrize(
    ("sentence", "filled"),
    [
        ("紧急联系人是李四，电话13900139000", {"emergency_contact": "李四", "emergency_phone": "13900139000"}),
        ("紧急联系人李四13900139000", {"emergency_contact": "李四", "emergency_phone": "13900139000"}),
        ("紧急联系人写我老婆李娜，她的电话是13900139000", {"emergency_contact": "李娜", "emergency_phone": "13900139000"}),
        ("紧急联系人的电话13900139000", {"emergency_phone": "13900139000"}),
        ("緊急聯絡人係李四，電話13900139000", {"emergency_contact": "李四", "emergency_phone": "13900139000"}),
        (
            "我电话13700137000，紧急联系人李四，电话13900139000",
            {"phone": "13700137000", "emergency_contact": "李四", "emergency_phone": "13900139000"},
        ),
        (
            "紧急联系人李四，电话13900139000，我的电话13700137000",
            {"phone": "13700137000", "emergency_contact": "李四", "emergency_phone": "13900139000"},
        ),
        ("紧急联系人李四。我的电话改成13700137000", {"emergency_contact": "李四", "phone": "13700137000"}),
        ("我要照顾孩子，我的电话13700137000", {"phone": "13700137000"}),
        ("我是孩子家长，我的电话13700137000", {"phone": "13700137000"}),
    ],
)
@pytest.mark.parametrize("asked", ["emergency_contact", "phone", None])
def test_a_value_goes_to_the_person_it_is_told_of(sentence: str, filled: dict[str, str], asked: str | None) -> None:
    assert read(sheet(asked, guide=PASSPORT, values=MINE), sentence).values == filled


@pytest.mark.parametrize(
    ("subject", "sentence", "filled"),
    [
        ("child", "孩子叫张小明", {"applicant_name": "张小明"}),
        ("child", "我儿子叫张小明，身份证号430102199508169982", {"applicant_name": "张小明", "applicant_id": "430102199508169982"}),
        ("child", "他叫张小明，2019年3月5日出生", {"applicant_name": "张小明", "birth_date": "2019-03-05"}),
        ("child", "我叫张伟，电话13700137000", {"guardian_name": "张伟", "phone": "13700137000"}),
        ("child", "我叫林小满", {"applicant_name": "林小满"}),  # the answer to what is asked
        ("child", "我叫王丽，孩子叫林小满", {"guardian_name": "王丽", "applicant_name": "林小满"}),
        ("child", "我的身份证号是440106199003079997", {"guardian_id": "440106199003079997"}),
        ("child", "监护人是我老婆李娜", {"guardian_name": "李娜"}),
        ("child", "紧急联系人李四，电话13900139000", {"emergency_contact": "李四", "emergency_phone": "13900139000"}),
        ("spouse", "我老婆叫李娜", {"applicant_name": "李娜"}),
        ("parent", "我妈叫王桂香", {"applicant_name": "王桂香"}),
        ("other", "朋友叫李雷", {"applicant_name": "李雷"}),
        ("other", "孩子姓名张小明", {"applicant_name": "张小明"}),
        ("child", "儿子张小明", {"applicant_name": "张小明"}),
        (
            "child",
            "孩子身份证430102199508169982，我的440106199003079997",
            {"applicant_id": "430102199508169982", "guardian_id": "440106199003079997"},
        ),
        ("child", "我老婆叫李娜", EMPTY),
        ("parent", "我叫张伟", EMPTY),  # no field asks for the son
    ],
)
def test_in_a_form_for_somebody_else_he_is_the_applicant_and_the_citizen_is_not(subject: Subject, sentence: str, filled: dict[str, str]) -> None:
    guardians = () if subject in ("parent", "spouse") else ("guardian_name", "guardian_id")
    own = sheet("applicant_name", guide=PASSPORT)
    fields = {n: f for n, f in own.fields.items() if not n.startswith("guardian_") or n in guardians}
    born = Field(name="birth_date", label="出生日期", type="date", format="date")
    own = replace(own, subject=subject, fields=fields | {"birth_date": born}, missing=[*fields, "birth_date"])
    assert read(own, sentence).values == filled


@pytest.mark.parametrize(
    ("asked", "sentence", "filled"),
    [
        ("emergency_contact", "我老婆李娜", {"emergency_contact": "李娜"}),
        ("emergency_contact", "我爸张大山，13900139000", {"emergency_contact": "张大山", "emergency_phone": "13900139000"}),
        ("emergency_phone", "我老婆的电话13900139000", {"emergency_phone": "13900139000"}),
        ("guardian_name", "孩子妈妈李娜", {"guardian_name": "李娜"}),
        ("phone", "我老婆的电话13900139000", EMPTY),  # the form asks nothing of her
        (None, "我老婆电话13900139000", EMPTY),
        (None, "孩子叫张小明", EMPTY),
    ],
)
def test_a_relative_may_be_the_one_who_is_asked_for(asked: str | None, sentence: str, filled: dict[str, str]) -> None:
    assert read(sheet(asked, guide=PASSPORT, values=MINE), sentence).values == filled


def test_a_correction_of_the_contact_telephone_is_not_taken_for_the_landlords() -> None:
    own = sheet("landlord_name", guide=FAMILY, values={"phone": "13800000001"})
    assert read(own, "手机号改成13900139000").values == {"phone": "13900139000"}


def test_of_two_addresses_the_one_denied_is_the_one_replaced() -> None:
    values = {"delivery": "post", "delivery_address": "广东省广州市天河区体育西路1号"}
    reading = read(verified("lost_date", **values), "不是天河区体育西路1号，是越秀区中山五路2号")
    assert reading.values == {"delivery_address": "越秀区中山五路2号"}


@pytest.mark.parametrize("sentence", ["手机号写错了", "我要改手机号", "手机号要换一个", "电话不对"])
def test_a_field_named_to_be_changed_is_the_next_to_ask(sentence: str) -> None:
    reading = read(verified("lost_date"), sentence)
    assert (reading.values, reading.next_field) == ({}, "phone")


SIDE_TALK = [
    "要多少钱", "多久能拿到", "能代办吗", "在哪办", "那护照呢", "你是谁", "我不懂", "简单点", "转人工",
    "帮我转人工客服", "我要预约", "提交", "继续填表", "好的", "谢谢你", "你好", "再见", "取消",
    "不填了", "查一下我的进度", "为什么要填这个", "这个必须填吗", "可以不填吗", "下次再说", "等一下", "我在番禺", "有没有样表",
    "没有手机怎么办", "明天星期几", "第一次办护照要怎么弄", "点样先可以拎到", "", "   ", "……", "？", "👍",
    "/submit_form", "不知道", "忘了",
]  # fmt: skip


@pytest.mark.parametrize("asked", ["applicant_name", "applicant_id", "phone", "lost_date", "lost_how", "delivery", "hukou_address", "ethnicity"])
@pytest.mark.parametrize("sentence", SIDE_TALK)
def test_side_talk_fills_nothing_whatever_is_asked(asked: str, sentence: str) -> None:
    assert read(sheet(asked), sentence) == Reading(), sentence


def test_spans_say_where_in_the_citizens_own_words_the_value_stood() -> None:
    sentence = "我叫陳大文，電話１３８００１３８０００"
    reading = read(sheet("applicant_name"), sentence)
    assert {s.field: sentence[s.start : s.end] for s in reading.spans} == {"applicant_name": "陳大文", "phone": "１３８００１３８０００"}


@given(st.text(max_size=80), st.sampled_from([None, "applicant_name", "phone", "lost_date", "delivery", "hukou_address"]))
def test_no_sentence_makes_it_crash_and_every_value_names_a_field(sentence: str, asked: str | None) -> None:
    own = sheet(asked)
    reading = read(own, sentence)
    assert set(reading.values) <= set(own.fields)
    assert all(0 <= s.start <= s.end <= len(sentence) for s in reading.spans)


@given(
    st.permutations(["我叫李雷", "电话13800138000", "身份证430102199508169982", "昨天丢的", "邮寄到天河区体育西路1号", "民族汉族"]),
    st.sampled_from("，。,；\n"),
)
def test_the_order_of_clauses_does_not_matter(parts: list[str], mark: str) -> None:
    assert read(sheet("applicant_name"), mark.join(parts)).values == {
        "applicant_name": "李雷",
        "phone": "13800138000",
        "applicant_id": "430102199508169982",
        "lost_date": "2026-11-20",
        "delivery": "post",
        "delivery_address": "天河区体育西路1号",
        "ethnicity": "汉族",
    }


# Every field of every shipped form


SAMPLES = {
    "name": "李雷", "id_number": "430102199508169982", "phone": "13800138000", "date": "2026-11-01", "address": "天河区体育西路1号", "number": "25",
    "email": "a@example.com", "text": "体育西路派出所", "long_text": "旧证放在包里一起丢了", "ethnicity": "汉族", "credit_code": "92440105MA5999999H",
    "plate": "粤A12345", "vin": "LBV00000000000999", "bank_account": "123456789012", "code": "AB123456", "yes_no": "是",
}  # fmt: skip


def _forms() -> list[Guide]:
    """Guides with a form. Whether every guide is valid is judged elsewhere; one that is not must not keep the others from being tried."""
    guides = []
    for path in sorted(SHIPPED.glob("*/[!_]*.yaml")):
        with suppress(ValidationError, KeyError):
            guides.append(read_guide(path))
    return [g for g in guides if g.form]


ALL_FIELDS = [(g, f) for g in _forms() for f in fields_of(g) if f.type != "image"]


def test_there_are_forms_to_try() -> None:
    assert len({g.id for g, _ in ALL_FIELDS}) > 20


def _sample(own: Field) -> str:
    return own.options[0].label if own.type == "select" else SAMPLES[own.format]


GUIDES = {g.id: g for g, _ in ALL_FIELDS}
COMMON_TALK = ("要多少钱", "多久能办好？", "转人工", "提交", "我要预约", "谢谢", "在哪里办", "这一项怎么填", "继续填表", "不知道")


@pytest.mark.parametrize("guide_id", GUIDES)
def test_every_field_of_every_form_takes_a_plain_answer_and_an_announced_one(guide_id: str) -> None:
    for guide, own in ALL_FIELDS:
        if guide.id == guide_id:
            said = _sample(own)
            plain = read(sheet(own.name, guide=guide), said)
            assert own.name in plain.values, (own.label, said, plain)
            named = read(sheet(own.name, guide=guide), f"{own.label}：{said}")
            assert own.name in named.values, (own.label, said, named)


@pytest.mark.parametrize("guide_id", GUIDES)
def test_every_field_of_every_form_leaves_side_talk_alone(guide_id: str) -> None:
    for guide, own in ALL_FIELDS:
        if guide.id == guide_id:
            meant = {word for option in own.options for word in (option.label, *option.words)}  # some question takes 不知道 for an answer
            for sentence in COMMON_TALK:
                assert sentence in meant or not read(sheet(own.name, guide=guide), sentence), (own.label, sentence)
