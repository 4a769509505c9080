"""Every kind of message through the Official Account's channel: what the platform is handed is valid by its own rules, and what it refuses all
the same is said in plainer form."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import SecretStr

from channels.base import Forbidden, Part, Place, QuotaUsed, Refused
from channels.outlets import PLAINER, Outgoing
from channels.wechat_oa.channel import OfficialAccount
from common.errors import NotFound
from common.settings import Settings
from common.vault import Vault
from services.messages.model import Message
from tests.fakes.messages import CODE, EVERY
from tests.fakes.wechat import Account, Fault, Phone, Platform, transport
from tests.fakes.wechat.sending import grant

SITE, MINI, SEND, UPLOAD = "https://bangban.example", "wxfedcba9876543210", "/cgi-bin/message/custom/send", "/cgi-bin/media/upload"
PNG = b"\x89PNG\r\n\x1a\n" + CODE.encode()


class Appointments:
    """Draws the code for whoever has the key."""

    async def qr_png(self, *, appointment_id: str, key: str) -> bytes:
        if (appointment_id, key) != ("ap_1", "k1"):
            raise NotFound
        return PNG


class Line:
    def __init__(self, *, mini: bool = False, **options: Any):
        self.platform = Platform()
        self.account = self.platform.add(Account(linked={MINI} if mini else set(), **options))
        self.phone: Phone = self.platform.phone(self.account)
        config = Settings(
            wechat_oa_app_id=self.account.app_id, wechat_oa_secret=SecretStr(self.account.secret), wechat_oa_token=SecretStr(self.account.token),
            wechat_oa_miniprogram=MINI if mini else None, public_url=SITE, redis_url="redis://127.0.0.1:1/0",  # nobody there: what is kept stays here
        )  # fmt: skip
        services: Any = SimpleNamespace(
            vault=Vault(["test"]), deliveries=None, contacts=None, appointments=Appointments(), providers=SimpleNamespace(recogniser=None)
        )
        self.channel = OfficialAccount(config=config, services=services, transport=transport(self.platform))
        self.outgoing = Outgoing(self.channel, public_url=SITE)
        self.place = Place(self.channel.name, self.account.original_id, self.phone.openid)
        grant(self.platform, self.phone.follower, "message")

    def plan(self, *messages: Message, room: int = 5) -> list[Part]:
        parts = self.outgoing.plan(account=self.account.original_id, messages=messages, room=room)
        return [part.model_copy(update={"key": f"{k:032x}"}) for k, part in enumerate(parts)]

    async def sends(self, *names: str, room: int = 5) -> list[str]:
        """What stands on the phone then, by kind."""
        for part in self.plan(*(EVERY[name] for name in names), room=room):
            await self.outgoing.send(place=self.place, part=part)
        return [seen.kind for seen in self.phone.screen]


def plainer_count(part: str, reason: str) -> float:
    return PLAINER.labels("wechat_oa", part, reason)._value.get()


@pytest.mark.parametrize("mini", [False, True], ids=["web pages", "mini-program"])
@pytest.mark.parametrize("name", [name for name in EVERY if name not in ("materials_long", "answer_long")])
async def test_the_platform_takes_every_kind_as_it_is(name: str, mini: bool) -> None:
    line = Line(mini=mini)
    shown = await line.sends(name)
    assert line.platform.refused == {} and 1 <= len(shown) <= 5
    expected = {
        "guide": ["miniprogrampage" if mini else "news", "msgmenu"], "form": ["miniprogrampage" if mini else "news"], "slots_few": ["msgmenu"],
        "slots_many": ["news", "msgmenu"], "visit": ["text", "miniprogrampage" if mini else "news", "image"], "rating": ["msgmenu"],
        "case": ["text", "miniprogrampage" if mini else "news"], "handoff": ["text"], "materials": ["text"],
    }  # fmt: skip
    assert name not in expected or shown == expected[name]


@pytest.mark.parametrize("name", ["materials_long", "answer_long"])
async def test_long_ones_come_in_portions_that_it_takes(name: str) -> None:
    line = Line()
    for part in line.plan(EVERY[name]):
        grant(line.platform, line.phone.follower, "message")
        await line.outgoing.send(place=line.place, part=part)
    assert line.platform.refused == {} and all(len(seen.text) <= 600 for seen in line.phone.screen)


async def test_a_card_leads_to_the_citizens_own_talk_or_into_the_mini_program() -> None:
    line = Line()
    await line.sends("form", "visit")
    urls = [seen.url for seen in line.phone.screen if seen.kind == "news"]
    assert [url.split("?")[0] for url in urls] == [f"{SITE}/channels/wechat_oa/enter"] * 2 and "form%2Ffm_1" in urls[0]
    line = Line(mini=True)
    await line.sends("form")
    assert line.phone.screen[0].url == "pages/form/form?id=fm_1" and line.phone.screen[0].picture in line.platform.media


async def test_the_code_is_a_picture_drawn_for_who_holds_its_signed_path() -> None:
    line = Line()
    await line.sends("visit")
    assert line.platform.media[line.phone.screen[-1].url][:2] == ("image/png", PNG)
    forged = line.plan(EVERY["visit"])[-1].model_copy(update={"page": "/api/appointments/ap_1/qr.svg?key=guessed"})
    with pytest.raises(Refused):
        await line.channel.send(place=line.place, part=forged)
    assert line.platform.calls[UPLOAD] == 1


@pytest.mark.parametrize(
    "fault", [Fault(UPLOAD, errcode=45009), Fault(UPLOAD, status=500, times=9), Fault(SEND, errcode=40009)], ids=["quota", "away", "size"]
)
async def test_a_picture_that_is_not_taken_is_a_link(fault: Fault) -> None:
    line = Line()
    *_, picture = line.plan(EVERY["visit"])
    line.platform.faults.append(fault)
    await line.outgoing.send(place=line.place, part=picture)
    (seen,) = line.phone.screen
    assert seen.kind == "text" and seen.text == f'<a href="{SITE}/api/appointments/ap_1/qr.svg?key=k1">预约码二维码</a>'


@pytest.mark.parametrize("errcode", [40165, 40166, 45064, 48001, 48004, 87014, 41030, 99999])
async def test_a_refused_card_is_a_text_and_counted(errcode: int) -> None:
    line = Line(mini=True)
    line.platform.faults.append(Fault(SEND, errcode=errcode))
    before = plainer_count("card", str(errcode))
    assert await line.sends("guide") == ["text", "msgmenu"]
    assert f"{SITE}/" in line.phone.screen[0].text and "居民身份证丢失补领" in line.phone.screen[0].text
    assert plainer_count("card", str(errcode)) == before + 1


async def test_a_mini_program_that_cannot_be_opened_is_left_alone_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    line, now = Line(mini=True), [1000.0]
    monkeypatch.setattr(line.channel._sending, "_clock", lambda: now[0])
    line.platform.add(Account(app_id=MINI, kind="miniprogram", pages={"pages/chat/chat"}))
    assert await line.sends("guide") == ["text", "msgmenu"] and line.platform.refused == {40165: 1}
    assert await line.sends("case") == ["text", "msgmenu", "text", "news"] and line.platform.refused == {40165: 1}
    now[0] += 3601
    assert line.channel.capabilities("").mini_program


async def test_a_cover_that_the_platform_forgot_is_handed_over_again() -> None:
    line = Line(mini=True)
    await line.sends("form")
    line.platform.media.clear()
    assert await line.sends("form") == ["miniprogrampage", "miniprogrampage"] and line.platform.calls[UPLOAD] == 2


async def test_without_a_cover_the_card_opens_the_web_page() -> None:
    line = Line(mini=True)
    line.platform.faults.append(Fault(UPLOAD, status=500, times=9))
    assert await line.sends("form") == ["news"]


async def test_an_account_without_menus_is_shown_numbers_from_then_on() -> None:
    line = Line(subscription=True)
    before = plainer_count("menu", "40200")
    await line.sends("choices")
    (seen,) = line.phone.screen
    assert seen.kind == "text" and "您要办哪一种？" in seen.text and "3. 丢了补办" in seen.text
    await line.sends("item_list")
    assert line.platform.refused == {40200: 1} and "回复数字" in line.phone.screen[1].text and plainer_count("menu", "40200") == before + 1


async def test_an_account_that_may_send_nothing_keeps_what_it_has() -> None:
    line = Line()
    line.platform.faults.append(Fault(SEND, errcode=48001, times=9))
    _card, menu = line.plan(EVERY["guide"])
    with pytest.raises(Forbidden):
        await line.outgoing.send(place=line.place, part=menu)
    with pytest.raises(Forbidden):
        await line.outgoing.send(place=line.place, part=line.plan(EVERY["text"])[0])


async def test_what_is_only_late_is_not_said_in_another_form() -> None:
    line = Line()
    line.platform.faults.append(Fault(SEND, errcode=45047))
    with pytest.raises(QuotaUsed):
        await line.outgoing.send(place=line.place, part=line.plan(EVERY["guide"])[0])
    assert line.phone.screen == [] and line.platform.calls[SEND] == 1


@pytest.mark.parametrize("change", [lambda p: p.model_copy(update={"instead": ""})])
async def test_a_card_that_only_adds_is_left_out_where_nothing_stands_for_it(change: Callable[[Part], Part]) -> None:
    line = Line()
    line.platform.faults.append(Fault(SEND, errcode=48001))
    with pytest.raises(Refused):
        await line.outgoing.send(place=line.place, part=change(line.plan(EVERY["guide"])[0]))
