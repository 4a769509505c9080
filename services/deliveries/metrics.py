"""What is counted of channels; never an address, a person or a word in a label."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

RECEIVED = Counter("bangban_channel_received", "Messages of citizens stored", ["channel", "kind"])
DUPLICATES = Counter("bangban_channel_duplicates", "Pushes of a message that was here before", ["channel"])
TOGETHER = Histogram("bangban_channel_arrivals_together", "Messages stored by one transaction", buckets=(1, 2, 4, 8, 16, 32, 64))
SENT = Counter("bangban_channel_sent", "Parts handed to the platform", ["channel", "part"])
FAILED = Counter("bangban_channel_send_failures", "Parts the platform did not take", ["channel", "failure", "reason"])
LATENCY = Histogram(
    "bangban_channel_delivery_seconds", "From a message stored to handed over", ["channel"], buckets=(0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 600)
)
OWED = Gauge("bangban_channel_owed", "Citizens who are owed messages, by why they wait", ["channel", "waits"])
