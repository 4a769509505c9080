"""Catalogue = source, both ways: intents, actions, responses and buttons of the Rasa project against the code that uses them."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import yaml
from components.reading.normalise import normalise
from components.reading.settle import ANSWERED_HERE, COMMANDS, URGENT

from services.conversations.state import Pending
from services.messages.payloads import REGISTRY

ROOT = Path(__file__).resolve().parents[3]
BUTTONS_ONLY = {  # or settled by rules alone
    "put_off",
    "choose_item",
    "pick_facet",
    "answer_situation",
    "fill_field",
    "pick_hall",
    "pick_slot",
    "confirm_slot",
    "move_here",
    "show_case",
    "picture",
    "choose",
    "unclear",
}


def documents(*folders: str) -> list[dict[str, Any]]:
    return [yaml.safe_load(p.read_text(encoding="utf-8")) for folder in folders for p in sorted((ROOT / folder).glob("*.yml"))]


DOMAIN = documents("bot/domain")
INTENTS = {name for d in DOMAIN for i in d.get("intents", []) for name in i}
ACTIONS = {a for d in DOMAIN for a in d.get("actions", [])}
RESPONSES = {name: variants for d in DOMAIN for name, variants in d.get("responses", {}).items()}
RULES = [rule["steps"] for d in documents("data/rules") for rule in d["rules"]]


def examples(folder: str) -> list[tuple[str, str]]:
    blocks = [b for d in documents(folder) for b in d.get("nlu", [])]
    return [(line[2:].strip(), b["intent"]) for b in blocks for line in b["examples"].split("\n") if line.startswith("- ")]


def test_every_intent_has_a_rule_and_every_rule_an_intent() -> None:
    assert {step["intent"] for steps in RULES for step in steps if "intent" in step} == INTENTS


def test_every_rule_is_one_message_and_one_known_action() -> None:
    for steps in RULES:
        assert [sum(key in step for step in steps) for key in ("intent", "action")] == [1, 1] and "action" in steps[-1]
        assert steps[-1]["action"] in ACTIONS | set(RESPONSES)


def test_every_intent_that_is_said_has_enough_examples() -> None:
    counts = Counter(intent for _, intent in examples("data/nlu"))
    assert set(counts) == INTENTS - BUTTONS_ONLY
    assert min(counts.values()) >= 16


def test_no_sentence_is_trained_as_two_things() -> None:
    seen: dict[str, set[str]] = {}
    for text, intent in examples("data/nlu"):
        seen.setdefault(normalise(text), set()).add(intent)
    assert not {text: intents for text, intents in seen.items() if len(intents) > 1}


def test_held_out_sentences_are_held_out() -> None:
    held_out = [normalise(text) for text, _ in examples("data/tests")]
    assert len(held_out) >= 250 and not set(held_out) & {normalise(text) for text, _ in examples("data/nlu")}


def test_every_button_is_an_intent() -> None:
    assert set(REGISTRY) <= INTENTS and REGISTRY.keys() >= ANSWERED_HERE
    assert COMMANDS | URGENT <= INTENTS


def test_every_argument_of_a_button_is_an_entity() -> None:
    entities = {e for d in DOMAIN for e in d.get("entities", [])}
    assert {name for kind in REGISTRY.values() for name in kind.model_fields} <= entities


def test_every_action_is_an_action_of_ours() -> None:
    written = {m for p in (ROOT / "actions").glob("*.py") for m in re.findall(r'decision = "(\w+)"', p.read_text(encoding="utf-8"))}
    assert {f"action_{name}" for name in written} == ACTIONS


def test_every_sentence_asked_for_exists_and_every_sentence_is_used() -> None:
    sources = [p for folder in ("services", "actions") for p in (ROOT / folder).rglob("*.py")]
    named = {m for p in sources for m in re.findall(r"""["'](utter_[a-z_]+)\b(?!\{)["']""", p.read_text(encoding="utf-8"))}
    facets = {f"utter_ask_facet_{key}" for key in ("action", "who", "kind", "place")}
    ruled = {steps[-1]["action"] for steps in RULES if steps[-1]["action"].startswith("utter_")}
    assert (named | facets) - {"utter_message"} <= set(RESPONSES)
    assert set(RESPONSES) == named - {"utter_message"} | facets | ruled


def test_every_sentence_has_an_ordinary_wording_and_the_same_variables_in_none_but_it() -> None:
    for name, variants in RESPONSES.items():
        ordinary = [v for v in variants if "condition" not in v]
        plain = [v for v in variants if "condition" in v]
        assert len(ordinary) == 1 and len(plain) <= 1, name
        variables = set(re.findall(r"{(\w+)}", ordinary[0]["text"]))
        assert all(set(re.findall(r"{(\w+)}", v["text"])) <= variables for v in plain), name


def test_what_can_be_pending_is_what_the_conversation_can_ask() -> None:
    pending = next(d["slots"]["pending"]["values"] for d in DOMAIN if "slots" in d)
    assert pending == list(Pending.__args__)
