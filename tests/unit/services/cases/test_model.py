"""Numbers and states of cases, and what the PDF prints."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.masking import mask
from services.cases.model import STEPS, Application, Case, case_number, valid_number, words
from services.cases.pdf import application_pdf, printable
from services.messages.model import LabelValue, MaterialLine

DAY = date(2026, 11, 21)


@given(st.dates(date(2020, 1, 1), date(2099, 12, 31)), st.integers(1, 9_999_999))
def test_a_number_is_valid_stays_so_with_blanks_and_is_no_personal_value(day: date, sequence: int) -> None:
    number = case_number(day=day, sequence=sequence)
    assert len(number) == 20 and valid_number(number) == number
    assert valid_number(f" {number[:4]}-{number[4:12]} {number[12:]}") == number
    assert mask(f"查一下{number}") == f"查一下{number}"


@given(st.integers(1, 9_999_999), st.integers(0, 19), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(sequence: int, at: int, by: int) -> None:
    number = case_number(day=DAY, sequence=sequence)
    wrong = number[:at] + str((int(number[at]) + by) % 10) + number[at + 1 :]
    assert valid_number(wrong) is None


@pytest.mark.parametrize("text", ["", "4401", "办件", "13800138000", "440106199003079997"])
def test_other_numbers_are_no_case_numbers(text: str) -> None:
    assert valid_number(text) is None


def test_every_state_has_words_and_leads_only_to_states() -> None:
    assert set(STEPS) == set(words()["states"]) == set(words()["notes"])
    assert all(to <= set(STEPS) for to in STEPS.values())


def _case() -> Case:
    number = case_number(day=DAY, sequence=12)
    return Case("ca_1", number, "ct_1", "fm_1", "g", 1, "居民身份证丢失补领", "submitted", datetime(2026, 11, 21, 2, tzinfo=UTC))


def test_the_pdf_prints_both_scripts_and_marks_what_its_font_lacks() -> None:
    assert printable("陳大文\u0000喆𰻝") == "陳大文喆〓"
    application = Application(
        title="居民身份证丢失补领申请表",
        department=None,
        fields=[LabelValue(label="申请人姓名", value="陳大文"), LabelValue(label="备注", value="<b>**粗**</b> % {nb}")],
        materials=[MaterialLine(name="居民户口簿", kind="原件", copies=2, required=False, deferrable=True)],
    )
    pdf = application_pdf(case=_case(), application=application)
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).replace("\n", "")
    for expected in ("陳大文", "<b>**粗**</b>", "原件，2份，需要时提供，可容缺后补", _case().number, "2026-11-21 10:00"):
        assert expected in text
    assert len(pdf) < 200_000  # the font is cut down to what is used


def test_a_long_form_runs_over_pages() -> None:
    fields = [LabelValue(label=f"第{i}项", value="很长的内容" * 30) for i in range(40)]
    pdf = application_pdf(case=_case(), application=Application("申请表", None, fields, []))
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert len(reader.pages) > 2 and f"共{len(reader.pages)}页" in reader.pages[0].extract_text().replace("\n", "")


def test_an_application_comes_back_from_the_vault_as_it_went_in() -> None:
    application = Application(
        "申请表", "公安机关", [LabelValue(label="a", value="b")], [MaterialLine(name="m", kind="原件", copies=1, required=True)]
    )
    assert Application.unsealed(application.sealed_form()) == application
