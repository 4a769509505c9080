"""What the platform will send, signed and encrypted beforehand, so that the load generator only writes bytes."""

from __future__ import annotations

import json
import re
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlencode

from tests.fakes.wechat.account import Account
from tests.fakes.wechat.pushing import signed

_MARK = re.compile(r"q(\d+)x(\d+)e")


def openid(citizen: int) -> str:
    return f"oBench_{citizen:022d}"


def write(path: Path, account: Account, *, count: int, citizens: int, port: int, warm: int = 0) -> None:
    """``count`` requests in a file, one JSON string a line; message ``k`` is the ``k // citizens + 1``-th of citizen ``k % citizens``. Before them
    ``warm`` ones that ask nothing that is counted."""
    wall = time.time()
    with path.open("w") as file:
        for k in range(-warm, count):
            citizen, number = k % citizens, k // citizens + 1
            fields = {
                "ToUserName": account.original_id, "FromUserName": openid(citizen), "CreateTime": int(wall),
                "MsgType": "text", "Content": f"q{citizen}x{number}e" if k >= 0 else "hello", "MsgId": 23_000_000_000_000_000 + k,
            }  # fmt: skip
            query, body = signed(account, fields, wall=wall)
            head = (
                f"POST /channels/wechat_oa/callback?{urlencode(query)} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: text/xml\r\n"
                f"Content-Length: {len(body)}\r\n\r\n"
            )
            file.write(json.dumps(head + body.decode()) + "\n")


def judge(screens: Mapping[str, Sequence[str]], *, count: int, citizens: int) -> dict[str, int]:
    """What citizens were shown, against what they asked: answers lost, doubled, and citizens who were answered out of order."""
    seen: dict[int, list[int]] = defaultdict(list)
    for shown in screens.values():
        for citizen, number in _MARK.findall("\n".join(shown)):
            seen[int(citizen)].append(int(number))
    asked = {citizen: count // citizens + (citizen < count % citizens) for citizen in range(citizens)}
    return {
        "lost": sum(len(set(range(1, most + 1)) - set(seen[citizen])) for citizen, most in asked.items()),
        "doubled": sum(len(numbers) - len(set(numbers)) for numbers in seen.values()),
        "out of order": sum(numbers != sorted(numbers) for numbers in seen.values()),
    }
