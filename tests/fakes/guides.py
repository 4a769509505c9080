"""Small guides made up for tests."""

from __future__ import annotations

from typing import Any

from knowledge.model import PublishedGuide
from knowledge.schema.guide import Guide
from knowledge.schema.library import resolve


def document(guide_id: str = "ce-shi", **changes: Any) -> dict[str, Any]:
    """A whole, sound document; ``changes`` replace its fields, and ``None`` takes one out."""
    whole = {
        "id": guide_id, "name": "测试登记", "aliases": ["登记测试", "办测试", "测试怎么办"], "domain": "gongan", "topic": "测试",
        "facets": {"action": "第一次办"},
        "audience": ["person"], "region": {"level": "city", "code": "440100", "name": "广州市"}, "summary": "第一次办测试登记。",
        "conditions": ["在广州居住"],
        "situations": [{"id": "who", "ask": "谁去办？", "options": [{"id": "self", "label": "本人"}, {"id": "other", "label": "别人"}]}],
        "materials": [
            {"id": "id_card", "name": "居民身份证", "licence": "id_card"},
            {"id": "letter", "name": "授权委托书", "when": {"who": "other"}},
        ],
        "time_limit": [{"legal": {"value": 20, "unit": "工作日"}, "promised": {"value": 5, "unit": "工作日"}}],
        "sources": [{"id": "law", "title": "《测试条例》", "law": "《测试条例》", "kind": "law"}], "as_of": "2026-01",
    }  # fmt: skip
    return {key: value for key, value in {**whole, **changes}.items() if value is not None}


def guide(guide_id: str = "ce-shi", **changes: Any) -> Guide:
    return resolve(Guide.model_validate(document(guide_id, **changes)))


def published(guide_id: str = "ce-shi", version: int = 1, **changes: Any) -> PublishedGuide:
    return PublishedGuide(guide_id, version, guide(guide_id, **changes))


def three() -> list[PublishedGuide]:
    """Three unlike items."""
    return [
        published("hunyin", name="结婚登记", aliases=["领结婚证", "扯证"], topic="婚姻登记", summary="两个人结婚。"),
        published("huzhao", name="普通护照首次申请", aliases=["办护照", "第一次办护照"], topic="普通护照", summary="第一次办出国的护照。"),
        published("shenfenzheng", name="居民身份证丢失补领", aliases=["补办身份证", "身份证丢了补办"], topic="居民身份证", summary="身份证丢了补一张。"),
    ]
