"""What a citizen's page is given outside of the talk is in the script the page is read in."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from channels.web.reading import as_read, guide_as_read
from services.messages.model import Form, FormField

FORM = Form(
    form_id="fm_1", guide_id="g", title="居民身份证丢失补领", state="draft", url="/f", missing=["address"],
    fields=[FormField(name="address", label="收件地址", type="address", value="广州市越秀区东风路", source="citizen", locked=False, required=True)],
)  # fmt: skip


def asking(language: str | None) -> Any:
    return SimpleNamespace(headers={} if language is None else {"accept-language": language})


@pytest.mark.parametrize("language", [None, "zh-Hans", "en-GB"])
def test_as_published_for_whoever_asks_for_nothing_else(language: str | None) -> None:
    shown = as_read(asking(language), FORM)
    assert shown.title == "居民身份证丢失补领" and "收件地址" in shown.text


def test_in_traditional_characters_for_whoever_reads_them_but_never_what_he_wrote_himself() -> None:
    shown = as_read(asking("zh-Hant"), FORM)
    assert (shown.title, shown.fields[0].label) == ("居民身份證丟失補領", "收件地址")
    assert (shown.fields[0].value, shown.fields[0].name, shown.form_id) == ("广州市越秀区东风路", "address", "fm_1")


GUIDE = {
    "guide_id": "buling", "version": 3, "name": "居民身份证补领", "effective_from": None,
    "document": {
        "materials": [{"id": "hukou", "name": "居民户口簿", "kind": "原件", "when": {"age16": "minor"}, "sources": ["law"]}],
        "time_limit": [{"promised": {"value": 20.0, "unit": "工作日"}}],
        "sources": [{"id": "law", "title": "居民身份证法", "url": "https://example.cn/办", "kind": "law"}],
    },
}  # fmt: skip


@pytest.mark.parametrize("language", [None, "zh-Hans"])
def test_a_guide_is_as_published_for_whoever_asks_for_nothing_else(language: str | None) -> None:
    assert guide_as_read(asking(language), GUIDE) is GUIDE


def test_a_guide_is_in_traditional_characters_but_never_what_clients_look_words_up_by() -> None:
    shown = guide_as_read(asking("zh-Hant"), GUIDE)
    document = shown["document"]
    assert (shown["name"], shown["version"]) == ("居民身份證補領", 3)
    assert document["time_limit"] == [{"promised": {"value": 20.0, "unit": "工作日"}}]
    assert document["materials"][0]["when"] == {"age16": "minor"} and document["materials"][0]["sources"] == ["law"]
    assert document["sources"] == [{"id": "law", "title": "居民身份證法", "url": "https://example.cn/办", "kind": "law"}]
