"""What is counted of notices; never an address, a person or a word in a label."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

OUTCOMES = Counter(
    "bangban_notice_outcomes",
    "What became of notices, by the way they went (none where no way was left): sent, later, refused, gone, expired, nowhere, dead",
    ["way", "kind", "outcome"],
)
FAILURES = Counter("bangban_notice_failures", "Why a way did not take a notice", ["way", "failure", "reason"])
LATENCY = Histogram(
    "bangban_notice_seconds", "From due to handed over, quiet hours included", ["way"], buckets=(1, 5, 15, 60, 300, 1800, 7200, 43200)
)
WAITING = Gauge("bangban_notice_waiting", "Notices that are not settled", ["state"])
