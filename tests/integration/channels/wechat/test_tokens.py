"""One token for every worker, on a real Valkey and the fake platform."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import httpx
import pytest
import redis.asyncio as redis

from bangban.stores.ports import free_port
from channels.wechat.api import PlatformApi, unsure
from channels.wechat.fetching import stable_token
from channels.wechat.tokens import Tokens
from common.vault import Vault
from services.deliveries.errors import Gone, QuotaUsed, Refused, TryLater, WindowClosed
from tests.fakes.wechat import Account, Fault, Phone, Platform, transport
from tests.fakes.wechat.tokens import expire

SEND = "/cgi-bin/message/custom/send"


@pytest.fixture
def platform() -> Platform:
    made = Platform()
    made.add(Account())
    return made


@pytest.fixture
def account(platform: Platform) -> Account:
    return next(iter(platform.accounts.values()))


@pytest.fixture
def phone(platform: Platform, account: Account) -> Phone:
    made = platform.phone(account)
    made.follower.grants.clear()
    return made


@pytest.fixture
async def http(platform: Platform) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url="https://api.example", transport=transport(platform)) as client:
        yield client


@pytest.fixture
def worker(http: httpx.AsyncClient, account: Account, redis_client: redis.Redis, vault: Vault) -> Callable[..., Tokens]:
    def make(store: redis.Redis = redis_client) -> Tokens:
        fetch = stable_token(http, app_id=account.app_id, secret=account.secret)
        return Tokens(store=store, account=account.app_id, fetch=fetch, vault=vault)

    return make


def text(phone: Phone, words: str = "您好") -> dict[str, object]:
    return {"touser": phone.openid, "msgtype": "text", "text": {"content": words}}


def allow(platform: Platform, phone: Phone, kind: str = "message") -> None:
    from tests.fakes.wechat.sending import grant

    grant(platform, phone.follower, kind)


async def test_twenty_workers_at_once_fetch_one_token(worker: Callable[..., Tokens], platform: Platform) -> None:
    found = await asyncio.gather(*(worker().get() for _ in range(20)))
    assert len(set(found)) == 1 and len(found[0]) == 512
    assert platform.calls["/cgi-bin/stable_token"] == 1


async def test_the_token_is_not_kept_as_it_is(worker: Callable[..., Tokens], redis_client: redis.Redis) -> None:
    token = await worker().get()
    kept = await redis_client.mget(await redis_client.keys("bangban:token:*"))
    assert kept and all(token.encode() not in value for value in kept)
    assert 0 < await redis_client.ttl("bangban:token:wx0123456789abcdef") <= 7200 - 300


async def test_a_refused_token_is_renewed_once_by_whoever_is_first(worker: Callable[..., Tokens], platform: Platform, account: Account) -> None:
    bad = await worker().get()
    expire(account)
    found = await asyncio.gather(*(worker().renew(bad) for _ in range(10)))
    assert len(set(found)) == 1 and found[0] != bad
    assert platform.calls["/cgi-bin/stable_token"] == 2


async def test_a_token_that_is_given_again_though_refused_is_forced_and_only_once_a_minute(worker: Callable[..., Tokens], account: Account) -> None:
    """Somebody else's mistake must not use up the twenty a day."""
    bad = await worker().get()
    better = await worker().renew(bad)
    assert better != bad and len(account.forced) == 1
    assert await worker().renew(better) == better and len(account.forced) == 1


async def test_without_valkey_every_worker_goes_on_by_itself(worker: Callable[..., Tokens], platform: Platform) -> None:
    away = redis.Redis(port=free_port(), socket_connect_timeout=0.2, retry=None)
    one, two = worker(away), worker(away)
    assert await one.get() == await two.get() == await one.get()
    assert platform.calls["/cgi-bin/stable_token"] == 2
    await away.aclose()


@pytest.fixture
def api(http: httpx.AsyncClient, worker: Callable[..., Tokens]) -> PlatformApi:
    return PlatformApi(http=http, tokens=worker())


async def test_a_call_whose_token_ran_out_is_made_again_and_succeeds(api: PlatformApi, platform: Platform, account: Account, phone: Phone) -> None:
    allow(platform, phone)
    await api.call(SEND, text(phone, "第一句"))
    expire(account)
    await api.call(SEND, text(phone, "第二句 “引号” 😀"))
    assert [seen.text for seen in phone.screen] == ["第一句", "第二句 “引号” 😀"]
    assert platform.calls["/cgi-bin/stable_token"] == 2


async def test_a_token_that_ends_by_itself_is_replaced_before_it_does(api: PlatformApi, platform: Platform, phone: Phone) -> None:
    allow(platform, phone)
    await api.call(SEND, text(phone))
    platform.clock.advance(7201)
    allow(platform, phone)
    await api.call(SEND, text(phone))
    assert len(phone.screen) == 2


@pytest.mark.parametrize(
    ("errcode", "error"),
    [
        (40003, Gone), (43004, Gone), (45015, WindowClosed), (45047, QuotaUsed), (45011, TryLater), (45009, TryLater), (48001, TryLater),
        (40033, Refused), (45002, Refused), (43101, Refused), (99999, Refused),
    ],
)  # fmt: skip
async def test_each_code_becomes_what_is_to_be_done(api: PlatformApi, platform: Platform, phone: Phone, errcode: int, error: type[Exception]) -> None:
    platform.faults.append(Fault(SEND, errcode=errcode))
    with pytest.raises(error, match=str(errcode)):
        await api.call(SEND, text(phone))
    assert platform.calls[SEND] == 1


@pytest.mark.parametrize("errcode", [45065, 45080, 45081])
async def test_what_was_done_already_counts_as_done(api: PlatformApi, platform: Platform, phone: Phone, errcode: int) -> None:
    platform.faults.append(Fault(SEND, errcode=errcode))
    assert (await api.call(SEND, text(phone)))["errcode"] == errcode


async def test_a_busy_platform_is_asked_three_times(api: PlatformApi, platform: Platform, phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("channels.wechat.api", fromlist=["table"]).table(), "pause_s", 0.001)
    allow(platform, phone)
    platform.faults.append(Fault(SEND, errcode=-1, times=2))
    await api.call(SEND, text(phone))
    platform.faults.append(Fault(SEND, errcode=-1, times=3))
    with pytest.raises(TryLater):
        await api.call(SEND, text(phone))
    assert len(phone.screen) == 1 and platform.calls[SEND] == 6


@pytest.mark.parametrize("status", [500, 502, 429])
async def test_an_ill_platform_is_tried_later(api: PlatformApi, platform: Platform, phone: Phone, status: int) -> None:
    platform.faults.append(Fault(SEND, status=status))
    with pytest.raises(TryLater) as caught:
        await api.call(SEND, text(phone))
    assert caught.value.after_s == 1


@pytest.mark.parametrize(
    ("fault", "reason", "nobody_knows"),
    [
        (Fault("/cgi-bin/stable_token", status=502), "no_token", False), (Fault("/cgi-bin/stable_token", away=True), "no_token", False),
        (Fault("/cgi-bin/stable_token", errcode=40164), "40164", False), (Fault(SEND, away=True), "unreachable", False),
        (Fault(SEND, errcode=45009), "45009", False), (Fault(SEND, status=502), "unreachable", True),
        (Fault(SEND, status=502, after=True), "unreachable", True),
    ],
    ids=["no token", "no way to a token", "not let in", "no connection", "said no", "ill", "its answer lost"],
)  # fmt: skip
async def test_whether_a_call_may_have_been_done_is_known(
    api: PlatformApi, platform: Platform, account: Account, phone: Phone, fault: Fault, reason: str, nobody_knows: bool
) -> None:
    allow(platform, phone)
    expire(account)
    platform.faults.append(replace(fault))
    with pytest.raises(TryLater, match=reason) as caught:
        await api.call(SEND, text(phone))
    assert unsure(caught.value) is nobody_knows and (nobody_knows or not phone.screen)


async def test_a_token_that_dies_where_no_other_is_to_be_had_is_no_doubt(
    api: PlatformApi, platform: Platform, account: Account, phone: Phone
) -> None:
    allow(platform, phone)
    await api.call(SEND, text(phone))
    expire(account)
    platform.faults.append(Fault("/cgi-bin/stable_token", status=502))
    with pytest.raises(TryLater, match="no_token") as caught:
        await api.call(SEND, text(phone))
    assert not unsure(caught.value) and len(phone.screen) == 1


async def test_a_secret_that_is_wrong_is_tried_later_and_not_in_a_loop(http: httpx.AsyncClient, redis_client: redis.Redis, vault: Vault) -> None:
    fetch = stable_token(http, app_id="wx0123456789abcdef", secret="wrong")
    api = PlatformApi(http=http, tokens=Tokens(store=redis_client, account="x", fetch=fetch, vault=vault))
    with pytest.raises(TryLater, match="40125"):
        await api.call(SEND, {})


async def test_the_sixth_message_and_the_one_after_two_days_are_told_apart(api: PlatformApi, platform: Platform, phone: Phone) -> None:
    allow(platform, phone)
    for _ in range(5):
        await api.call(SEND, text(phone))
    with pytest.raises(QuotaUsed):
        await api.call(SEND, text(phone))
    allow(platform, phone)
    platform.clock.advance(48 * 3600 + 1)
    with pytest.raises(WindowClosed):
        await api.call(SEND, text(phone))


async def test_what_only_an_escape_could_write_is_left_out(api: PlatformApi, platform: Platform, phone: Phone) -> None:
    allow(platform, phone)
    await api.call(SEND, text(phone, "请带\x0b身份证\x1f"))
    assert phone.screen[0].text == "请带身份证" and not platform.refused


async def test_pictures_come_as_bytes_and_their_errors_as_errors(api: PlatformApi, platform: Platform) -> None:
    media = platform.keep_media("image/jpeg", b"\xff\xd8 picture")
    assert await api.media("/cgi-bin/media/get", most=100, media_id=media) == ("image/jpeg", b"\xff\xd8 picture")
    with pytest.raises(Refused, match="too_large"):
        await api.media("/cgi-bin/media/get", most=5, media_id=media)
    with pytest.raises(Refused, match="40007"):
        await api.media("/cgi-bin/media/get", most=100, media_id="gone")
