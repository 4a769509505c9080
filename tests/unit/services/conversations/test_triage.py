"""Emergency words: seen when it is one, not seen when it is paperwork."""

from __future__ import annotations

import pytest

from services.conversations.triage import emergency


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("我爸突然晕倒没有呼吸了怎么办", "emergency.120"), ("老豆暈倒咗，點算", "emergency.120"), ("我妈心脏病发作了", "emergency.120"),
        ("老婆羊水破了", "emergency.120"), ("孩子误服了老鼠药", "emergency.120"), ("救命啊", "emergency.120"),
        ("楼上着火了", "emergency.119"), ("家里煤气泄漏", "emergency.119"), ("屋企火烛", "emergency.119"), ("我被困在电梯里", "emergency.119"),
        ("有人拿刀要砍我", "emergency.110"), ("孩子不见了怎么办", "emergency.110"), ("有人撬门", "emergency.110"), ("老人走失了，快帮我找", "emergency.110"), ("老公在打我", "emergency.110"), ("救命啊有人要杀我", "emergency.110"),
        ("我不想活了", "emergency.self_harm"), ("想自杀", "emergency.self_harm"),
        ("刚被骗子骗了三万块转账", "emergency.96110"), ("客服让我转账到安全账户", "emergency.96110"),
    ],
)  # fmt: skip
def test_an_emergency_is_seen(text: str, code: str) -> None:
    assert emergency(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "我爸去世了怎么销户", "消防验收怎么办", "我身份证被火烧坏了", "孩子的户口本不见了", "心梗住院报销", "去年家里着火了户口本烧了怎么补",
        "交通事故证明去哪开", "孩子身份证唔見咗", "老人走了怎么注销户口", "被打了伤情鉴定在哪做", "我妈中风了想申请残疾证", "急救费用能报销吗",
        "报警回执在哪打印", "反诈宣传活动哪里报名", "想死你了", "消防员招聘", "家暴告诫书怎么申请", "晕倒过，能评残疾吗，要什么证明", "护照快到期了",
        "后生仔，我想问下我嗰张老人卡唔见咗点算", "小孩的学生证也不见了",
    ],
)
def test_paperwork_is_not_an_emergency(text: str) -> None:
    assert emergency(text) is None
