"""Who is spoken of where in a sentence: what is told of one person fills no field of another.

A person is called by a key: :data:`APPLICANT`, :data:`WRITER` (the citizen, where the form is about somebody else), a group of ``owners``
in ``cues.yml``, or the words of the form itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from services.forms.folding import fold
from services.forms.formats import names
from services.forms.model import Field, Subject
from services.forms.reading.clauses import Clause, pattern
from services.forms.reading.cues import OR, without_brackets
from services.forms.subjects import of_the_citizen
from services.forms.words import words

APPLICANT, WRITER = "applicant", "writer"
NAME: str = words()["name"]  # the kind of a field that asks for somebody's name


@dataclass(frozen=True)
class Mention:
    """``text[start:end]`` names a person of whom something is told from there on."""

    start: int
    end: int
    who: str


class People:
    """The people of a form, and those mentioned in a sentence for it."""

    def __init__(
        self, fields: Mapping[str, Field], subject: Subject, text: str, clauses: Sequence[Clause], *,
        asked: str | None = None, known: Collection[str] = (),
    ):  # fmt: skip
        self._fields, self._subject, self._text, self._clauses = fields, subject, text, clauses
        said = {n: _of_label(f) for n, f in fields.items()}
        self._kinds = {n: kind for n, (_, kind) in said.items() if kind}
        named = frozenset().union(*(owners for owners, kind in said.values() if kind))
        self._applicant_is = {k for k in words()["kin"].get(subject, ()) if k not in named}
        self._owners = {n: self._owners_of(n, owners) for n, (owners, kind) in said.items() if kind}
        self._answering = self._asked_of(asked)
        self.mentions = self._answering_himself(self._find(named), asked, known)

    def of(self, name: str) -> frozenset[str]:
        """Whose a field is; empty for one that is about no person."""
        return self._owners.get(name, frozenset())

    def spoken_of(self, position: int) -> str | None:
        """Of whom it is told at ``position``; ``None`` when nobody was mentioned before it in its sentence."""
        before = [m for m in self.mentions if m.start <= position]
        if not before or re.search(r"[。；;!！?？\n]", self._text[before[-1].end : position]):
            return None
        return before[-1].who

    def fields_of(self, who: str, *, like: str) -> list[str]:
        """This person's fields of the kind of the field ``like``, or of this kind of thing (:data:`NAME`)."""
        kind = self._kinds.get(like, like)
        return [n for n, k in self._kinds.items() if k == kind and who in self._owners[n]]

    def _owners_of(self, name: str, owners: frozenset[str]) -> frozenset[str]:
        mine = self._subject != "self" and of_the_citizen(name, self._subject)
        return owners | {WRITER} if mine else owners

    def _find(self, named: frozenset[str]) -> list[Mention]:
        table = {w: self._key(group) for group, listed in words()["owners"].items() for w in (group, *listed)}
        table |= {owner: owner for owner in named if owner not in table and owner != APPLICANT}
        himself = APPLICANT if self._subject == "self" else WRITER
        myself = words()["myself"]["self" if self._subject == "self" else "other"]
        somebody = words()["somebody"]
        listed = "|".join(re.escape(w) for w in sorted(table, key=len, reverse=True))
        found = [
            Mention(m.start(), m.end(), table[m["who"]] if m["who"] else himself)
            for m in re.finditer(rf"{somebody}(?P<who>{listed})|{myself}", self._text)
        ]
        return [self._answer(m) for m in _merged(found, self._text) if self._introduces(m, himself=rf"{myself}")]

    def _answering_himself(self, mentions: list[Mention], asked: str | None, known: Collection[str]) -> list[Mention]:
        """我叫林小满, said when the child's name is asked: an answer to the question, whoever types it; but 我叫王丽，孩子叫… tells of two,
        and a name that is another's already is his."""
        of_the_applicant = self._kinds.get(asked or "") == NAME and self._owners[asked or ""] == {APPLICANT}
        if self._subject != "child" or not of_the_applicant or [m.who for m in mentions] != [WRITER]:
            return mentions
        said = pattern("calls_himself").match(self._text[mentions[0].end :])
        return [replace(mentions[0], who=APPLICANT)] if said and said["name"] not in known else mentions

    def _asked_of(self, asked: str | None) -> str | None:
        """Somebody beside the applicant who is asked for and may be anybody: a contact, an agent."""
        roles = self.of(asked or "") - {APPLICANT, WRITER}
        return min(roles) if roles and not roles & set(words()["kin"]["other"]) else None

    def _answer(self, mention: Mention) -> Mention:
        """我老婆李娜 tells who the contact is, when the contact is asked and the form asks nothing of a wife."""
        nobodys = mention.who in words()["kin"]["other"] and not any(mention.who in owners for owners in self._owners.values())
        return replace(mention, who=self._answering) if nobodys and self._answering else mention

    def _key(self, group: str) -> str:
        return APPLICANT if group in self._applicant_is else group

    def _introduces(self, mention: Mention, *, himself: str) -> bool:
        """Whether something is told of him (孩子叫…, 我的电话…, 老婆李娜), not only with him in it (小孩要上学)."""
        clause = next((c for c in self._clauses if c.start <= mention.start <= c.end), None)
        if clause is None:
            return False
        rest = self._text[mention.end : max(clause.end, mention.end)].strip()
        if not rest:
            return not pattern("lead").sub("", self._text[clause.start : mention.start]).strip()
        return bool(pattern("told_of").match(rest)) or (not re.fullmatch(himself, self._text[mention.start : mention.end]) and starts_with_name(rest))


def starts_with_name(text: str) -> bool:
    """Whether it begins with a name, and the name ends there or a number follows."""
    begins = re.match(r"[\u4e00-\u9fff·]+", text)
    return bool(begins) and names.like(re.sub(words()["trail"] + "$", "", begins.group()))


def _merged(found: list[Mention], text: str) -> list[Mention]:
    """紧急联系人是我老婆李娜, 我是孩子家长: one person, called by the first; 孩子的爸爸: called by the last."""
    out: list[Mention] = []
    for one in found:
        before = out[-1] if out else None
        between = text[before.end : one.start] if before else ""
        if before and before.who in words()["kin"]["other"] and between in ("", words()["of"]):
            out[-1] = Mention(before.start, one.end, one.who)
        elif before and (between == "" or pattern("same_person").fullmatch(between)):
            out[-1] = Mention(before.start, one.end, before.who)
        else:
            out.append(one)
    return out


def _of_label(field: Field) -> tuple[frozenset[str], str | None]:
    """Whose a field is by its label, and what of him it asks; no kind for a field about no person."""
    owners: set[str] = set()
    kind = None
    for plain in without_brackets(fold(field.label)):
        noun, ending = next(((n, e) for n, same in _nouns() for e in same if plain.endswith(e)), (None, ""))
        if noun is None and field.type == "name" and pattern("anybody").fullmatch(plain):
            noun = NAME
        if noun is not None:
            kind = kind or words()["same_kind"].get(noun, noun)
            owners |= _people(plain.removesuffix(ending).removesuffix(words()["of"]))
    return frozenset(owners), kind


def _nouns() -> list[tuple[str, list[str]]]:
    nouns = {n: same for n, same in words()["nouns"].items() if n not in words()["of_nobody"]}
    return [(n, sorted({n, *same}, key=len, reverse=True)) for n, same in nouns.items()]


def _people(owner: str) -> set[str]:
    if owner in words()["self_owners"]:
        return {APPLICANT}
    groups = {w: group for group, listed in words()["owners"].items() for w in (group, *listed)}
    return {groups.get(part, part) for part in OR.split(owner) if part}
