"""Every kind of message through 微信客服: what the platform is handed is valid by its own rules, and what it refuses all the same is said in
plainer form. No page of his own is shown where nobody would know who opens it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import SecretStr

from channels.base import Part, Place, Refused
from channels.outlets import PLAINER, Outgoing
from channels.wecom_kf.channel import CustomerService
from common.errors import NotFound
from common.settings import Settings
from common.signing import Signer
from common.vault import Vault
from services.messages.model import Message
from tests.fakes.messages import CODE, EVERY
from tests.fakes.wechat import Account, Desk, Fault, Platform, transport
from tests.fakes.wechat.sending import grant

SITE, MINI, KFID, SEND, UPLOAD = "https://bangban.example", "wxfedcba9876543210", "wk1", "/cgi-bin/kf/send_msg", "/cgi-bin/media/upload"
PNG = b"\x89PNG\r\n\x1a\n" + CODE.encode()


class Appointments:
    """Draws the code for whoever has the key."""

    async def qr_png(self, *, appointment_id: str, key: str) -> bytes:
        if (appointment_id, key) != ("ap_1", "k1"):
            raise NotFound
        return PNG


class Served:
    """The assistant serves everybody; nothing was sent before."""

    async def sending(self, place: Place, part: Part) -> tuple[Any, bool]:
        return SimpleNamespace(state=1), False

    def code_for(self, row: Any, part: Part) -> None:
        return None

    async def unsent(self, place: Place, part: Part) -> None:
        return None

    async def in_state(self, place: Place, state: int | None) -> None:
        return None


class Line:
    """``mini``: the cards open a mini-program; ``linked``: which the corporation may."""

    def __init__(self, *, mini: bool = False, linked: bool = True):
        self.platform = Platform()
        self.account = self.platform.add(Account(app_id="ww1", kind="kf", desks={KFID: Desk(KFID)}, linked={MINI} if mini and linked else set()))
        self.phone = self.platform.customer(self.account, KFID)
        self.phone.session.state = 1
        config = Settings(
            wecom_corp_id=self.account.app_id, wecom_kf_secret=SecretStr(self.account.secret), wecom_kf_token=SecretStr(self.account.token),
            wecom_kf_aes_key=SecretStr(self.account.aes_key), wecom_kf_miniprogram=MINI if mini else None,
            redis_url="redis://127.0.0.1:1/0",  # nobody there: what is kept stays here
        )  # fmt: skip
        services: Any = SimpleNamespace(
            vault=Vault(["test"]), signer=Signer(["test"]), database=None, clock=None, deliveries=None, contacts=None, appointments=Appointments(),
            providers=SimpleNamespace(recogniser=None),
        )  # fmt: skip
        self.channel = CustomerService(config=config, services=services, transport=transport(self.platform))
        self.channel.sending._customers = Served()  # type: ignore[assignment]
        self.outgoing, self.sent = Outgoing(self.channel, public_url=SITE), 0
        self.place = Place(self.channel.name, KFID, self.phone.openid)

    def plan(self, *messages: Message, room: int = 5) -> list[Part]:
        return self.outgoing.plan(account=KFID, messages=messages, room=room)

    async def hands(self, part: Part) -> None:
        """One part, under a number of its own."""
        self.sent += 1
        grant(self.platform, self.phone.follower, "message")
        await self.outgoing.send(place=self.place, part=part.model_copy(update={"key": f"{self.sent:032x}"}))

    async def sends(self, *names: str) -> list[str]:
        """What stands on the phone then, by kind."""
        for part in self.plan(*(EVERY[name] for name in names)):
            await self.hands(part)
        return [seen.kind for seen in self.phone.screen]


def plainer_count(part: str, reason: str) -> float:
    return PLAINER.labels("wecom_kf", part, reason)._value.get()


@pytest.mark.parametrize("mini", [False, True], ids=["web pages", "mini-program"])
@pytest.mark.parametrize("name", EVERY)
async def test_the_platform_takes_every_kind_as_it_is(name: str, mini: bool) -> None:
    line = Line(mini=mini)
    shown = await line.sends(name)
    assert line.platform.refused == {} and shown
    card = ["miniprogram"] if mini else []
    expected = {
        "guide": ["miniprogram" if mini else "link", "msgmenu"], "form": ["msgmenu" if mini else "text"], "slots_few": ["msgmenu"],
        "slots_many": ["msgmenu"], "visit": ["text", *card, "image"], "rating": ["msgmenu"], "case": ["text", *card], "handoff": ["text"],
        "materials": ["text"],
    }  # fmt: skip
    assert name not in expected or shown == expected[name]
    own = [seen for seen in line.phone.screen if any(f"{SITE}/#/{page}" in f"{seen.all_text} {seen.url}" for page in ("form", "appointment", "me"))]
    assert own == [], "a web page of his own, which would not know him"


async def test_a_form_says_what_is_missing_over_the_door_to_its_page() -> None:
    line = Line(mini=True)
    await line.sends("form")
    (seen,) = line.phone.screen
    assert seen.url == "pages/form/form?id=fm_1" and "还差" in seen.text and seen.text.endswith("打开填写") and seen.choices == []
    assert line.platform.calls[UPLOAD] == 0


async def test_cards_have_a_cover_that_is_handed_over_once_and_again_when_it_was_forgotten() -> None:
    line = Line(mini=True)
    await line.sends("guide")
    assert line.phone.screen[0].url.startswith("pages/guide/guide?id=") and line.phone.screen[0].picture in line.platform.media
    await line.sends("case")
    line.platform.media.clear()
    kinds = await line.sends("guide")
    assert kinds[-2:] == ["miniprogram", "msgmenu"] and line.platform.refused == {40007: 1}
    line = Line()
    await line.sends("guide")
    assert line.phone.screen[0].url.startswith(f"{SITE}/#/guide/") and line.phone.screen[0].picture in line.platform.media


@pytest.mark.parametrize("mini", [False, True])
async def test_without_a_cover_a_menu_opens_the_page(mini: bool) -> None:
    line = Line(mini=mini)
    line.platform.faults.append(Fault(UPLOAD, status=500, times=9))
    assert await line.sends("guide") == ["msgmenu", "msgmenu"]
    assert line.phone.screen[0].url.startswith("pages/guide/guide?id=" if mini else f"{SITE}/#/guide/")


async def test_the_code_is_a_picture_drawn_for_who_holds_its_signed_path() -> None:
    line = Line()
    await line.sends("visit")
    assert line.platform.media[line.phone.screen[-1].url][:2] == ("image/png", PNG)
    forged = line.plan(EVERY["visit"])[-1].model_copy(update={"page": "/api/appointments/ap_1/qr.svg?key=guessed"})
    with pytest.raises(Refused):
        await line.channel.send(place=line.place, part=forged)
    assert line.platform.calls[UPLOAD] == 1


@pytest.mark.parametrize("fault", [Fault(UPLOAD, errcode=45009), Fault(UPLOAD, status=500, times=9), Fault(SEND, errcode=40058)])
async def test_a_picture_that_is_not_taken_is_a_link(fault: Fault) -> None:
    line = Line()
    *_, picture = line.plan(EVERY["visit"])
    line.platform.faults.append(fault)
    await line.hands(picture)
    (seen,) = line.phone.screen
    assert seen.kind == "text" and f"{SITE}/api/appointments/ap_1/qr.svg?key=k1" in seen.text


async def test_a_mini_program_that_may_not_be_opened_is_left_alone_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    line, now = Line(mini=True, linked=False), [1000.0]
    monkeypatch.setattr(line.channel._showing, "_clock", lambda: now[0])
    assert await line.sends("guide") == ["link", "msgmenu"] and line.platform.refused == {90207: 1}
    assert not line.channel.capabilities(KFID).mini_program
    assert await line.sends("case") == ["link", "msgmenu", "text"] and line.platform.refused == {90207: 1}
    now[0] += 3601
    assert line.channel.capabilities(KFID).mini_program


async def test_a_form_whose_door_is_refused_is_said_once_as_a_text() -> None:
    line = Line(mini=True, linked=False)
    before = plainer_count("card", "90207")
    assert await line.sends("form") == ["text"]
    assert "/#/" not in line.phone.screen[0].text and plainer_count("card", "90207") == before + 1


@pytest.mark.parametrize("errcode", [48002, 87014, 99999])
async def test_a_refused_link_is_a_text_and_counted(errcode: int) -> None:
    line = Line()
    line.platform.faults.append(Fault(SEND, errcode=errcode))
    before = plainer_count("card", str(errcode))
    assert await line.sends("guide") == ["text", "msgmenu"]
    assert f"{SITE}/#/guide/" in line.phone.screen[0].text and plainer_count("card", str(errcode)) == before + 1
