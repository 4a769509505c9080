"""A WeChat platform to test against: it behaves as the platform does and shares no code with the product.

``Platform`` is the whole of it in memory: accounts with tokens that run out, customer-service windows and quotas, error codes, media;
``Phone`` is a citizen's phone: what he sends becomes signed (and encrypted) pushes with retries, what he is sent stands on its ``screen``.
``served`` puts it on a port; ``transport`` is the same without one. ``weather`` and ``faults`` bring duplicates, disorder, delays and errors.
Its clock (:class:`~tests.fakes.wechat.clock.PlatformClock`) is its own and can be moved.

The numbers are those of the platform's documents of 2025–26; each stands in :class:`~tests.fakes.wechat.rules.Rules`.
"""

from tests.fakes.wechat.account import Account
from tests.fakes.wechat.clock import PlatformClock
from tests.fakes.wechat.kf import Desk
from tests.fakes.wechat.kf_phone import KfPhone
from tests.fakes.wechat.mini_phone import MiniPhone
from tests.fakes.wechat.phone import Phone, Seen
from tests.fakes.wechat.platform import Fault, Platform
from tests.fakes.wechat.pushing import Weather
from tests.fakes.wechat.rules import Rules
from tests.fakes.wechat.server import served, transport

__all__ = [
    "Account", "Desk", "Fault", "KfPhone", "MiniPhone", "Phone", "Platform", "PlatformClock", "Rules", "Seen", "Weather", "served", "transport",
]  # fmt: skip
