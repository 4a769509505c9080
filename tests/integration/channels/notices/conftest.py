"""Ways on real stores, with a fake SMS provider and a real mail server before them."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from channels.notices import sms_text
from channels.notices.mail import Mail, Server
from channels.notices.phones import Phones
from channels.notices.sms import Sms
from common.clock import FixedClock
from common.database import Database
from common.vault import Vault
from services.citizens.adapters.sandbox.provider import SandboxIdentityProvider
from services.citizens.service import CitizenService
from services.contacts.service import Contacts
from services.notices.model import KINDS
from tests.fakes import mail_server, sms_gateway
from tests.fakes.mail_server import MailServer, certificate
from tests.fakes.notices import Bureau
from tests.fakes.sms_gateway import SmsGateway

SECRET, SIGN, ZHANG = "a secret of the provider, long enough", "广州政务服务", "ct_zhang-wei"


@pytest.fixture
def bureau(database: Database, vault: Vault, clock: FixedClock) -> Bureau:
    return Bureau(database, vault, clock)


@pytest.fixture
async def citizens(database: Database, vault: Vault) -> CitizenService:
    sandbox = SandboxIdentityProvider(database=database, vault=vault)
    await sandbox.seed()
    return CitizenService(provider=sandbox, sandbox=sandbox)


@pytest.fixture
def contacts(database: Database, vault: Vault, clock: FixedClock) -> Contacts:
    return Contacts(database=database, vault=vault, clock=clock, secrets=["k"])


@pytest.fixture
def provider() -> SmsGateway:
    return SmsGateway(secret=SECRET, sign=SIGN, templates={f"SMS_{kind}": text for kind, text in sms_text.book()["templates"].items()})


@pytest.fixture
async def sms(provider: SmsGateway, bureau: Bureau, citizens: CitizenService, contacts: Contacts) -> AsyncIterator[Sms]:
    async with sms_gateway.served(provider) as url:
        way = Sms(
            url=url, secret=SECRET, sign=SIGN, templates={kind: f"SMS_{kind}" for kind in KINDS}, clock=bureau.clock, wishes=bureau.notices.wishes,
            phones=Phones(citizens=citizens, contacts=contacts), timeout_s=100,
        )  # fmt: skip
        bureau.ways["sms"] = way
        yield way
        await way.close()


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    folder: Path = tmp_path_factory.mktemp("mail")
    return certificate(folder)


@pytest.fixture
def post() -> MailServer:
    return MailServer()


@pytest.fixture
async def mail(post: MailServer, bureau: Bureau, certificates: tuple[ssl.SSLContext, ssl.SSLContext]) -> AsyncIterator[Mail]:
    """Behind STARTTLS and a password."""
    post.passwords["bangban"] = "pass word"
    shown, trusted = certificates
    async with mail_server.served(post, tls=shown) as port:
        server = Server("127.0.0.1", port, "starttls", "bangban", "pass word", trusted, timeout_s=100)
        way = Mail(
            server=server, sender=("广州政务服务", "notice@gz.example"), notices=bureau.notices, appointments=bureau.appointments, clock=bureau.clock,
            public_url="https://h5.example/",
        )  # fmt: skip
        bureau.ways["email"] = way
        yield way
