"""A real mail server (aiosmtpd) that keeps what it takes and answers as it is told; with TLS by a certificate of its own and with passwords."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import ipaddress
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class MailServer:
    """``to`` and ``data``: answers to RCPT and DATA instead of a yes, in order."""

    passwords: dict[str, str] = field(default_factory=dict)
    to: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    taken: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    protected: list[bool] = field(default_factory=list)
    hang_up_after_data: bool = False

    async def handle_RCPT(self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        if self.to:
            return self.to.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
        if self.data:
            return self.data.pop(0)
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        self.recipients += envelope.rcpt_tos
        self.protected.append(session.ssl is not None)
        if self.hang_up_after_data:
            server.transport.close()
        return "250 2.0.0 queued"

    def authenticate(self, server: Any, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword) -> AuthResult:
        right = isinstance(data, LoginPassword) and self.passwords.get(data.login.decode()) == data.password.decode()
        return AuthResult(success=right, handled=right)


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """What a server on 127.0.0.1 shows, and who trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    whole = folder / "mail.pem"
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    whole.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shown.load_cert_chain(whole)
    return shown, ssl.create_default_context(cafile=str(whole))


@contextlib.asynccontextmanager
async def served(server: MailServer, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """The port on 127.0.0.1 where it listens while the context lasts; with ``tls`` it insists on STARTTLS."""
    loop = asyncio.get_running_loop()

    def protocol() -> SMTP:
        wanted = bool(server.passwords)
        return SMTP(
            server, hostname="mail.test", loop=loop, tls_context=tls, require_starttls=tls is not None, auth_required=wanted,
            auth_require_tls=tls is not None, authenticator=server.authenticate if wanted else None,
        )  # fmt: skip

    listening = await loop.create_server(protocol, "127.0.0.1", 0)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()
        await listening.wait_closed()
