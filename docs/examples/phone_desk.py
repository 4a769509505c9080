"""A telephone desk or voice hotline in a hundred lines: what a caller has said goes in as text, what is to be read to him comes out.

    BANGBAN_WEBHOOK_CLIENTS='{"hotline": {"secrets": ["<32 characters or more>"], "style": "voice"}}'   on our side, and on yours
    SECRET=<the same> python phone_desk.py https://bangban.example hotline <your lasting name for this caller>

Each line typed is a sentence that the recogniser understood; each line printed goes to the voice. Needs httpx and nothing of ours.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import sys
import time
from collections.abc import Iterator
from typing import Any

import httpx

TRIES, PAUSE_S, WAIT_S, POLLS, CLOCKS_S = 8, 0.5, 15, 4, 300
WAITING = "请稍等。"
TROUBLE = "对不起，线路忙，请稍后再说一遍。"


class Desk:
    """One system that plugs in. ``call`` gives up only after ``TRIES``; until then nothing is lost and nothing is done twice."""

    def __init__(self, base: str, name: str, secret: str):
        self._url, self._secret = f"{base}/channels/webhook/{name}", secret
        self._http = httpx.Client(timeout=WAIT_S + 15, trust_env=False)

    def call(self, **body: Any) -> dict[str, Any]:
        """``id`` stays the same over all tries, so that the same call is done once; the nonce is another each time."""
        content = json.dumps({"id": secrets.token_hex(12), **body}, ensure_ascii=False).encode()
        for attempt in range(TRIES):
            try:
                answer = self._http.post(self._url, content=content, headers=self._signed(content))
                if answer.status_code == 200 and self._genuine(answer):
                    return answer.json()
                if answer.status_code not in (200, 408, 429, 500, 502, 503, 504):
                    raise ValueError(f"{answer.status_code} {answer.text}")  # ours to mend: a secret, a field
            except httpx.TransportError:
                pass  # it may have arrived or not: the same id tells
            time.sleep(PAUSE_S * 2**attempt)
        raise TimeoutError("not reached")

    def _signed(self, content: bytes) -> dict[str, str]:
        at, nonce = str(int(time.time())), secrets.token_urlsafe(18)
        return {"X-Bangban-Timestamp": at, "X-Bangban-Nonce": nonce, "X-Bangban-Signature": self._signature(at, nonce, content)}

    def _signature(self, timestamp: str, nonce: str, content: bytes) -> str:
        said = f"{timestamp}\n{nonce}\n".encode() + content
        return "v1=" + hmac.new(self._secret.encode(), said, hashlib.sha256).hexdigest()

    def _genuine(self, answer: httpx.Response) -> bool:
        timestamp, nonce, given = (answer.headers.get(f"X-Bangban-{name}", "") for name in ("Timestamp", "Nonce", "Signature"))
        fresh = timestamp.isdigit() and abs(time.time() - int(timestamp)) <= CLOCKS_S
        return fresh and hmac.compare_digest(self._signature(timestamp, nonce, answer.content).encode(), given.encode())


class Caller:
    """One telephone call: ``says`` what was heard of him, ``hears`` whatever else there is, ``hangs_up`` at its end."""

    def __init__(self, desk: Desk, user: str):
        self._desk, self._user = desk, user

    def says(self, words: str) -> Iterator[str]:
        """What is read to him now, behind a word that we are at it if it takes long. "第二个" chooses what was read as the second."""
        yield from self._spoken(self._desk.call(type="message", user=self._user, text=words, wait=WAIT_S), expected=True)

    def hears(self) -> Iterator[str]:
        """What an agent of ours says to him, say; ask while nobody speaks."""
        yield from self._spoken(self._desk.call(type="poll", user=self._user, wait=WAIT_S))

    def hangs_up(self) -> None:
        self._desk.call(type="event", event="left", user=self._user)

    def _spoken(self, reply: dict[str, Any], *, expected: bool = False) -> Iterator[str]:
        polls = POLLS if expected and not reply["texts"] else 0  # an agent of ours may take longer: he is heard later
        if polls:
            yield WAITING
        yield from reply["texts"]
        while reply["more"] or polls:
            reply = self._desk.call(type="poll", user=self._user, wait=WAIT_S)
            polls = 0 if reply["texts"] else max(polls - 1, 0)
            yield from reply["texts"]


if __name__ == "__main__":
    caller = Caller(Desk(sys.argv[1], sys.argv[2], os.environ["SECRET"]), sys.argv[3])
    for heard in map(str.strip, sys.stdin):
        try:
            for sentence in caller.says(heard) if heard else caller.hears():
                print(sentence, flush=True)
        except TimeoutError:
            print(TROUBLE, flush=True)
    caller.hangs_up()
