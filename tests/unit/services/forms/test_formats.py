"""What each kind of value accepts, how it spells it, and why it refuses."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from services.forms.checking import check, derived, disagreement
from services.forms.formats import address, id_number
from services.forms.formats.divisions import divisions
from services.forms.formats.wrong import ValueWrong
from services.forms.model import Context, Field, Option
from services.forms.words import error, words

TODAY = date(2026, 11, 21)
SEX = (Option("male", "男"), Option("female", "女"))


def field(format: str, name: str = "x", label: str = "某项", options: tuple[Option, ...] = ()) -> Field:
    type_ = (
        format if format in ("name", "id_number", "phone", "long_text", "date", "address", "select", "number", "email", "image", "yes_no") else "text"
    )
    return Field(name=name, label=label, type=type_, format=format, options=options)


def context(residency: str | None = "mainland", **values: str) -> Context:
    return Context(today=TODAY, residency=residency, values=values)


def refusal(own: Field, raw: str, given: Context | None = None) -> str:
    with pytest.raises(ValueWrong) as raised:
        check(own, raw, given or context())
    assert error(raised.value.reason, **raised.value.data)
    return raised.value.reason


ACCEPTED = [
    ("id_number", "440106199003079997", "440106199003079997"),
    ("id_number", "440106 19900307 9997", "440106199003079997"),
    ("id_number", "44010419441101998x", "44010419441101998X"),  # her county is younger than she is
    ("phone", "13800138000", "13800138000"),
    ("phone", "138-0013-8000", "13800138000"),
    ("phone", "+86 138 0013 8000", "13800138000"),
    ("phone", "8613800138000", "13800138000"),
    ("date", "2024-05-01", "2024-05-01"),
    ("date", "2024年5月1日", "2024-05-01"),
    ("date", "昨天", "2026-11-20"),
    ("address", "天河区体育西路1号", "广东省广州市天河区体育西路1号"),
    ("address", "天河体育西路1号", "广东省广州市天河区体育西路1号"),
    ("address", "广州市天河区 体育西路 1号，3栋201", "广东省广州市天河区体育西路1号3栋201"),
    ("address", "广東省廣州市越秀區中山五路2號", "广东省广州市越秀区中山五路2号"),
    ("address", "番禺区大石街道大山村", "广东省广州市番禺区大石街道大山村"),
    ("address", "东莞市厚街镇康乐南路10号", "广东省东莞市厚街镇康乐南路10号"),
    ("address", "深圳南山区科技园南区3栋", "广东省深圳市南山区科技园南区3栋"),
    ("address", "湖南省长沙市芙蓉区样板路2号", "湖南省长沙市芙蓉区样板路2号"),
    ("address", "北京市朝阳区建国路1号", "北京市朝阳区建国路1号"),
    ("address", "增城区石滩镇三江村10队", "广东省广州市增城区石滩镇三江村10队"),
    ("address", "越秀区北京路一百号", "广东省广州市越秀区北京路一百号"),
    ("name", "李雷", "李雷"),
    ("name", "李 雷", "李雷"),
    ("name", "买买提•吐尔逊", "买买提·吐尔逊"),
    ("name", "John  Smith", "John Smith"),
    ("name", "陳大文", "陳大文"),
    ("email", "zhang@example.com", "zhang@example.com"),
    ("email", "ｚｈａｎｇ＠example.com", "zhang@example.com"),
    ("credit_code", "92440105ma5999999h", "92440105MA5999999H"),
    ("plate", "粤a·12345", "粤A12345"),
    ("plate", "粤AD12345", "粤AD12345"),
    ("vin", "LBV00000000000999", "LBV00000000000999"),
    ("bank_account", "1234 5678 9012", "123456789012"),
    ("code", "粤公网 12号", "粤公网12号"),
    ("number", "25平方米", "25"),
    ("number", "3.50", "3.5"),
    ("number", "十二个", "12"),
    ("number", "1.5万", "15000"),
    ("text", " 丢在地铁上\u200b ", "丢在地铁上"),
    ("long_text", "第一行\n第二行", "第一行\n第二行"),
    ("ethnicity", "汉", "汉族"),
    ("ethnicity", "壯族", "壮族"),
    ("yes_no", "是的", "yes"),
    ("yes_no", "不用了", "no"),
    ("image", "up_abc123", "up_abc123"),
]


@pytest.mark.parametrize(("format", "raw", "canonical"), ACCEPTED)
def test_right_values_get_one_spelling(format: str, raw: str, canonical: str) -> None:
    assert check(field(format), raw, context()) == canonical


@pytest.mark.parametrize(("format", "raw", "canonical"), ACCEPTED)
def test_a_canonical_value_stays_itself(format: str, raw: str, canonical: str) -> None:
    assert check(field(format), canonical, context()) == canonical


@pytest.mark.parametrize(
    ("format", "raw", "reason"),
    [
        ("id_number", "44010619900307999", "id_number.length"),
        ("id_number", "440106900307999", "id_number.old"),
        ("id_number", "440106199003079998", "id_number.checksum"),
        ("id_number", "44010619900307999A", "id_number.characters"),
        ("id_number", "４４０１０６", "id_number.length"),
        ("phone", "12345", "phone.length"),
        ("phone", "138001380001", "phone.length"),
        ("phone", "02087654321", "phone.fixed"),
        ("phone", "87654321", "phone.fixed"),
        ("phone", "12345678901", "phone.unknown"),
        ("phone", "没有手机", "phone.none"),
        ("phone", "+85251234567", "phone.mainland_only"),
        ("date", "不知道", "date.unknown"),
        ("date", "2024年", "date.day_missing"),
        ("date", "上个月", "date.day_missing"),
        ("date", "2026年2月30日", "date.no_such_day"),
        ("date", "1830-01-01", "date.range"),
        ("date", "2200-01-01", "date.range"),
        ("address", "体育西路1号", "address.district"),
        ("address", "天河区", "address.detail"),
        ("address", "天河区体育西路", "address.detail"),
        ("address", "我家", "address.district"),
        ("address", "越秀中路125号", "address.district"),
        ("address", "鼓楼区中山路1号", "address.city"),
        ("address", "天河区" + "很" * 130 + "路1号", "address.long"),
        ("name", "李", "name.form"),
        ("name", "13800138000", "name.characters"),
        ("email", "zhang@", "email.form"),
        ("email", "a..b@example.com", "email.form"),
        ("credit_code", "92440105MA59999990", "credit_code.checksum"),
        ("credit_code", "12345", "credit_code.length"),
        ("plate", "粤12345", "plate.form"),
        ("vin", "LBV0000000000099O", "vin.form"),
        ("bank_account", "6222000000000001", "bank_account.checksum"),
        ("bank_account", "abc", "bank_account.form"),
        ("code", "没有号码", "code.form"),
        ("number", "很多", "number.none"),
        ("number", "-3", "number.range"),
        ("text", "……", "text.empty"),
        ("text", "长" * 101, "text.long"),
        ("ethnicity", "外星族", "ethnicity.unknown"),
        ("yes_no", "也许", "yes_no.neither"),
        ("image", "http://example.com/a.png", "image.attach"),
    ],
)
def test_wrong_values_are_refused_with_a_reason_in_words(format: str, raw: str, reason: str) -> None:
    assert refusal(field(format), raw) == reason


@pytest.mark.parametrize(
    ("residency", "raw", "reason"),
    [
        ("hk_macao", "H01234567", None),
        ("hk_macao", "810000198802209998", None),
        (None, "H01234567", None),
        ("mainland", "H01234567", "id_number.length"),
        ("taiwan", "12345678", None),
        ("taiwan", "123", "id_number.length"),
        ("foreign", "E12345678", None),
        ("foreign", "----", "id_number.passport"),
    ],
)
def test_the_applicants_own_number_follows_where_he_comes_from(residency: str | None, raw: str, reason: str | None) -> None:
    own = field("id_number", "applicant_id")
    if reason is None:
        assert check(own, raw, context(residency)) == raw
    else:
        assert refusal(own, raw, context(residency)) == reason


def test_the_kind_of_document_chosen_wins_over_residency() -> None:
    own = field("id_number", "applicant_id")
    assert check(own, "E12345678", context("mainland", id_document_type="passport")) == "E12345678"
    assert refusal(own, "440106199003079997", context("mainland", id_document_type="hk_macao_permit")) == "id_number.hk_macao_permit"


@pytest.mark.parametrize(
    ("residency", "raw", "canonical"),
    [
        ("hk_macao", "51234567", "+85251234567"),
        ("hk_macao", "+853 6612 3456", "+85366123456"),
        ("hk_macao", "13800138000", "13800138000"),
        (None, "+85251234567", "+85251234567"),
        ("hk_macao", "852 5123 4567", "+85251234567"),
    ],
)
def test_telephones_of_hong_kong_and_macao_where_they_belong(residency: str | None, raw: str, canonical: str) -> None:
    assert check(field("phone"), raw, context(residency)) == canonical
    assert refusal(field("phone"), "5123456", context("hk_macao")) == "phone.length_hk"


def test_dates_that_have_happened_do_not_lie_ahead_and_planned_ones_not_behind() -> None:
    lost, trip = field("date", "lost_date", "丢失日期"), field("date", "planned_date", "预计出发日期")
    assert refusal(lost, "2026-11-22") == "date.ahead" and check(lost, "2026-11-21", context()) == "2026-11-21"
    assert refusal(trip, "2026-11-20") == "date.behind"
    assert refusal(field("date", "birth_date", "出生日期"), "1890-01-01") == "date.range"


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("male", "male"),
        ("男", "male"),
        ("女的", "female"),
        ("第二个", "female"),
        ("2", "female"),
        ("最后一个", "female"),
        ("不是男的，是女的", "female"),
    ],
)
def test_options_by_value_label_word_and_order(raw: str, value: str) -> None:
    assert check(field("select", options=SEX), raw, context()) == value


@pytest.mark.parametrize("raw", ["第三个", "都行", "男或者女", "", "不是男的"])
def test_what_names_no_option_or_two_is_refused(raw: str) -> None:
    assert refusal(field("select", options=SEX), raw) == "choice.none"


def test_yes_and_no_answer_a_thing_and_its_denial() -> None:
    photo = (Option("need", "是，需要重新拍"), Option("have", "不是，两年内拍过且相貌没变"))
    assert check(field("select", options=photo), "是的", context()) == "need"
    assert check(field("select", options=photo), "不是", context()) == "have"
    assert check(field("select", options=(Option("want", "要"), Option("skip", "不要"))), "不用", context()) == "skip"


@given(st.dates(date(1930, 1, 1), TODAY), st.sampled_from(["440106", "440104", "110101", "650102", "810000"]), st.integers(0, 999))
def test_every_number_with_a_right_check_digit_is_read_and_any_one_wrong_digit_is_not(born: date, county: str, order: int) -> None:
    body = f"{county}{born:%Y%m%d}{order:03d}"
    number = body + ric.calc_check_digit(body + "0")
    found = id_number.resident_id(number)
    assert found and found.birth_date == born and found.gender == ("male" if order % 2 else "female")
    spoilt = number[:10] + str((int(number[10]) + 1) % 10) + number[11:]
    assert id_number.resident_id(spoilt) is None


@given(st.text(max_size=60))
def test_no_text_makes_a_check_crash(text: str) -> None:
    for format in (
        "id_number",
        "phone",
        "date",
        "address",
        "name",
        "email",
        "credit_code",
        "plate",
        "vin",
        "bank_account",
        "code",
        "number",
        "text",
        "ethnicity",
        "yes_no",
    ):
        try:
            value = check(field(format), text, context(None))
        except ValueWrong as wrong:
            assert error(wrong.reason, **wrong.data)
        else:
            assert isinstance(value, str) and value


@given(st.sampled_from([d for d in divisions().by_code.values() if d.level == "county" and d.code[:2] == "44"]), st.integers(1, 999))
def test_every_county_of_the_province_takes_an_address_written_whole(county, number: int) -> None:
    city = divisions().city_of(county)
    written = f"{city.name}{county.name}示范路{number}号"
    assert address.parse(written) == f"广东省{written}"


def test_a_number_and_the_birth_date_and_gender_beside_it_must_agree() -> None:
    fields = {
        n: field(f, n, options=SEX if f == "select" else ()) for n, f in (("applicant_id", "id_number"), ("birth_date", "date"), ("gender", "select"))
    }
    number = "440106199003079997"
    assert derived(fields["applicant_id"], number, fields) == {"birth_date": "1990-03-07", "gender": "male"}
    wrong = disagreement(fields["birth_date"], "1990-03-08", {"applicant_id": number}, {})
    assert wrong and wrong.reason == "id_number.birth_date"
    wrong = disagreement(fields["applicant_id"], number, {"gender": "female"}, {})
    assert wrong and wrong.reason == "id_number.gender"
    assert disagreement(fields["applicant_id"], number, {"gender": "male", "birth_date": "1990-03-07"}, {}) is None


def test_two_people_do_not_share_a_number() -> None:
    spouse = field("id_number", "spouse_id", "配偶身份证号")
    wrong = disagreement(spouse, "440106199003079997", {"applicant_id": "440106199003079997"}, {"applicant_id": "申请人身份证号"})
    assert wrong and "申请人身份证号" in error(wrong.reason, **wrong.data)


def test_every_reason_that_is_raised_has_words_and_every_word_a_reason() -> None:
    """Both ways, so that the catalogue neither lacks a sentence nor keeps a dead one."""
    import re
    from pathlib import Path

    package = Path(address.__file__).parent.parent
    source = "\n".join(p.read_text(encoding="utf-8") for p in package.rglob("*.py"))
    raised = set(re.findall(r'(?:ValueWrong|error|wrong=|or )\(?"([a-z_]+(?:\.[a-z_]+)?)"', source)) | set(
        re.findall(r'"((?:phone|name|date)\.[a-z_]+)"', source)
    )
    raised = {r for r in raised if r.split(".")[0] in {k.split(".")[0] for k in words()["errors"]}}
    raised |= {f"id_number.{kind}" for kind in ("hk_macao_permit", "taiwan_permit", "passport", "birth_date", "gender")}
    assert raised == set(words()["errors"])
