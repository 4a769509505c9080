"""Finding the item and everything asked about it."""

from __future__ import annotations

from actions.decision import Decision


class Find(Decision):
    decision = "find"


class Choose(Decision):
    decision = "choose"


class Correct(Decision):
    decision = "correct"


class AnswerAspect(Decision):
    decision = "answer_aspect"


class AnswerAspectOther(Decision):
    decision = "answer_aspect_other"


class NoneOfThese(Decision):
    decision = "none_of_these"


class Unclear(Decision):
    decision = "unclear"
