"""Imports point one way, and packages are entered through their doors."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

from tests.architecture.sources import ROOT, imported_modules, module_name, python_files

OURS = ("bangban", "common", "knowledge", "services", "actions", "channels", "desk")

# What others may import of a package. `model`, `errors` and `ports` are the words a service is spoken to in.
DOORS = {"service", "model", "errors", "ports"}
MORE_DOORS = {
    "services.messages": {"payloads", "rendering", "lines"},  # the contract itself: shapes, what buttons say, plain text, a guide's materials in it
    # the dialogue state that flows read and stage; the check of a picture at the edge; what was asked, for who mends the guides
    "services.conversations": {"state", "uploads", "questions"},
    "services.dialogue": {"cards"},  # guides as messages: agents send the cards the bot sends
    # the language of guides and pure computation over one; drafts and versions, and guides as files, for the editors' service
    "knowledge": {"schema", "guidance", "workflow", "exchange"},
}


def _package(module: str) -> str | None:
    """The package with a door that a module belongs to."""
    parts = module.split(".")
    if parts[0] == "knowledge":
        return "knowledge"
    return ".".join(parts[:2]) if parts[0] == "services" and len(parts) > 1 and parts[1] != "bootstrap" else None


def _climbs(importer: str, imported: str) -> bool:
    """Whether the import goes past the door of somebody else's package."""
    package = _package(imported)
    if package is None or _package(importer) == package:
        return False
    inside = imported.removeprefix(package).strip(".").split(".")[0]
    return bool(inside) and inside not in DOORS | MORE_DOORS.get(package, set())


@pytest.mark.parametrize(
    ("importer", "imported", "climbs"),
    [
        ("desk.agents", "services.forms.service.FormService", False),
        ("desk.agents", "services.forms.store.Store", True),
        ("services.forms.service", "services.forms.store.Store", False),
        ("services.forms.service", "services.cases.adapters.sandbox", True),
        ("actions.finding", "knowledge.index.build", True),
        ("actions.finding", "knowledge.schema.guide.Guide", False),
    ],
)
def test_the_rule_of_doors_tells_right_from_wrong(importer: str, imported: str, climbs: bool) -> None:
    assert _climbs(importer, imported) is climbs


def test_packages_are_entered_through_their_doors() -> None:
    """The bootstrap chooses adapters and the command line is the knowledge's own; everybody else uses the door."""
    files = [path for path in python_files(*OURS) if module_name(path) != "services.bootstrap"]
    pairs = [(path, imported) for path in files for imported in imported_modules(path)]
    assert pairs and [f"{path.relative_to(ROOT)} imports {name}" for path, name in pairs if _climbs(module_name(path), name)] == []


def test_layers_are_kept() -> None:
    tool = [sys.executable, "-c", "import sys; from importlinter.cli import lint_imports_command as run; sys.exit(run())", "--no-cache"]
    done = subprocess.run(tool, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_bot_imports_nothing_of_ours() -> None:
    """It lives in another environment; ``components`` is its own."""
    found = [f"{path.relative_to(ROOT)}: {name}" for path in python_files("bot") for name in imported_modules(path) if name.split(".")[0] in OURS]
    assert found == []


def test_no_module_is_called_after_nothing() -> None:
    bad = {"utils", "helpers", "manager", "misc", "util", "helper"}
    assert [path for path in python_files(*OURS, "bot", "tests", "tools") if path.stem in bad] == []


def test_every_module_says_what_it_is_for() -> None:
    """Empty package markers and two-line starters need no words."""
    texts = {path: path.read_text(encoding="utf-8") for path in python_files(*OURS, "bot")}
    silent = [path.relative_to(ROOT) for path, text in texts.items() if text.strip() and not ast.get_docstring(ast.parse(text))]
    assert [str(path) for path in silent if path.name != "__main__.py"] == []
