"""Migrations of several packages: found, applied once, all or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import psycopg
import pytest

from bangban import migrations
from bangban.stores.postgres import EmbeddedPostgres
from common.ids import new_id

_FIRST = """
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "{name}_0001", None, ("{name}",), None
def upgrade():
    op.execute("CREATE SCHEMA {name}")
    op.create_table("things", sa.Column("id", sa.Text, primary_key=True), schema="{name}")
"""
_BROKEN = """
from alembic import op
revision, down_revision, branch_labels, depends_on = "apples_0002", "apples_0001", None, None
def upgrade():
    op.execute("CREATE TABLE apples.more (id text)")
    op.execute("SELECT nonsense")
"""


@pytest.fixture
def empty_url(postgres: EmbeddedPostgres) -> Iterator[str]:
    name = new_id("t")
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield postgres.url(name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def two_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    folders = [tmp_path / name for name in ("apples", "pears")]
    for folder in folders:
        folder.mkdir()
        (folder / "0001_things.py").write_text(_FIRST.format(name=folder.name))
    monkeypatch.setattr(migrations, "locations", lambda: folders)
    return folders


def test_every_package_is_brought_to_its_newest_revision(empty_url: str, two_packages: list[Path]) -> None:
    assert migrations.pending(empty_url) == {"apples_0001", "pears_0001"}
    assert migrations.upgrade(empty_url) == ["apples_0001", "pears_0001"]
    assert migrations.pending(empty_url) == set()
    assert migrations.upgrade(empty_url) == []


def test_parallel_migrators_do_the_work_once(empty_url: str, two_packages: list[Path]) -> None:
    with ProcessPoolExecutor(3, mp_context=get_context("fork")) as pool:  # forked, so that the patched places are seen
        applied = list(pool.map(migrations.upgrade, [empty_url] * 3))
    assert sorted(map(len, applied))[-1] == 2
    assert migrations.current(empty_url) == {"apples_0001", "pears_0001"}


def test_a_failing_revision_leaves_nothing_behind(empty_url: str, two_packages: list[Path]) -> None:
    migrations.upgrade(empty_url)
    (two_packages[0] / "0002_more.py").write_text(_BROKEN)
    with pytest.raises(Exception, match="nonsense"):
        migrations.upgrade(empty_url)
    assert migrations.current(empty_url) == {"apples_0001", "pears_0001"}
    with psycopg.connect(empty_url) as connection:
        assert connection.execute("SELECT to_regclass('apples.more')").fetchone() == (None,)
