"""Nothing in the repository belongs to one machine, one registry or one person."""

from __future__ import annotations

import re

import pytest

from bangban.settings_page import PAGE, settings_page
from common.settings import Settings
from tests.architecture.sources import ROOT, tracked_files

# Files that are written by tools and name where they found things are told not to (see the first lines of the lock files).
_TEXT = {".py", ".toml", ".lock", ".txt", ".md", ".yml", ".yaml", ".json", ".ts", ".js", ".mjs", ".vue", ".cfg", ".ini", ".sh", ".npmrc", ".html", ""}
_REGISTRY = re.compile(
    r"(?:pypi\.org|pythonhosted\.org|registry\.npmjs\.org|npmmirror\.com|download\.pytorch\.org|deb\.debian\.org|mirrors?\.[a-z0-9-]+\.(?:cn|com|org))"
    r"|--(?:extra-)?index-url[= ]https?:|--find-links[= ]/",
    re.IGNORECASE,
)
_MACHINE = re.compile(r"(?<![a-zA-Z0-9_./~-])/(?:work|root|opt/(?:pypi|wheels)|home/[a-z]+)/")


def _texts():
    for path in tracked_files():
        if path.suffix in _TEXT and path.relative_to(ROOT) != (ROOT / __file__).relative_to(ROOT):
            yield path, path.read_text(encoding="utf-8", errors="replace")


@pytest.mark.parametrize("line", ["https://pypi.org/simple", "https://registry.npmjs.org/vue", "--index-url https://somewhere", "https://mirrors.example.cn/x"])
def test_a_registry_address_is_recognised(line: str) -> None:
    assert _REGISTRY.search(line)


def test_no_file_names_a_package_registry() -> None:
    """Whoever installs chooses the registry; npm's lock is told by ``omit-lockfile-registry-resolved`` to name none."""
    found = [f"{path.relative_to(ROOT)}: {match.group()}" for path, text in _texts() if (match := _REGISTRY.search(text))]
    assert found == []


def test_no_file_names_a_path_of_one_machine() -> None:
    found = [f"{path.relative_to(ROOT)}: {match.group()}" for path, text in _texts() if (match := _MACHINE.search(text))]
    assert found == []


def test_the_page_of_settings_is_the_table_of_settings() -> None:
    assert PAGE.read_text(encoding="utf-8") == settings_page(), "run `make docs`"


def test_every_setting_says_what_it_does() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
