"""The trained Rasa model: one file per state of what it is trained from, so that nothing is trained twice or out of date."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from common.settings import ROOT

BOT = ROOT / "bot"
DATA = ROOT / "data"
MODELS = BOT / "models"
# What training reads. Tests of dialogues, endpoints and credentials do not change a model.
_SOURCES = {BOT: ("config.yml", "domain", "components", "requirements.lock"), DATA: ("nlu", "rules", "stories")}


def fingerprint() -> str:
    """Names the state of everything training reads, by the contents of its files."""
    digest = hashlib.sha256()
    for path in sorted(_sources()):
        digest.update(f"{path.relative_to(ROOT)}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()[:16]


def model_file() -> Path:
    """Where the model for the present sources is, trained or not."""
    return MODELS / f"bangban-{fingerprint()}.tar.gz"


def training_command(folder: Path, name: str) -> list[str]:
    """Trains into ``folder/name.tar.gz``; run in ``bot/``, where the components are imported from."""
    data = [str(DATA / kind) for kind in _SOURCES[DATA] if (DATA / kind).exists()]
    return [
        str(BOT / ".venv/bin/python"), "-m", "lean_rasa", "train", "--config", "config.yml", "--domain", "domain", "--data", *data,
        "--out", str(folder), "--fixed-model-name", name,
    ]  # fmt: skip


def _sources() -> Iterator[Path]:
    for folder, names in _SOURCES.items():
        for path in (folder / name for name in names):
            found = [path] if path.is_file() else path.rglob("*")
            yield from (file for file in found if file.is_file() and "__pycache__" not in file.parts)
