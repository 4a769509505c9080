"""Notices in words: every kind says what matters in one text."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from common.settings import Settings
from services.notices.model import KINDS, TOPICS, Kind, Notice
from services.notices.wishes import in_order
from services.notices.wording import label_of_way, said, words

NOW = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
VISIT = {
    "item": "居民身份证补领", "hall": "海珠区政务服务中心", "address": "海珠区宝岗大道", "start": "2026-03-19T09:00:00+08:00", "end": "2026-03-19T09:30:00+08:00",
    "code": "ABCD2345", "bring": ["户口簿", "照片回执"],
}  # fmt: skip
FIELDS = {
    "appointment": VISIT, "ticket": {"number": "GD20260318000017", "title": "投诉：窗口"},
    "case": {"item": "居民身份证补领", "number": "44012026031800000017", "state": "accepted", "note": "请张伟（13800138000）来取"},
}  # fmt: skip


def notice(kind: Kind, **fields: object) -> Notice:
    topic = kind.split("_")[0]
    return Notice("no_1", "ct_1", kind, "ap_1", {**FIELDS[topic], **fields}, NOW, NOW, NOW)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_said_whole_and_without_what_the_back_office_wrote(kind: Kind) -> None:
    words_of = said(notice(kind))
    assert words_of.title and words_of.text.endswith("。") and "{" not in words_of.text + words_of.title
    assert "13800138000" not in words_of.text + str(words_of.rows)
    assert all(row.value and row.label for row in words_of.rows)


def test_a_reminder_names_when_where_and_what_for() -> None:
    words_of = said(notice("appointment_tomorrow"))
    assert words_of.text == "提醒您：3月19日（周四）09:00到海珠区政务服务中心办理居民身份证补领，预约码ABCD2345，请带齐材料。"
    assert [(r.label, r.value) for r in words_of.rows] == [
        ("事项", "居民身份证补领"), ("地点", "海珠区政务服务中心"), ("地址", "海珠区宝岗大道"), ("时间", "3月19日（周四）09:00"), ("预约码", "ABCD2345"),
        ("请带上", "户口簿、照片回执"),
    ]  # fmt: skip
    assert words_of.page == "/#/appointment/ap_1"


def test_what_is_not_known_is_left_out() -> None:
    words_of = said(notice("appointment_booked", item=None, address=None, bring=[]))
    assert "到海珠区政务服务中心办理预约的事项，" in words_of.text
    assert "None" not in words_of.text + str(words_of.rows) and [r.label for r in words_of.rows] == ["事项", "地点", "时间", "预约码"]


def test_what_a_notice_says_stays_out_of_logs() -> None:
    assert "ABCD2345" not in repr(notice("appointment_booked"))


def test_every_way_of_the_settings_and_every_topic_has_a_name() -> None:
    assert all(label_of_way(way) for way in Settings().notice_ways.split(","))
    assert set(words()["topics"]) == set(words()["page"]) == set(TOPICS) and set(words()["kinds"]) == set(KINDS)


def test_his_order_goes_before_ours_and_what_neither_names_comes_last() -> None:
    assert in_order(["sms", "email", "fax", "wechat"], ["email"], ["wechat", "sms", "email"]) == ["email", "wechat", "sms", "fax"]
