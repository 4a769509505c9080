"""Bringing the database to the newest shape: every package has its own Alembic branch, found by its ``migrations`` folder."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from common.database import sqlalchemy_url

ROOT = Path(__file__).resolve().parent.parent.parent


def locations() -> list[Path]:
    """The ``migrations`` folders, one per package that owns tables."""
    found = [ROOT / "knowledge/workflow/migrations", *(f for part in ("services", "channels") for f in sorted((ROOT / part).glob("*/migrations")))]
    return [folder for folder in found if any(folder.glob("[!_.]*.py"))]


def alembic_config(url: str) -> Config:
    """Alembic's settings for one database."""
    config = Config(attributes={"url": sqlalchemy_url(url)})
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", "\n".join(str(folder) for folder in locations()))
    return config


def upgrade(url: str) -> list[str]:
    """Brings the database to the newest revision of every branch, in one transaction, and names the revisions it applied.

    Several processes may call it at once: one works, the others wait and find nothing left to do.
    """
    if not locations():
        return []
    before = current(url)
    command.upgrade(alembic_config(url), "heads")
    return sorted(current(url) - before)


def current(url: str) -> set[str]:
    """The head revisions the database is at."""
    engine = create_engine(sqlalchemy_url(url), poolclass=NullPool)
    with engine.connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads())


def pending(url: str) -> set[str]:
    """The newest revisions the database does not have yet."""
    return set(ScriptDirectory.from_config(alembic_config(url)).get_heads()) - current(url) if locations() else set()
