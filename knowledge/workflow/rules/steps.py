"""Nothing is asked for twice: not by two steps, not what a step makes or takes itself, not under a slightly different name.

What a guide says in ``collects`` and ``yields`` of its steps is certain, so breaking it is an error; what is read out of a step's
words is a hint, so it is a warning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from knowledge.schema.documents import bare_name
from knowledge.schema.guide import Material, Step
from knowledge.workflow.rules.model import Finding, Subject, catalogue

_SHORTEST = 3  # characters of a name that is looked for in a sentence


def steps(subject: Subject) -> Iterator[Finding]:
    yield from _collected(subject)
    for at, step in enumerate(subject.guide.steps):
        for material in subject.guide.materials:
            if material.id in (step.collects or []) or not subject.cases.satisfiable(step.when, material.when):
                continue
            yield from _made_by(step, at, material)
    yield from _nearly_the_same(subject)


def _collected(subject: Subject) -> Iterator[Finding]:
    """The materials a step says it collects exist, and no other step of the same case collects them again."""
    known = {m.id: m for m in subject.guide.materials}
    for at, step in enumerate(subject.guide.steps):
        for wanted in step.collects or []:
            if wanted not in known:
                yield Finding("step.unknown_material", f"steps[{at}].collects", {"id": wanted})
    for (i, one), (j, other) in combinations(enumerate(subject.guide.steps), 2):
        for wanted in sorted(set(one.collects or []) & set(other.collects or []) & set(known)):
            if subject.cases.satisfiable(one.when, other.when, known[wanted].when):
                data = {"name": known[wanted].name, "first": subject.guide.steps[i].name, "second": other.name}
                yield Finding("material.collected_twice", f"steps[{j}].collects", data)


def _made_by(step: Step, at: int, material: Material) -> Iterator[Finding]:
    """A material that this very procedure makes: the citizen should not have to bring it back."""
    path, data = f"materials[{material.id}]", {"name": material.name, "step": step.name, "at": at + 1}
    if any(bare_name(made) == bare_name(material.name) for made in step.yields or []):
        yield Finding("material.from_a_step", path, data)
    elif _given_in(step.what, material.name):
        yield Finding("material.perhaps_from_a_step", path, data)
    elif _taken_in(step.what, material.name):
        yield Finding("material.taken_on_the_spot", path, data)


def _given_in(sentence: str, name: str) -> bool:
    bare = _loose(name)
    return len(bare) >= _SHORTEST and re.search(catalogue()["gives"] + r"[^，。；、]{0,8}?" + re.escape(bare), _loose(sentence)) is not None


def _taken_in(sentence: str, name: str) -> bool:
    return any(re.search(taken["done"], sentence) and re.search(taken["name"], name) for taken in catalogue()["taken"])


def _nearly_the_same(subject: Subject) -> Iterator[Finding]:
    """Names that differ only in words which say nothing; whose document it is (父亲, 受托人) does say something."""
    for one, other in combinations(subject.guide.materials, 2):
        near = bare_name(one.name) != bare_name(other.name) and _loose(one.name) == _loose(other.name)
        if near and subject.cases.satisfiable(one.when, other.when):
            yield Finding("material.nearly_duplicate", f"materials[{other.id}]", {"name": other.name, "other": one.name})


def _loose(name: str) -> str:
    for pattern in catalogue()["idle_words"]:
        name = re.sub(pattern, "", name)
    return bare_name(name)
