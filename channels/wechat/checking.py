"""What ``bangban channels check`` finds alike at every account of WeChat and WeCom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from channels.base import Finding, SendFailed
from channels.wechat.api import Answer, PlatformApi
from channels.wechat.crypto import Crypto


def key_found(crypto: Crypto) -> Finding:
    """Whether the key opens what it sealed."""
    return Finding("key", crypto.open(crypto.seal(b"proof")).message == b"proof")


def encryption_found(crypto: Crypto, *, setting: str) -> list[Finding]:
    """Whether pushes are encrypted, for which ``setting`` has to be set, and then whether the key opens what it sealed."""
    mode = "safe" if crypto.encrypts else f"plaintext: set {setting}"
    return [Finding("encryption", crypto.encrypts, mode), *([key_found(crypto)] if crypto.encrypts else [])]


async def platform_found(api: PlatformApi, base: str, path: str, body: Mapping[str, Any] | None = None) -> tuple[Finding, Answer]:
    """Whether the platform at ``base`` gives a token and answers a call; its answer, which is empty where it does not."""
    try:
        answer = await api.call(path, body)
    except SendFailed as error:
        return Finding("platform", False, f"{type(error).__name__} {error.reason}"), {}
    return Finding("platform", True, base), answer
