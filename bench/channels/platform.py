"""The fake platform as a process: it gives tokens and takes answers, by its own rules, and says at the end what each citizen was shown."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict
from typing import Any

from bench.channels.calls import openid
from tests.fakes.wechat import Account, Platform, served
from tests.fakes.wechat.rules import Rules
from tests.fakes.wechat.sending import grant


def given(account: Account) -> dict[str, Any]:
    """An account, to be handed to another process."""
    kept = ("app_id", "secret", "token", "original_id", "aes_key")
    return {name: value for name, value in asdict(account).items() if name in kept}


async def serve(account: Account, citizens: int, port: int) -> None:
    rules = Rules(sends_a_minute=10**9, grants={"message": (10**9, 48 * 3600)})
    platform = Platform(rules=rules)
    platform.add(account)
    for citizen in range(citizens):
        grant(platform, platform.phone(account, openid(citizen)).follower, "message")
    async with served(platform, port):
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
    screens = {name: [seen.all_text for seen in phone.screen] for name, phone in platform.phones.items()}
    print(json.dumps({"screens": screens, "refused": dict(platform.refused)}), flush=True)


def main() -> None:
    """``account citizens port``"""
    account, citizens, port = sys.argv[1:]
    asyncio.run(serve(Account(**json.loads(account)), int(citizens), int(port)))


if __name__ == "__main__":
    main()
