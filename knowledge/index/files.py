"""Indexes on disk: ``<home>/index/<fingerprint>/``. The manifest is written last, so an index without one is not an index."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path

import numpy as np

from common.settings import ROOT
from knowledge.index.build import Built
from knowledge.index.dense import Dense
from knowledge.index.lexical import Lexical
from knowledge.index.model import AMENDED, FORMAT, Index, IndexedGuide
from knowledge.index.passages import Passage
from knowledge.search.asked import Asked
from knowledge.search.evidence import Collector
from knowledge.search.pinyin import Sounds
from knowledge.search.ranker import Ranker

_KEPT = 3  # newest indexes of an encoder kept, for going back; and the newest that was trained whole
_MANIFEST = "manifest.json"


class IndexFolder:
    """The indexes in one folder."""

    def __init__(self, path: Path):
        self.path = path

    @classmethod
    def of_home(cls, home: Path) -> IndexFolder:
        return cls(home / "index")

    @classmethod
    def workshop(cls, home: Path) -> IndexFolder:
        """Where indexes and vectors are made: beside the source in a checkout, so that every home of it shares one; else in the home."""
        checkout = (ROOT / "pyproject.toml").exists() and os.access(ROOT, os.W_OK)
        return cls(ROOT / ".cache" / "index") if checkout else cls.of_home(home)

    def has(self, fingerprint: str) -> bool:
        return (self.path / fingerprint / _MANIFEST).exists()

    @contextmanager
    def building(self) -> Iterator[None]:
        """One builder at a time, across processes; the others wait."""
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / ".lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def save(self, built: Built) -> None:
        """Written beside its place and moved there whole, the manifest last."""
        self.path.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(dir=self.path, prefix=".building-"))
        try:
            _write(beside, built)
        except BaseException:
            shutil.rmtree(beside, ignore_errors=True)
            raise
        self._put(beside, built.index.fingerprint)

    def adopt(self, other: IndexFolder, fingerprint: str) -> None:
        """Takes over an index from another folder, whole."""
        self.path.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(dir=self.path, prefix=".building-"))
        shutil.copytree(other.path / fingerprint, beside, dirs_exist_ok=True)
        self._put(beside, fingerprint)

    def newest(self, encoder: str) -> list[str]:
        """Fingerprints of the indexes made with this encoder, newest first."""
        stored = sorted(self.path.glob(f"*/{_MANIFEST}"), key=os.path.getmtime, reverse=True)
        return [m.parent.name for m in stored if json.loads(m.read_text(encoding="utf-8"))["encoder"] == encoder]

    def load(self, fingerprint: str, *, like: Index | None = None) -> Index:
        """``like``: one in memory whose parts are taken over where they are the same.

        Raises ``OSError``, ``KeyError`` or ``ValueError`` where the files are not whole.
        """
        return _read(self.path / fingerprint, like)

    def _put(self, beside: Path, fingerprint: str) -> None:
        try:
            shutil.rmtree(self.path / fingerprint, ignore_errors=True)
            beside.chmod(0o755)
            beside.rename(self.path / fingerprint)
        except OSError:
            shutil.rmtree(beside, ignore_errors=True)
            if not self.has(fingerprint):  # else another process put the same there first
                raise
        self._forget_old(json.loads((self.path / fingerprint / _MANIFEST).read_text(encoding="utf-8"))["encoder"])

    def _forget_old(self, encoder: str) -> None:
        same = [self.path / fingerprint / _MANIFEST for fingerprint in self.newest(encoder)]
        trained = [manifest for manifest in same if not manifest.parent.name.endswith(AMENDED)][:1]
        for manifest in [manifest for manifest in same[_KEPT:] if manifest not in trained]:
            manifest.unlink()  # first: from here on it is no index
            shutil.rmtree(manifest.parent, ignore_errors=True)


def _write(folder: Path, built: Built) -> None:
    index = built.index
    collector = index.collector
    np.save(folder / "vectors.npy", built.vectors)
    collector.dense.save(folder / "faiss.index")
    (folder / "passages.json").write_text(json.dumps([vars(p) for p in index.passages], ensure_ascii=False), encoding="utf-8")
    arrays = {"mean": collector.mean, "sounds": collector.sounds.table, "syllables": np.array(collector.sounds.syllables)}
    for name, lexical in collector.lexical.items():
        arrays |= lexical.arrays(name)
    np.savez(folder / "lexical.npz", **arrays)
    np.savez(folder / "asked.npz", **collector.asked.arrays())
    np.savez(folder / "ranker.npz", **index.ranker.arrays())
    manifest = {
        "format": FORMAT, "fingerprint": index.fingerprint, "encoder": index.encoder, "guides": [asdict(g) for g in index.guides],
        "outside": index.outside,
    }  # fmt: skip
    (folder / _MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")


def _read(folder: Path, like: Index | None) -> Index:
    manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
    if manifest["format"] != FORMAT:
        raise ValueError(f"index format {manifest['format']}, wanted {FORMAT}")
    guides = tuple(IndexedGuide(**g) for g in manifest["guides"])
    passages = tuple(Passage(**p) for p in json.loads((folder / "passages.json").read_text(encoding="utf-8")))
    with np.load(folder / "lexical.npz") as stored:
        arrays = dict(stored)
    with np.load(folder / "asked.npz") as stored:
        same = like.collector.asked if like and like.encoder == manifest["encoder"] else None
        asked = Asked.from_arrays(stored, like=same)
    with np.load(folder / "ranker.npz") as stored:
        ranker = Ranker(**{f.name: stored[f.name] for f in fields(Ranker)})
    collector = Collector(
        guide_ids=[g.id for g in guides], passages=passages, vectors=np.load(folder / "vectors.npy", mmap_mode="r"),
        dense=Dense.load(folder / "faiss.index"), mean=arrays["mean"], sounds=Sounds(arrays["syllables"].tolist(), arrays["sounds"]),
        lexical={name: Lexical.from_arrays(arrays, name) for name in ("whole", "names", "sounds")}, asked=asked,
    )  # fmt: skip
    return Index(manifest["fingerprint"], manifest["encoder"], guides, passages, collector, ranker, tuple(manifest.get("outside", ())))
