"""Measures the trained model on the held-out sentences: ``python tools/measure.py [--json] [--wrong]``, in ``bot/``.

A sentence is right when the final intent (after the context reader, with nothing pending; an item in hand
for questions about one) is the expected one. ``lenient`` also
accepts ``ask_service`` for ``ask_aspect`` of a named item and the other way round: both actions search when an item is named.
"""

from __future__ import annotations

import argparse
import collections
import json
import os
import sys
import time
import warnings
from pathlib import Path

os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
warnings.filterwarnings("ignore")
BOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(BOT))

import yaml  # noqa: E402
from lean_rasa import leave_out_tensorflow  # noqa: E402

leave_out_tensorflow()

from components.processor import TurnProcessor  # noqa: E402
from components.reading.settle import URGENT  # noqa: E402
from rasa.core.channels.channel import UserMessage  # noqa: E402
from rasa.core.lock_store import InMemoryLockStore  # noqa: E402
from rasa.core.nlg import TemplatedNaturalLanguageGenerator  # noqa: E402
from rasa.core.tracker_store import InMemoryTrackerStore  # noqa: E402
from rasa.shared.core.domain import Domain  # noqa: E402


def examples(path: Path) -> list[tuple[str, str]]:
    """(sentence, intent) of an NLU file."""
    blocks = yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
    return [(line[2:].strip(), b["intent"]) for b in blocks for line in b["examples"].split("\n") if line.startswith("- ")]


def processor(model: Path) -> TurnProcessor:
    domain = Domain.empty()
    return TurnProcessor(str(model), InMemoryTrackerStore(domain), InMemoryLockStore(), TemplatedNaturalLanguageGenerator({}))


def measure(model: Path, held_out: Path) -> dict[str, object]:
    engine = processor(model)
    rows, times = [], []
    for text, expected in examples(held_out):
        started = time.perf_counter()
        parsed = engine._parse(UserMessage(text, sender_id="measure", metadata={"has_guide": expected == "ask_aspect"}), None)
        times.append(time.perf_counter() - started)
        rows.append((text, expected, parsed["intent"], parsed["entities"]))
    near = {"ask_service", "ask_aspect"}
    right = [e == i["name"] for _, e, i, _ in rows]
    lenient = [e == i["name"] or (e in near and i["name"] in near and any(x["entity"] == "object" for x in n)) for _, e, i, n in rows]
    by_intent: dict[str, list[bool]] = collections.defaultdict(list)
    for ok, (_, expected, _, _) in zip(right, rows, strict=True):
        by_intent[expected].append(ok)
    times.sort()
    urgent = [i["name"] in URGENT for _, e, i, _ in rows if e in URGENT]
    alarmed = [i["name"] in URGENT for _, e, i, _ in rows if e not in URGENT]
    return {
        "sentences": len(rows),
        "accuracy": round(sum(right) / len(rows), 4),
        "lenient": round(sum(lenient) / len(rows), 4),
        "urgent_recall": round(sum(urgent) / max(1, len(urgent)), 4),
        "false_alarms": sum(alarmed),
        "parse_ms_p50": round(times[len(times) // 2] * 1000, 2),
        "parse_ms_p95": round(times[int(len(times) * 0.95)] * 1000, 2),
        "by_intent": {name: f"{sum(oks)}/{len(oks)}" for name, oks in sorted(by_intent.items())},
        "wrong": [
            {"text": t, "expected": e, "got": i["name"], "confidence": round(i["confidence"], 2), "how": i.get("how")}
            for (t, e, i, _), ok in zip(rows, right, strict=True)
            if not ok
        ],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    newest = max((BOT / "models").glob("bangban*.tar.gz"), key=lambda path: path.stat().st_mtime, default=None)
    parser.add_argument("--model", type=Path, default=newest, help="the newest one unless told")
    parser.add_argument("--held-out", type=Path, default=BOT.parent / "data" / "tests" / "nlu.yml")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    result = measure(args.model, args.held_out)
    if args.json:
        print(json.dumps(result, ensure_ascii=False))
        return
    for name, value in result.items():
        if name == "wrong":
            print("\n".join(f"  {w['text']}: {w['expected']} -> {w['got']} ({w['confidence']}, {w['how']})" for w in value))
        else:
            print(f"{name}: {value}")


if __name__ == "__main__":
    main()
