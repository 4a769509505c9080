"""The manners of a conversation."""

from __future__ import annotations

from actions.decision import Decision


class SetRegion(Decision):
    decision = "set_region"


class Simplify(Decision):
    decision = "simplify"


class InFull(Decision):
    decision = "in_full"


class Traditional(Decision):
    decision = "traditional"


class Simplified(Decision):
    decision = "simplified"


class Back(Decision):
    decision = "back"


class Repeat(Decision):
    decision = "repeat"


class PutOff(Decision):
    decision = "put_off"


class Reset(Decision):
    decision = "reset"
