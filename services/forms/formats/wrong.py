"""The one way a check refuses."""

from __future__ import annotations

from typing import Any


class ValueWrong(Exception):
    """``reason`` keys ``errors`` in ``services/forms/words.yml``; ``data`` fills its placeholders. Never holds the value itself."""

    def __init__(self, reason: str, **data: Any):
        super().__init__(reason)
        self.reason = reason
        self.data = data
