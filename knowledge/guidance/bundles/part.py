"""One item inside a bundle: its conditions said in the bundle's situations, its ids made unlike the other items'."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from knowledge.schema.bundle import Asked, Member
from knowledge.schema.condition import Condition
from knowledge.schema.guide import Guide, Situation
from knowledge.schema.logic import Logic, both, logic, negated, rewritten

_LONGEST = 40  # of a key, see knowledge/schema/texts.py


@dataclass(frozen=True)
class Part:
    """``shared``: the situations whose answers count for every guide, by id."""

    member: Member
    guide: Guide
    shared: Mapping[str, Situation]

    @property
    def name(self) -> str:
        return self.member.name or self.guide.name

    @cached_property
    def situations(self) -> dict[str, Situation]:
        return {s.id: s for s in self.guide.situations if isinstance(s, Situation)}

    @cached_property
    def applies(self) -> Logic:
        """When the item belongs to the case at all."""
        return logic(self.member.when)

    @cached_property
    def with_papers(self) -> Logic:
        """When its own materials and fields are asked for."""
        return both(self.applies, logic(self.member.papers))

    def own(self, key: str) -> str:
        """An id or name of this item that clashes with nobody's."""
        return f"{self.member.key}_{key}"[:_LONGEST]

    def is_open(self, situation: Situation) -> bool:
        """Whether this question of the item is left to be asked: it can arise, and the bundle does not answer it."""
        return situation.id not in self.member.answers and self.condition(situation.when) is not False

    def situation_id(self, situation: Situation) -> str:
        """What the question is called in the bundle."""
        common = self.shared.get(situation.id)
        same = common is not None and {o.id for o in common.options} == {o.id for o in situation.options}
        return situation.id if same else self.own(situation.id)

    def condition(self, when: Condition | None, fields: Mapping[str, str] | None = None) -> Logic:
        """The item's condition in the bundle's terms. ``fields``: its form's field names in the bundle, which a field's may mention."""
        return rewritten(when, lambda name, options: self._clause(name, options, fields or {}))

    def _clause(self, name: str, options: list[str], fields: Mapping[str, str]) -> Logic:
        situation = self.situations.get(name)
        if situation is None:
            answered = next((f.situation for f in self._fields() if f.name == name and f.situation in self.situations), None)
            return self._clause(answered, options, fields) if answered else {fields.get(name, name): _one(options)}
        arises = self.condition(situation.when)
        answer = self.member.answers.get(name)
        if answer is None:
            return both(arises, {self.situation_id(situation): _one(options)})
        if isinstance(answer, Asked):
            return both(arises, _mapped(answer, options))
        return both(arises, answer in options)

    def _fields(self) -> list:
        return self.guide.form.fields if self.guide.form else []


def _one(options: list[str]) -> str | list[str]:
    return options[0] if len(options) == 1 else options


def _mapped(answer: Asked, options: list[str]) -> Logic:
    chosen = [ours for ours, theirs in answer.options.items() if theirs in options]
    if not chosen:
        return False
    return True if len(chosen) == len(answer.options) else {answer.situation: _one(chosen)}


def only_where_not(part: Logic, covered: Logic) -> Logic:
    """Where ``part`` holds and ``covered`` does not."""
    return both(part, negated(covered))
