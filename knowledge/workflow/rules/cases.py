"""Which combinations of situation answers can occur, and what a condition is worth over them.

A guide has a handful of situations with a handful of options, so the combinations are simply walked; only the
situations a question depends on take part, which keeps the walk small.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

from knowledge.schema.condition import Condition, holds, uses
from knowledge.schema.guide import Situation

Answers = dict[str, str]


class Cases:
    """The answerable combinations of a guide's situations."""

    def __init__(self, situations: list[Situation]):
        self._situations = {s.id: s for s in situations}

    def closure(self, ids: Iterable[str]) -> list[str]:
        """These situations and those that decide whether they are asked, in the guide's order; unknown ids left out."""
        wanted, todo = set(), [i for i in ids if i in self._situations]
        while todo:
            current = todo.pop()
            if current not in wanted:
                wanted.add(current)
                todo += [i for i, _ in uses(self._situations[current].when) if i in self._situations]
        return [i for i in self._situations if i in wanted]

    def walk(self, ids: Iterable[str]) -> Iterator[Answers]:
        """Every combination over the closure of ``ids`` in which exactly the situations that would be asked are answered."""
        involved = self.closure(ids)
        choices = [[*(o.id for o in self._situations[i].options), *([None] if self._situations[i].when else [])] for i in involved]
        for picked in product(*choices):
            answers = {i: option for i, option in zip(involved, picked, strict=True) if option is not None}
            if all((i in answers) == (holds(self._situations[i].when, answers) is True) for i in involved):
                yield answers

    def satisfiable(self, *conditions: Condition | None) -> bool:
        """Whether some combination makes all the conditions true at once."""
        return any(all(holds(c, answers) is True for c in conditions) for answers in self.walk(mentioned(*conditions)))

    def example(self, *conditions: Condition | None) -> Answers | None:
        """A combination in which all the conditions are true, if there is one."""
        return next((a for a in self.walk(mentioned(*conditions)) if all(holds(c, a) is True for c in conditions)), None)

    def matters(self, situation: Situation, condition: Condition) -> bool:
        """Whether this condition can come out differently for two answers to the situation, all else equal."""
        others = [self._situations[i] for i in mentioned(condition) if i != situation.id and i in self._situations]
        for picked in product(*([o.id for o in other.options] for other in others)):
            rest = {other.id: option for other, option in zip(others, picked, strict=True)}
            if len({holds(condition, {**rest, situation.id: option.id}) is True for option in situation.options}) > 1:
                return True
        return False

    def cycle(self) -> list[str] | None:
        """Situations whose ``when`` wait for one another, if there are any."""
        for start in self._situations:
            seen, todo = set(), [i for i, _ in uses(self._situations[start].when)]
            while todo:
                current = todo.pop()
                if current == start:
                    return sorted({start, *seen})
                if current in self._situations and current not in seen:
                    seen.add(current)
                    todo += [i for i, _ in uses(self._situations[current].when)]
        return None


def mentioned(*conditions: Condition | None) -> list[str]:
    """The situation ids these conditions mention, each once."""
    return list(dict.fromkeys(i for c in conditions for i, _ in uses(c)))
