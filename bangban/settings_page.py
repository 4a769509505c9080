"""``docs/settings.md``, written from the settings table itself so that the page cannot fall behind: ``make docs``."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

from pydantic_core import PydanticUndefined

from common.settings import ROOT, Settings

PAGE = ROOT / "docs" / "settings.md"
_HEAD = """# Settings

Environment variables, read by every part; the supervisor fills in what it starts itself. Written by `make docs` from the table in
`common/settings.py`; do not edit.

| variable | default | what it does |
|---|---|---|
"""


def settings_page() -> str:
    """The whole page as Markdown."""
    rows = [f"| `BANGBAN_{name.upper()}` | {_default(field)} | {_meaning(field)} |" for name, field in Settings.model_fields.items()]
    return _HEAD + "\n".join(rows) + "\n"


def _default(field: Any) -> str:
    value = field.default
    if value is PydanticUndefined:
        return "required"
    if value is None or str(value) == "":
        return "not set"
    if isinstance(value, Path):
        return f"`{value.relative_to(ROOT)}/` in the repository" if value.is_relative_to(ROOT) else f"`{value}`"
    return f"`{int(value) if isinstance(value, bool) else value}`"


def _meaning(field: Any) -> str:
    choices = [choice for choice in get_args(field.annotation) if isinstance(choice, str)]
    return " ".join([*([f"One of {', '.join(f'`{c}`' for c in choices)}."] if choices else []), field.description or ""]).strip()


if __name__ == "__main__":
    PAGE.write_text(settings_page(), encoding="utf-8")
