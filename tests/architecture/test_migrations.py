"""What the migrations build is what ``tables.py`` says."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from bangban.migrations import ROOT, alembic_config, locations
from common.database import sqlalchemy_url

_PACKAGES = [".".join(folder.parent.relative_to(ROOT).parts) for folder in locations()]


@pytest.mark.parametrize("package", _PACKAGES)
def test_the_migrated_schema_equals_the_declared_tables(package: str, database_url: str) -> None:
    tables = importlib.import_module(f"{package}.tables")
    engine = create_engine(sqlalchemy_url(database_url), poolclass=NullPool)
    with engine.connect() as connection:
        options = {
            "include_schemas": True,
            "include_name": lambda name, kind, _: kind != "schema" or name == tables.metadata.schema,
            "compare_type": True,
        }
        context = MigrationContext.configure(connection, opts=options)
        differences = compare_metadata(context, tables.metadata)
    assert tables.metadata.tables, f"{package}.tables declares no table"
    assert differences == []


@pytest.mark.parametrize("package", _PACKAGES)
def test_every_branch_is_labelled_with_its_package_or_schema(package: str) -> None:
    names = {package.split(".")[-1], importlib.import_module(f"{package}.tables").metadata.schema}
    script = ScriptDirectory.from_config(alembic_config("postgresql://unused"))
    own = [revision for revision in script.walk_revisions() if Path(revision.path).parent.parent == ROOT.joinpath(*package.split("."))]
    assert own
    assert [r.revision for r in own if not names & r.branch_labels or r.revision.rsplit("_", 1)[0] not in names] == []
