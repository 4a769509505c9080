"""Prints ``<states compared> <different>``: the turn policy against Rasa's own rule policy, for every intent and everything pending."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path

os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
BOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(BOT))

from lean_rasa import leave_out_tensorflow  # noqa: E402

leave_out_tensorflow()

import structlog  # noqa: E402
from components.policy import TurnRulePolicy  # noqa: E402
from rasa.core.policies.rule_policy import RulePolicy  # noqa: E402
from rasa.shared.core.events import ActionExecuted, SlotSet, UserUttered  # noqa: E402

from tools.measure import processor  # noqa: E402


async def compare(model: Path) -> tuple[int, list[str]]:
    engine = processor(model)
    policy = next(n._component for n in engine.graph_runner._instantiated_nodes.values() if isinstance(n._component, TurnRulePolicy))
    states = next(s for s in engine.domain.slots if s.name == "pending").values
    compared, different = 0, []
    for intent in engine.domain.intents:
        if intent in ("back", "restart", "session_start", "nlu_fallback", "out_of_scope"):
            continue
        for pending in states:
            tracker = await engine.get_tracker(f"{intent}-{pending}")
            said = UserUttered("x", {"name": intent, "confidence": 1.0})
            tracker.update_with_events([ActionExecuted("action_listen"), said, SlotSet("pending", pending)], engine.domain)
            ours, theirs = (p.predict_action_probabilities(policy, tracker, engine.domain).max_confidence_index for p in (TurnRulePolicy, RulePolicy))
            compared += 1
            if ours != theirs:
                names = engine.domain.action_names_or_texts
                different.append(f"{intent} + {pending}: {names[ours]} instead of {names[theirs]}")
    return compared, different


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(30))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    compared, different = asyncio.run(compare(parser.parse_args().model))
    print("\n".join(different))
    print(compared, len(different))


if __name__ == "__main__":
    main()
