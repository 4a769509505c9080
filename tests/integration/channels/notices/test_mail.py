"""Notices by e-mail through a real mail server, protected and behind a password."""

from __future__ import annotations

import ssl
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from channels.notices.mail import Mail, make
from common.clock import FixedClock
from common.settings import Settings
from services.notices.tables import mailbox
from tests.fakes.mail_server import MailServer
from tests.fakes.notices import Bureau
from tests.integration.channels.notices.conftest import ZHANG

ADDRESS = "zhang.wei@mail.example"


async def confirmed(bureau: Bureau, address: str = ADDRESS, person: str = ZHANG) -> None:
    codes: list[str] = []

    async def post(_: str, code: str) -> None:
        codes.append(code)

    await bureau.notices.mailboxes.ask(person_id=person, address=address, post=post)
    await bureau.notices.mailboxes.confirm(person_id=person, code=codes[0])


def part(mail: EmailMessage, kind: str) -> EmailMessage:
    [found] = [p for p in mail.walk() if p.get_content_type() == kind]
    return found


async def test_a_booking_arrives_whole_in_plain_in_html_and_as_a_calendar_entry(bureau: Bureau, mail: Mail, post: MailServer) -> None:
    await confirmed(bureau)
    visit = await bureau.booked(person=ZHANG, title="居民身份证<补领>")
    await bureau.look()
    [got], [to] = post.taken, post.recipients
    assert to == ADDRESS and post.protected == [True]
    assert (got["From"], got["To"], got["Subject"]) == ("广州政务服务 <notice@gz.example>", ADDRESS, "预约成功")
    assert got["Auto-Submitted"] == "auto-generated" and got["Message-ID"].endswith("@gz.example>")
    assert parsedate_to_datetime(got["Date"]) == bureau.clock.now()
    plain, html = part(got, "text/plain").get_content(), part(got, "text/html").get_content()
    for said in (visit.code, "3月19日（周四）", "户口簿、照片回执"):
        assert said in plain and said in html
    assert "居民身份证<补领>" in plain and "居民身份证&lt;补领&gt;" in html and "<补领>" not in html
    assert f"https://h5.example/#/appointment/{visit.id}" in plain and f"https://h5.example/#/appointment/{visit.id}" in html
    entry = part(got, "text/calendar")
    assert (entry.get_param("method"), entry.get_filename()) == ("PUBLISH", "visit.ics")
    [event] = Calendar.from_ical(entry.get_payload(decode=True)).events
    assert event.start == visit.start and event["UID"] == f"{visit.id}@bangban"


async def test_a_cancellation_takes_the_entry_out_of_his_calendar(bureau: Bureau, mail: Mail, post: MailServer) -> None:
    await confirmed(bureau)
    await bureau.cancel(await bureau.booked(person=ZHANG))
    await bureau.look()
    entry = part(post.taken[0], "text/calendar")
    assert entry.get_param("method") == "CANCEL" and b"STATUS:CANCELLED" in entry.get_payload(decode=True)


async def test_a_case_brings_no_calendar_and_not_what_the_back_office_wrote(bureau: Bureau, mail: Mail, post: MailServer) -> None:
    await confirmed(bureau)
    case = await bureau.submitted(person=ZHANG)
    await bureau.cases.advance(number=case.number, to="supplement", note="张伟的身份证照片不清楚")
    await bureau.look()
    [got] = post.taken
    assert got["Subject"] == "请补正材料" and "text/calendar" not in [p.get_content_type() for p in got.walk()]
    assert "不清楚" not in part(got, "text/plain").get_content() and case.number in part(got, "text/plain").get_content()


async def test_the_way_out_of_a_mail_switches_off_its_topic_and_nothing_else(bureau: Bureau, mail: Mail, post: MailServer) -> None:
    await confirmed(bureau)
    await bureau.booked(person=ZHANG)
    await bureau.look()
    [got] = post.taken
    assert got["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = got["List-Unsubscribe"].strip("<>")
    assert link.startswith("https://h5.example/api/notices/unsubscribe?") and ZHANG not in link and "@" not in link
    values = dict(pair.split("=") for pair in link.split("?")[1].split("&"))
    await bureau.notices.unsubscribe(mailbox_id=values["mailbox"], topic=values["topic"], key=values["key"])
    wishes = await bureau.notices.wishes.of(person_id=ZHANG)
    assert (wishes.wants("email", "appointment"), wishes.wants("email", "case"), wishes.wants("sms", "appointment")) == (False, True, True)


async def test_who_has_confirmed_no_address_gets_no_mail(bureau: Bureau, mail: Mail, post: MailServer) -> None:
    async def posted(*_: str) -> None:
        """Never typed in."""

    await bureau.notices.mailboxes.ask(person_id=ZHANG, address=ADDRESS, post=posted)
    await bureau.booked(person=ZHANG)
    await bureau.look()
    assert post.taken == []


@pytest.mark.parametrize("answer", ["451 4.3.0 try again", "452 4.2.2 mailbox full"])
async def test_a_server_that_puts_us_off_is_asked_again_with_the_same_message_id(
    bureau: Bureau, mail: Mail, post: MailServer, clock: FixedClock, answer: str
) -> None:
    await confirmed(bureau)
    post.to, post.data = [answer], [answer]
    await bureau.booked(person=ZHANG, days=3)
    for _ in range(3):
        await bureau.look()
        clock.moment += timedelta(minutes=1)
    assert len(post.taken) == 1 and await bureau.notices.outbox.list(states=["waiting", "dead"]) == []


@pytest.mark.parametrize("answer", ["550 5.1.1 no such user", "550 unknown"])
async def test_an_address_where_nobody_lives_any_more_is_forgotten(bureau: Bureau, mail: Mail, post: MailServer, answer: str) -> None:
    await confirmed(bureau)
    post.to = [answer]
    await bureau.booked(person=ZHANG)
    await bureau.look()
    [dead] = await bureau.notices.outbox.list()
    assert dead.reason == "email: gone 550"
    assert (await bureau.notices.mailboxes.of(person_id=ZHANG)).state == "none"


@pytest.mark.parametrize(("to", "data"), [(["554 5.7.1 policy"], []), ([], ["554 5.6.0 content"])])
async def test_a_mail_that_is_refused_for_itself_leaves_the_address_alone(
    bureau: Bureau, mail: Mail, post: MailServer, to: list[str], data: list[str]
) -> None:
    await confirmed(bureau)
    post.to, post.data = to, data
    await bureau.booked(person=ZHANG)
    await bureau.look()
    [dead] = await bureau.notices.outbox.list()
    assert dead.reason == "email: refused 554" and (await bureau.notices.mailboxes.of(person_id=ZHANG)).state == "confirmed"


async def test_a_server_that_is_away_or_refuses_our_password_is_tried_again(bureau: Bureau, mail: Mail, post: MailServer) -> None:
    await confirmed(bureau)
    right = mail._server
    await bureau.booked(person=ZHANG, days=3)
    for server, why in ((replace(right, password="wrong"), "535"), (replace(right, port=1), "SMTPConnectError")):
        mail._server = server
        await bureau.look()
        [waiting] = await bureau.notices.outbox.list(states=["waiting"])
        assert waiting.reason == why
        assert [f.ok for f in await mail.check()] == [True, False]
        bureau.clock.moment += timedelta(minutes=1)
    mail._server = right
    await bureau.look()
    assert len(post.taken) == 1 and all(f.ok for f in await mail.check())


async def test_a_server_whose_certificate_is_not_trusted_gets_nothing(bureau: Bureau, mail: Mail, post: MailServer) -> None:
    await confirmed(bureau)
    mail._server = replace(mail._server, certificates=ssl.create_default_context())
    await bureau.booked(person=ZHANG)
    await bureau.look()
    assert post.taken == [] and len(await bureau.notices.outbox.list(states=["waiting"])) == 1


async def test_the_address_is_in_no_table_in_clear_and_in_no_log(
    bureau: Bureau, mail: Mail, post: MailServer, capsys: pytest.CaptureFixture[str]
) -> None:
    await confirmed(bureau)
    post.to = ["451 4.3.0 <zhang.wei@mail.example>: try again", "550 5.1.1 <zhang.wei@mail.example>: no such user"]
    await bureau.booked(person=ZHANG, days=3)
    await bureau.look()
    bureau.clock.moment += timedelta(minutes=1)
    await bureau.look()
    async with bureau.database.begin() as conn:
        dump = str([(await conn.execute(sa.text(f"SELECT * FROM notices.{table}"))).all() for table in ("notice", "mailbox", "wish")])
    captured = capsys.readouterr()
    assert "notice.dead" in captured.out + captured.err
    assert "zhang.wei" not in dump + captured.out + captured.err


# — the code that proves an address —


async def test_an_address_is_his_when_he_knows_the_code_that_was_sent_there(bureau: Bureau, mail: Mail, post: MailServer) -> None:
    box = await bureau.notices.mailboxes.ask(person_id=ZHANG, address=ADDRESS, post=mail.send_code)
    assert (box.state, box.address, box.asked) == ("asked", None, ADDRESS)
    [got] = post.taken
    assert got["Subject"] == "邮箱验证码" and got["List-Unsubscribe"] is None
    code = next(word for word in part(got, "text/plain").get_content().replace("，", " ").replace("是", " ").split() if word.isdigit())
    assert len(code) == 6
    box = await bureau.notices.mailboxes.confirm(person_id=ZHANG, code=f" {code} ")
    assert (box.state, box.address) == ("confirmed", ADDRESS)
    async with bureau.database.begin() as conn:
        row = (await conn.execute(sa.select(mailbox))).one()
    assert (row.asked, row.code) == (None, None)


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({}, None),
        ({"mail_host": "smtp.example"}, "MAIL_FROM"),
        ({"mail_host": "smtp.example", "mail_from": "a@b.example", "mail_user": "a"}, "together"),
    ],
)
def test_half_of_the_settings_is_refused_at_the_start(given: dict[str, object], complaint: str | None) -> None:
    if complaint is None:
        assert make(Settings(**given), None, {}) is None
        return
    with pytest.raises(ValueError, match=complaint):
        make(Settings(**given), None, {})
