"""Every error code that the platforms' pages name has its reaction; the table and this page are held to each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from channels.wechat.api import PlatformApi, kind_of, not_soon, table
from services.deliveries.errors import Forbidden, Gone, QuotaUsed, Refused, TryLater, WindowClosed

# (codes, what a call comes to, how often the platform is asked, how often a new token is fetched). None: as good as done.
REACTIONS: list[tuple[list[int], type[Exception] | None, int, int]] = [
    ([40001, 40014, 41001, 42001], TryLater, 2, 1),
    ([-1, 45033], TryLater, 3, 0),
    ([45011, 45009], TryLater, 1, 0),
    ([45015, 95002, 95013, 95014, 95016, 95018], WindowClosed, 1, 0),
    ([45047, 95001], QuotaUsed, 1, 0),
    ([40003, 40096, 43004, 50005], Gone, 1, 0),
    ([45065, 45072, 45080, 45081], None, 1, 0),
    ([40013, 40125, 40164, 40201, 48001, 48002, 48004, 50002, 60011, 60020, 301002, *range(61450, 61458), *range(65400, 65415)], Forbidden, 1, 0),
    ([95000, 95004, 95011, 95012, 95017], Forbidden, 1, 0),
    ([43101, 40029, 40163, 40226, 95007], Refused, 1, 0),
    ([40008, 40165, 40166, 40200, 45064, 45162, 90206, 90207], Refused, 1, 0),
    ([40007, 40033, 40037, 40058, 41030, 44002, 44004, 45002, 45003, 45004, 45005, 45006, 45008, 45098, 47001, 47003, 60111, 87014], Refused, 1, 0),
    ([99999, 95099], Refused, 1, 0),  # nobody told us of these
]  # fmt: skip


def cases() -> Iterator[Any]:
    for codes, failure, calls, renewals in REACTIONS:
        for code in codes:
            yield pytest.param(code, failure, calls, renewals, id=str(code))


class Tokens:
    renewed = 0

    async def get(self) -> str:
        return "token"

    async def renew(self, bad: str) -> str:
        self.renewed += 1
        return "another"


def api(code: int, **more: Any) -> tuple[PlatformApi, Tokens, list[httpx.Request]]:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"errcode": code, "errmsg": "so"})

    tokens = Tokens()
    http = httpx.AsyncClient(base_url="https://api.example", transport=httpx.MockTransport(answer))
    return PlatformApi(http=http, tokens=tokens, **more), tokens, asked


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(table(), "pause_s", 0)


@pytest.mark.parametrize(("code", "failure", "calls", "renewals"), list(cases()))
async def test_each_code_comes_to_what_is_done_about_it(code: int, failure: type[Exception] | None, calls: int, renewals: int) -> None:
    platform, tokens, asked = api(code)
    if failure is None:
        assert (await platform.call("/send", {}))["errcode"] == code
    else:
        with pytest.raises(failure) as raised:
            await platform.call("/send", {})
        assert type(raised.value) is failure and raised.value.reason == str(code)  # type: ignore[attr-defined]
    assert (len(asked), tokens.renewed) == (calls, renewals)


def test_the_table_names_no_code_that_is_not_tried_here_and_none_twice() -> None:
    listed = [code for codes in table().values() if isinstance(codes, list) for code in codes]
    tried = {code for codes, *_ in REACTIONS for code in codes}
    assert len(listed) == len(set(listed)) and set(listed) == tried - {99999, 95099}


async def test_who_switched_messages_off_is_gone_in_weixin_and_a_missing_right_in_wecom() -> None:
    with pytest.raises(Gone):
        await api(48002, means=table()["weixin"])[0].call("/send", {})
    with pytest.raises(Forbidden):
        await api(48002)[0].call("/send", {})
    assert all(kind_of(code) != "unknown" for code in table()["weixin"])


def test_what_will_not_do_soon() -> None:
    assert [code for code in ("45009", "48001", "45011", "40037") if not_soon(TryLater(code))] == ["45009", "48001"]
