"""Secrets of one home: made once, kept in ``secrets.json`` that only its owner may read."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

# Words of a password a person types at the desk: no letters that look alike.
_TYPED = "abcdefghjkmnpqrstuvwxyz23456789"


def home_secrets(home: Path) -> dict[str, str]:
    """``rasa_token``, ``redis_password``, ``secret_key`` and ``demo_password``; missing ones are made and stored."""
    path = home / "secrets.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    wanted = {
        "rasa_token": secrets.token_urlsafe(32),
        "redis_password": secrets.token_urlsafe(32),
        "secret_key": secrets.token_urlsafe(32),
        "demo_password": "-".join("".join(secrets.choice(_TYPED) for _ in range(4)) for _ in range(3)),
    }
    if wanted.keys() - known.keys():
        known = wanted | known
        _write_privately(path, json.dumps(known, indent=2))
    return known


def _write_privately(path: Path, text: str) -> None:
    """Whole or not at all: losing the key would lose every sealed value."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
