"""Why a channel could not hand a part to its platform. The delivery worker reads these; no person does, so they carry no words.

A channel's ``send`` raises one of them and nothing else that it can foresee; anything unforeseen counts as :class:`TryLater`.
"""

from __future__ import annotations


class SendFailed(Exception):
    """Base. ``reason`` is a word for metrics and logs (``busy``, ``token``, ``45015`` …), never an address or a text."""

    def __init__(self, reason: str = ""):
        super().__init__(reason)
        self.reason = reason


class TryLater(SendFailed):
    """It passes: the platform is busy, slow or unreachable, or counts us as too fast. Tried again with growing pauses, ``after_s`` at least."""

    def __init__(self, reason: str = "", *, after_s: float = 0.0):
        super().__init__(reason)
        self.after_s = after_s


class Forbidden(TryLater):
    """The account may not send this, and an operator has to mend it. Another form of the same may be allowed it all the same."""


class WindowClosed(SendFailed):
    """The citizen wrote too long ago to be answered now. What is left is kept until he writes again."""


class QuotaUsed(SendFailed):
    """As many messages as the platform allows were sent since he last wrote. What is left is kept until he writes again."""


class Gone(SendFailed):
    """He left (unfollowed, blocked, was deleted). Kept until he is heard of again."""


class Refused(SendFailed):
    """The platform will never take this part (its form, its words, a right we lack). It is skipped, counted and logged; the rest goes on."""
