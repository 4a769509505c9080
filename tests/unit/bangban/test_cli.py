"""The command line: quick to list, clear when something is missing."""

from __future__ import annotations

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from bangban.cli import app
from bangban.cli.lazy import LazyGroup


def test_help_lists_every_command_without_loading_any() -> None:
    code = "import sys; from typer.testing import CliRunner; from bangban.cli import app\n"
    code += "print(CliRunner().invoke(app, ['--help']).output); print('LOADED', sorted(m for m in sys.modules if m.split('.')[0] in "
    code += "('sqlalchemy', 'torch', 'psycopg', 'sanic', 'knowledge', 'services', 'pydantic')))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert all(entry.name in said for entry in LazyGroup.table)
    assert "LOADED []" in said


@pytest.mark.parametrize("entry", [entry for entry in LazyGroup.table if entry.name not in ("chat", "eval")], ids=lambda entry: entry.name)
def test_every_command_explains_itself(entry) -> None:
    done = CliRunner().invoke(app, [entry.name, "--help"])
    assert done.exit_code == 0, done.output
    assert "Usage" in done.output


def test_an_unknown_command_is_refused() -> None:
    done = CliRunner().invoke(app, ["nonsense"])
    assert done.exit_code == 2 and "nonsense" in done.output


def test_a_command_of_a_part_that_is_not_installed_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from bangban.cli.lazy import lazy

    monkeypatch.setattr(LazyGroup, "table", [lazy("gone", "bangban.cli.gone:app", "")])
    done = CliRunner().invoke(app, ["gone"])
    assert done.exit_code == 1 and "not part of this installation" in done.output
