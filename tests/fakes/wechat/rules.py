"""What the platform allows, in one table."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Rules:
    """Seconds and counts. ``grants``: what a citizen's deed lets the account send, as (messages, seconds)."""

    patience_s: float = 5.0  # for the answer to a push
    pushes: int = 3  # of one message, until it is answered
    token_s: int = 7200
    token_early_s: int = 300  # a new one is given this long before the end, and the old one lives on as long
    token_chars: int = 512
    forced_a_day: int = 20
    forced_every_s: int = 30
    grants: dict[str, tuple[int, float]] = field(
        default_factory=lambda: {"message": (5, 48 * 3600), "menu": (3, 60), "follow": (3, 60), "scan": (3, 60), "enter": (2, 60)}
    )
    templates_a_day: int = 100_000
    template_key_s: float = 600.0  # so long the key of a template message is known …
    template_again: int = 0  # … and what it is answered then: as before, or with an errcode; nobody says which
    sends_a_minute: int = 100_000
    text_bytes: int = 2048
    menu_entries: int = 50
    articles: int = 1
    kf_pulls_a_minute: int = 10  # sync_msg without the token of a signal; one more, and a minute long nothing
    kf_code_s: int = 20  # a greeting, and a word at the end, are taken so long
    kf_hollow: int = 0  # so many pages are empty, with more behind them
    kf_fails_later: bool = True  # what is too much or too late is accepted and fails afterwards; else it is refused (95001, 95002)
    kf_batch: int = 1000
    media_s: float = 3 * 86400
