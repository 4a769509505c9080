"""What a sentence tells of a case without being asked."""

from __future__ import annotations

from knowledge.schema.library import shipped_guides
from services.dialogue.faq import matching_faq
from services.dialogue.hints import infer_answers, says_only_an_option

GUIDES = {g.id: g for g in shipped_guides()}
LOST_CARD = GUIDES["jumin-shenfenzheng-buling"]


def test_an_age_answers_the_question_about_age() -> None:
    assert infer_answers(LOST_CARD, "我女儿8岁，身份证丢了")["age16"] == "minor"
    assert infer_answers(LOST_CARD, "不是，未满16")["age16"] == "minor"


def test_asking_what_is_needed_answers_no_question() -> None:
    assert infer_answers(LOST_CARD, "身份证丢了要补办，需要什么材料") == {}


def test_a_place_alone_is_an_option_and_a_wish_is_not() -> None:
    assert says_only_an_option(LOST_CARD, "广州户籍")
    assert not says_only_an_option(LOST_CARD, "我想迁广州户口")


def test_a_faq_is_answered_only_to_its_own_question() -> None:
    entry = matching_faq(LOST_CARD, "后来找到旧证还能用吗")
    assert entry is not None and entry.q.startswith("后来找到旧证")
    assert matching_faq(LOST_CARD, "要多少钱") is None
    assert matching_faq(GUIDES["shiye-baoxianjin-shenling"], "被公司辞退了，能领失业金吗") is None
