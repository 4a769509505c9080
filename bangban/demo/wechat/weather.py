"""The weather of the platform, as the page sets it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bangban.demo.wechat.deeds import Change
from tests.fakes.wechat import Account, Fault, Platform
from tests.fakes.wechat.tokens import expire

SENDS = ("/cgi-bin/message/custom/send", "/cgi-bin/kf/send_msg")
_EVERY = 10**9


class Skies:
    """Reads and changes a platform's weather. ``pass_time`` moves its clock; windows, quotas and tokens go by it, stamps of pushes do not."""

    def __init__(self, platform: Platform, accounts: list[Account]):
        self._platform, self._accounts, self._ahead = platform, accounts, 0

    def view(self) -> dict[str, Any]:
        platform = self._platform
        slow = max((f.delay_s for f in platform.faults if f.path in SENDS and f.times), default=0.0)
        return {
            "copies": platform.weather.copies, "lost": platform.weather.lost_answers, "held": platform.weather.held, "slow": slow,
            "ahead_s": self._ahead, "failing": sum(f.times for f in platform.faults if f.times < _EVERY // 2),
            "refused": {str(code): count for code, count in platform.refused.items()}, "calls": sum(platform.calls[path] for path in SENDS),
            "pushes": platform.pusher.posts,
        }  # fmt: skip

    def change(self, change: Change) -> None:
        platform, weather = self._platform, self._platform.weather
        match change.do:
            case "copies":
                weather.copies = max(min(change.number, 3), 0)
            case "lose_answers":
                weather.lost_answers = max(min(change.number, 9), 0)
            case "hold":
                weather.held = True
            case "release" | "release_backwards":
                self._release(backwards=change.do == "release_backwards")
            case "slow":
                self._slow(min(change.number, 30))
            case "fail":
                self._first(Fault(path, errcode=change.number) for path in SENDS)
            case "lose_sent":
                self._first(Fault(path, status=502, after=True) for path in SENDS)
            case "expire":
                for account in self._accounts:
                    expire(account)
            case "spend":
                for grant in (g for account in self._accounts for follower in account.followers.values() for g in follower.grants):
                    grant.left = 0
            case "advance":
                self._ahead += change.number
                platform.clock.advance(change.number)
            case "calm":
                self._calm()

    def _release(self, *, backwards: bool = False) -> None:
        self._platform.weather.held = False
        self._platform.pusher.release(backwards=backwards)

    def _first(self, faults: Iterable[Fault]) -> None:
        """Before the one that only makes it slow, which is always there."""
        self._platform.faults[:0] = list(faults)

    def _slow(self, seconds: int) -> None:
        self._platform.faults = [f for f in self._platform.faults if not f.delay_s]
        if seconds > 0:
            self._platform.faults += [Fault(path, delay_s=seconds, times=_EVERY) for path in SENDS]

    def _calm(self) -> None:
        """Everything as it was, but for the time that has passed."""
        self._platform.weather.copies = self._platform.weather.lost_answers = 0
        self._platform.faults = []
        self._release()
