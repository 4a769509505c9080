"""BM25 over characters."""

from __future__ import annotations

from knowledge.index.lexical import Lexical
from knowledge.index.passages import KINDS, passages_of
from tests.fakes.guides import guide


def test_the_text_that_shares_rare_pairs_scores_best() -> None:
    scores = Lexical.build(["身份证补领", "身份证换领", "护照换发"]).scores("补领身份证")
    assert scores.argmax() == 0 and scores[1] > scores[2]


def test_what_is_nowhere_scores_nothing() -> None:
    assert Lexical.build(["身份证"]).scores("天气").tolist() == [0.0]


def test_an_index_survives_being_stored() -> None:
    lexical = Lexical.build(["身份证补领", "护照"])
    again = Lexical.from_arrays(lexical.arrays("x"), "x")
    assert again.scores("补身份证").tolist() == lexical.scores("补身份证").tolist()


def test_a_guide_gives_passages_of_every_kind() -> None:
    whole = guide(faq=[{"q": "多久？", "a": "五天。"}], steps=[{"name": "申请", "what": "到窗口申请"}])
    passages = passages_of(whole)
    assert {p.kind for p in passages} == set(KINDS)
    fields = {"name", "aliases", "summary", "conditions", "materials", "steps", "situations", "faq"}
    assert {p.section for p in passages} == fields and all(p.text and p.searched and p.guide_id == "ce-shi" for p in passages)
