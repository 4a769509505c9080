"""What is written as a voice reads it: counted, spelled, without marks; nothing to tap, nothing to open."""

from __future__ import annotations

import re

import pytest

from channels.plain import channel_words
from channels.rendering import plan
from channels.scripts import written
from channels.webhook.channel import STYLES
from channels.webhook.saying import said
from channels.webhook.voice import aloud
from tests.fakes.messages import CODE, EVERY


@pytest.mark.parametrize(
    ("written_so", "spoken_so"),
    [
        ("【身份证补领】广州市\n收费：40元\n\n您可以直接说：材料清单。", "身份证补领，广州市。收费：40元。您可以直接说：材料清单。"),
        ("您是哪种情况？\n1. 第一次办\n2. 丢了补办", "您是哪种情况？第一，第一次办。第二，丢了补办。"),
        ("12. 照片（电子版）", "第十二，照片，电子版。"),
        ("1. 居民户口簿（原件1份）[需要时提供]：本人的那一页", "第一，居民户口簿，原件1份，需要时提供：本人的那一页。"),
        ("请打个分：\n5 非常满意\n4 满意", "请打个分：5分，非常满意。4分，满意。"),
        ("这个时间先给您留着。对了就点“确认预约”。", "这个时间先给您留着。对了就说“确认预约”。"),
        ("办件编号：GZ20261122-00017\n2026-11-22 09:05 已受理", "办件编号：G Z 2 0 2 6 1 1 2 2，0 0 0 1 7。2026年11月22日，9点零5分，已受理。"),
        (
            "咨询电话：020-12345678\n热线：12345\n全国：400-830-1234",
            "咨询电话：0 2 0，1 2 3 4 5 6 7 8。热线：1 2 3 4 5。全国：4 0 0，8 3 0，1 2 3 4。",
        ),
        ("预约码：BRCJYBZF", "预约码：B R C J Y B Z F。"),
        ("邮政EMS，WeChat里也能看", "邮政EMS，WeChat里也能看。"),
        ("2026年11月23日 周一 14:00–14:30", "2026年11月23日，周一，下午2点到2点30分。"),
        ("周三：09:00–16:00", "周三：9点到下午4点。"),
        ("上午09:00–11:30、13:30–17:00", "上午9点到11点30分、下午1点30分到5点。"),
        ("法定60个工作日；加急3–5个工作日", "法定60个工作日。加急3到5个工作日。"),
        ("收费：10000元，最多100000人", "收费：10000元，最多100000人。"),
        ("工本费：40元/证；窗口/网上", "工本费：40元每证。窗口或网上。"),
        ("联系电话：138****8000", "联系电话：尾号8 0 0 0。"),
        ("", ""),
    ],
)
def test_a_voice_says(written_so: str, spoken_so: str) -> None:
    assert aloud(written_so) == spoken_so


@pytest.mark.parametrize("script", ["hans", "hant"])
@pytest.mark.parametrize(("name", "spoken"), [("reply_one", "第一个"), ("reply_number", "第二个"), ("reply_numbers", "五分"), ("more", "继续")])
def test_how_to_choose_is_said_to_somebody_who_has_nothing_to_tap(script: str, name: str, spoken: str) -> None:
    with written(script):  # type: ignore[arg-type]
        typed = channel_words()[name].format(4)
    assert spoken in aloud(typed) and "1" not in aloud(typed) and "（" not in aloud(typed)


def spoken(name: str) -> list[str]:
    return said(plan([EVERY[name]], capabilities=STYLES["voice"], room=None, public_url="https://bangban.example"), spoken=True).texts


@pytest.mark.parametrize("name", sorted(EVERY))
def test_of_every_message_nothing_is_left_that_only_the_eye_understands(name: str) -> None:
    texts = spoken(name)
    assert texts and all(texts)
    for text in texts:
        assert not re.search(r"https?:|<[a-z]|[\n【】\[\]（）()*#⚠—–|]|回复(?!您)|点击|按钮|\d:\d\d|(?:^|[。：])\d+\\.", text), text
        assert not re.search(r"[，。！？]{2}", text) and text.endswith(("。", "！", "？")), text
        assert len(text) <= 420


@pytest.mark.parametrize("name", sorted(EVERY))
def test_sentences_are_short_enough_to_be_followed(name: str) -> None:
    """Sixty characters are about a quarter of a minute without a breath."""
    pauses = [piece for text in spoken(name) for piece in re.split(r"[，。！？：、]", text)]
    assert max(map(len, pauses)) <= 60, max(pauses, key=len)


def test_the_code_of_a_visit_is_spelled() -> None:
    visits = [name for name in EVERY if name == "visit"]
    assert visits and all(" ".join(CODE) in "".join(spoken(name)) for name in visits)
