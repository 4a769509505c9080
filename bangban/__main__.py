"""``python -m bangban`` is the ``bangban`` command."""

from __future__ import annotations

from bangban.cli import app

if __name__ == "__main__":
    app()
