"""A simulated citizen: reads what is on the screen, knows what he wants, answers with a button as often as in words.

He sees messages as a page shows them (dictionaries of the chat API) and nothing else; he never looks into the state of the talk.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.dialogue.goals import Goal, told_by, words
from bench.dialogue.judging import Result, is_needless, judge_list
from bench.dialogue.screen import Message, Options, about_another, key_of, payloads, question
from services.messages.payloads import AnswerSituation, ChooseItem, NoneOfThese, Payload, PickFacet, parse_payload

PATIENCE = 14  # messages he writes at most
_REPAIRS = 2  # times he says it otherwise, or that it is another item
_SAYABLE = 3  # characters of an option that can be corrected in words; "不对，是有" is nobody's sentence


@dataclass(frozen=True)
class Move:
    """What he sends: words, or a button (its ``payload``; ``text`` is then its label)."""

    text: str
    payload: str | None = None


@dataclass
class Citizen:
    """``next`` takes the messages of a turn and gives the next move; None when he is done, content or not."""

    goal: Goal
    seed: int
    result: Result = field(default_factory=Result)
    known: dict[str, str] = field(init=False)  # what he has told of his case
    _correction: tuple[str, str] | None = None  # (situation, option) he has to put right
    _corrected: bool = False
    _drifted: str | None = None  # the aspect asked in passing
    _repairs: int = 0
    _last: tuple[str, bool] = ("", False)  # what was asked last, and whether he answered in words

    def __post_init__(self) -> None:
        self.rng = random.Random(f"{self.seed} {self.goal.opening}")
        self.how = words()["manners"][self.goal.manner]
        self.known = {key: self.goal.answers[key] for key in self.goal.told}

    def first(self) -> Move:
        return self._sends(Move(self.goal.opening))

    def next(self, messages: Sequence[Message], outcome: str | None) -> Move | None:
        """``outcome``: the code the turn recorded, as the API says it."""
        self._look(messages)
        self._hears_of_his_aside(messages, outcome)
        if self.result.turns >= PATIENCE:
            return self._stop("patience")
        if self._correction and (self.result.listed or question(messages)):
            return self._puts_right()
        if self.result.listed:
            return None
        move = self._answer(messages)
        if move is None and self.result.problem is None:
            move = self._otherwise(messages, outcome)
        return self._sends(move) if move else None

    def _look(self, messages: Sequence[Message]) -> None:
        """Notices which item is shown, and the list."""
        for message in messages:
            if message.get("guide_id") and message["type"] in ("guide", "answer", "materials"):
                mine = message["guide_id"] == self.goal.guide.id
                self.result.reached |= mine
                if mine and message["type"] == "materials":
                    judge_list(self.goal, [m["name"] for m in message["materials"]], self.result)
        if any(about_another(message, self.goal.guide.id) for message in messages):
            self.result.wrong_items += 1

    def _hears_of_his_aside(self, messages: Sequence[Message], outcome: str | None) -> None:
        """The turn after his aside: an answer about his item, or that this is not published. Before he has an item, he hears nothing."""
        if self._drifted and self.result.aside is None and self.result.reached:
            given = [m for m in messages if m["type"] == "answer" and m["guide_id"] == self.goal.guide.id and m["aspect"] == self._drifted]
            self.result.aside = bool(given) or outcome == "partial"

    def _answer(self, messages: Sequence[Message]) -> Move | None:
        """To the question that is open, if there is one about his matter."""
        asked = question(messages)
        if asked is None:
            return None
        options = asked.options
        if asked.kind == "situation" and options[0][1].guide_id != self.goal.guide.id:  # type: ignore[attr-defined]
            return self._another_item()
        again = self._last == (key_of(options), True)
        self.result.misread += again
        if self.how.get("aside") and not self._drifted:
            self._drifted, text = self.rng.choice(list(self.how["aside"].items()))
            return Move(text)
        if asked.kind == "situation":
            return self._of_his_case(options, again)  # type: ignore[arg-type]
        self.result.clarifying += not again
        wanted = next((at for at, (_, payload) in enumerate(options) if self._is_mine(payload, asked.text)), None)
        if wanted is not None:
            return self._chooses(options, wanted, button=again)
        none = next((payload for m in messages for payload in payloads(m) if isinstance(parse_payload(payload), NoneOfThese)), None)
        return Move(words()["none_of_these"][0], none) if none else self._another_item()

    def _is_mine(self, payload: Payload, text: str) -> bool:
        """A facet only of a question about his topic: "第一次办" of something else is not his."""
        if isinstance(payload, PickFacet):
            return self.goal.guide.topic in text and self.goal.guide.facets.get(payload.key) == payload.value  # type: ignore[call-overload]
        return isinstance(payload, ChooseItem) and payload.guide_id == self.goal.guide.id

    def _of_his_case(self, options: Sequence[tuple[str, AnswerSituation]], again: bool) -> Move | None:
        situation = options[0][1].situation
        if not again:
            self.result.situations += 1
            self.result.needless += is_needless(self.goal.guide, situation, self.known)
        right = self.goal.answers.get(situation) or options[0][1].option  # a case that does not arise for him: he says anything
        at = next((at for at, (_, payload) in enumerate(options) if payload.option == right), 0)
        if self.how.get("correct") and not self._corrected and all(len(label) >= _SAYABLE for label, _ in options):
            self._corrected, self._correction = True, (situation, options[at][0])
            at = (at + 1) % len(options)
        self.known[situation] = options[at][1].option
        return self._chooses(options, at, button=again)

    def _puts_right(self) -> Move:
        situation, label = self._correction or ("", "")
        self._correction, self.result.listed = None, False
        self.known[situation] = self.goal.answers.get(situation, "")
        return self._sends(Move(self.rng.choice(self.how["correct"]).format(it=label)))

    def _chooses(self, options: Options, at: int, *, button: bool) -> Move:
        """By the button, or in words: the label, one of the words the guide knows for it, or its number."""
        label, payload = options[at]
        by_button = button or self.rng.random() < 0.5
        self._last = (key_of(options), not by_button)
        if by_button:
            return Move(label, str(payload))
        if isinstance(payload, ChooseItem) and self.rng.random() < 0.5:
            return Move(self.rng.choice(words()["ordinal"]).format(n=words()["numerals"][at]))
        said = [label, *self._other_words(payload)]
        return Move(self.rng.choice(self.how["answer"]).format(it=self.rng.choice(said)))

    def _other_words(self, payload: Payload) -> list[str]:
        if not isinstance(payload, AnswerSituation):
            return []
        found = next((s for s in self.goal.guide.situations if s.id == payload.situation), None)
        return [w for o in (found.options if found else []) if o.id == payload.option for w in o.words]

    def _otherwise(self, messages: Sequence[Message], outcome: str | None) -> Move | None:
        """Nothing is asked: he asks for the list of his item, says that it is another one, or says it again in other words."""
        if any(about_another(m, self.goal.guide.id) for m in messages):
            return self._another_item()
        if outcome == "handed_off" or any(m["type"] == "handoff" for m in messages):
            return self._stop("handed off")
        self._repairs += 1
        if self._repairs > _REPAIRS:
            return self._stop("not understood")
        if self.result.reached:
            return Move(self.rng.choice(self.how.get("materials") or words()["materials"]))
        others = self.goal.others or self.goal.names[:1] or (self.goal.guide.name,)
        text = others[(self._repairs - 1) % len(others)]
        self.known |= told_by(self.goal.guide, text)  # nothing that contradicts his case
        return Move(text)

    def _another_item(self) -> Move | None:
        self._repairs += 1
        if self._repairs > _REPAIRS:
            return self._stop("another item")
        return Move(self.rng.choice(words()["not_this"]).format(name=self.rng.choice(self.goal.names or (self.goal.guide.name,))))

    def _sends(self, move: Move) -> Move:
        self.result.turns += 1
        return move

    def _stop(self, why: str) -> None:
        self.result.problem = why
