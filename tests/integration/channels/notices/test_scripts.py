"""Who reads 繁體 is told in 繁體, whatever way it goes; the values stay as they are."""

from __future__ import annotations

from typing import Literal

import pytest

from channels.notices import sms_text
from channels.notices.mail import Mail
from channels.notices.sms import Sms
from channels.scripts import written
from common.clock import FixedClock
from common.database import Database
from common.ids import new_id
from common.vault import Vault
from services.citizens.service import CitizenService
from services.conversations.events import Events
from services.conversations.service import Conversations, DialogueState
from services.notices.scripts import Scripts
from tests.fakes.mail_server import MailServer
from tests.fakes.notices import Bureau
from tests.fakes.sms_gateway import SmsGateway
from tests.integration.channels.notices.conftest import ZHANG
from tests.integration.channels.notices.test_mail import confirmed, part


class Talks:
    """What he has written or chosen in his last talk."""

    script: Literal["hans", "hant"] | None = None

    async def script_of(self, *, person_id: str) -> Literal["hans", "hant"] | None:
        return self.script


@pytest.fixture
def talks() -> Talks:
    return Talks()


@pytest.fixture
def bureau(database: Database, vault: Vault, clock: FixedClock, talks: Talks, citizens: CitizenService) -> Bureau:
    return Bureau(database, vault, clock, scripts=Scripts(talks=talks, citizens=citizens))


async def test_a_mail_is_in_the_characters_of_his_last_talk(bureau: Bureau, mail: Mail, post: MailServer, talks: Talks) -> None:
    talks.script = "hant"
    await confirmed(bureau)
    visit = await bureau.booked(person=ZHANG)
    await bureau.look()
    [got] = post.taken
    plain, html = part(got, "text/plain").get_content(), part(got, "text/html").get_content()
    assert got["Subject"] == "預約成功" and visit.code in plain and 'lang="zh-Hant' in html
    for said in ("您好", "預約碼", "不想再收到這類郵件", "請不要直接"):
        assert said in plain and said in html, said
    assert not set("预约码邮这请") & set(plain + html)


async def test_who_has_said_nothing_is_told_as_his_profile_says(bureau: Bureau, citizens: CitizenService, talks: Talks) -> None:
    scripts = Scripts(talks=talks, citizens=citizens)
    assert await scripts.of(person_id="ct_chan-tai-man") == "hant"
    assert await scripts.of(person_id=ZHANG) == "hans"
    assert await scripts.of(person_id="vs_nobody") == "hans"


async def test_an_sms_goes_by_the_template_in_his_characters_where_one_is_approved(
    bureau: Bureau, sms: Sms, provider: SmsGateway, talks: Talks
) -> None:
    talks.script = "hant"
    with written("hant"):
        provider.templates = {**provider.templates, "SMS_HANT": sms_text.book()["templates"]["appointment_booked"]}
    sms._templates = {**sms._templates, "appointment_booked.hant": "SMS_HANT"}
    visit = await bureau.booked(person=ZHANG)
    await bureau.look()
    await bureau.cancel(visit)
    await bureau.look()
    booked, cancelled = (text for _, text in provider.sent)
    assert "您已約好" in booked and f"預約碼{visit.code}" in booked and "办" not in booked
    assert "预约已经取消" in cancelled and "預約" not in cancelled, "without an approved text in his characters all of it is in the others"


async def test_what_he_wrote_or_chose_in_a_talk_is_remembered(database: Database, vault: Vault, clock: FixedClock) -> None:
    conversations = Conversations(database=database, vault=vault, clock=clock, events=Events())
    assert await conversations.script_of(person_id="vs_1") is None
    for state, expected in ((DialogueState(), None), (DialogueState(script="hant"), "hant"), (DialogueState(script_chosen=True), "hans")):
        person_id = f"vs_{expected}"
        async with database.begin() as conn:
            await conversations.begin(conn, conversation_id=new_id("cv"), person_id=person_id, channel="web", state=state)
        assert await conversations.script_of(person_id=person_id) == expected
