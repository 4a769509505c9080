"""What an SMS says and what it is counted as."""

from __future__ import annotations

import re

import pytest
from typer.testing import CliRunner

from bangban.cli.notices import app
from channels.notices import sms_text
from channels.scripts import written
from services.conversations.service import leaning
from services.notices.model import KINDS, Kind
from services.notices.wording import said
from tests.unit.services.notices.test_wording import notice

SIGN, VARIABLE = "广州政务服务", re.compile(r"\$\{[a-z]+\}")


@pytest.mark.parametrize(("length", "counted"), [(1, 1), (70, 1), (71, 2), (134, 2), (135, 3), (160, 3), (201, 3), (202, 4), (500, 8)])
def test_seventy_characters_are_one_message_and_longer_ones_are_counted_by_sixty_seven(length: int, counted: int) -> None:
    assert sms_text.segments(length) == counted


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_template_that_its_facts_fill_and_one_message_is_enough_for_it(kind: Kind) -> None:
    text = sms_text.compose(kind=kind, facts=said(notice(kind)).facts, sign=SIGN)
    assert text.text.startswith(f"【{SIGN}】您") or text.text.startswith(f"【{SIGN}】温馨提醒")
    assert "$" not in text.text and text.segments == 1 and len(text.text) <= 70
    assert all(1 <= len(value) <= 35 for value in text.params.values())


def test_the_templates_are_as_providers_want_them() -> None:
    assert sms_text.faults() == [] and set(sms_text.book()["templates"]) == set(KINDS)


def test_templates_that_a_provider_would_refuse_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {
        "twice": "${code}和${code}", "name": "${mobile}", "brackets": "【某局】${code}", "broken": "${Code}", "long": "长" * 490, "well": "${code}",
    }  # fmt: skip
    book = {**sms_text.book(), "templates": wrong}
    monkeypatch.setattr(sms_text, "book", lambda: book)
    assert [re.match(r"\w+", fault)[0] for fault in sms_text.faults()] == ["twice", "name", "brackets", "broken", "long"]


FACTS = {"when": "3月19日（周四）09:00", "hall": "广州市海珠区政务服务中心", "code": "ABCD2345"}


def test_a_long_item_is_cut_just_so_far_that_it_saves_a_message() -> None:
    text = sms_text.compose(kind="appointment_tomorrow", facts={**FACTS, "item": "居民身份证到期换领、损坏换领、丢失补领"}, sign=SIGN)
    assert len(text.text) == 70 and text.segments == 1 and text.params["item"].endswith("…")
    whole = sms_text.compose(kind="appointment_tomorrow", facts={**FACTS, "item": "居住证"}, sign=SIGN)
    assert whole.params["item"] == "居住证"


def test_nothing_is_cut_where_that_saves_no_message() -> None:
    facts = {**FACTS, "hall": "广州市海珠区某某街道党群服务中心政务服务大厅一楼综合受理窗口", "item": "居民身份证补领"}
    text = sms_text.compose(kind="appointment_tomorrow", facts=facts, sign="广州市海珠区政务服务数据管理局")
    assert text.segments == 2 and text.params["item"] == "居民身份证补领" and text.params["hall"] == facts["hall"]


def test_no_variable_is_longer_than_thirty_five_characters() -> None:
    text = sms_text.compose(kind="case_accepted", facts={"item": "一" * 90, "number": "4" * 20}, sign="某" * 20)
    assert len(text.params["item"]) <= 35 and text.params["item"].endswith("…")


def printed(*options: str) -> dict[str, str]:
    """What ``bangban notices templates`` prints: texts by the name they are set under."""
    done = CliRunner().invoke(app, ["templates", *options])
    assert done.exit_code == 0, done.output
    return dict(line.split("\t") for line in done.output.splitlines())  # type: ignore[misc]


def test_what_is_sent_in_for_approval_is_what_goes_out_in_both_scripts() -> None:
    plain, hant = printed(), printed("--traditional")
    assert plain == sms_text.book()["templates"]
    assert list(hant) == [f"{kind}.hant" for kind in plain]
    for (kind, text), simplified in zip(hant.items(), plain.values(), strict=True):
        assert VARIABLE.findall(text) == VARIABLE.findall(simplified), kind
        assert leaning(text) == "hant" and text != simplified
        with written("hant"):
            facts = dict.fromkeys((name[2:-1] for name in VARIABLE.findall(text)), "甲")
            assert sms_text.compose(kind=kind.removesuffix(".hant"), facts=facts, sign="帮办").text == f"【帮办】{VARIABLE.sub('甲', text)}"
    with written("hant"):
        assert sms_text.faults() == []
