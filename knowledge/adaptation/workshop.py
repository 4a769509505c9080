"""From guides and questions to what is shipped as ``knowledge/index/adaptation.npz``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from common.settings import Settings
from knowledge.adaptation.learning import EPOCHS, Progress, Pupil, teach
from knowledge.adaptation.tokens import Tokenizer
from knowledge.adaptation.tower import POSITIONS, Tower, floats, matrices
from knowledge.evaluation.questions import NONE, Question, read_questions
from knowledge.evaluation.withheld import withheld_items
from knowledge.index.adapted import Adaptation, question_digest
from knowledge.index.build import Report
from knowledge.index.e5file import E5File, bundled_file, read_e5
from knowledge.index.encoder import BUNDLED, serving_encoder
from knowledge.index.files import IndexFolder
from knowledge.index.passages import passages_of
from knowledge.index.vector_cache import VectorCache
from knowledge.model import PublishedGuide, put_together
from knowledge.schema.library import shipped_guides
from knowledge.search.evidence import centroids_of
from knowledge.search.normalise import normalise

KEPT_BACK = 10  # one question in so many is not taught: with those the ranker weighs what was learned against the other evidence

MEAN_OF = 2000  # questions


@dataclass(frozen=True)
class Material:
    """``texts`` are normalised, ``items`` their places in ``names``; ``centroids`` (items, dimension) of the guides' passages."""

    texts: list[str]
    items: list[int]
    names: tuple[str, ...]
    centroids: npt.NDArray[np.float32]


def material_of(questions: Sequence[Question], names: Sequence[str], centroids: npt.NDArray[np.float32]) -> Material:
    """Of the training questions those that a guide answers, but for every tenth: which, hangs on its text alone."""
    place = {name: at for at, name in enumerate(names)}
    taught = [(normalise(q.text), place[q.item]) for q in questions if q.split == "train" and q.item != NONE and q.item in place]
    taught = [(text, at) for text, at in taught if int(question_digest(text)) % KEPT_BACK]
    return Material([text for text, _ in taught], [at for _, at in taught], tuple(names), centroids)


def adapt(material: Material, *, mean: npt.NDArray[np.float32], epochs: int = EPOCHS, progress: Progress | None = None) -> Adaptation:
    """``mean`` of the questions as the bundled encoder has them. Half an hour for fifteen thousand questions on two cores."""
    import torch

    torch.manual_seed(1)
    file = read_e5(bundled_file())
    cut = Tokenizer(file, longest=POSITIONS)
    pupil = Pupil.new(Tower(file), mean=mean, centroids=material.centroids)
    teach(pupil, [cut("query: " + text) for text in material.texts], material.items, epochs=epochs, progress=progress)
    return adaptation_of_pupil(pupil, file, material)


def adaptation_of_pupil(pupil: Pupil, file: E5File, material: Material) -> Adaptation:
    """What is shipped of a pupil that was taught this material."""
    tower = pupil.tower
    scales = {f"{name}.w": _flat(tower.scales[name.replace(".", "_")]) for name in matrices(file)}
    changed = {name: _flat(tower.floats[name.replace(".", "_")]) - file.floats(name) for name in floats(file)}
    changed["emb.pos"] = _flat(tower.positions) - file.floats("emb.pos")[: POSITIONS * file.hidden]
    return Adaptation(
        scales={name: part.astype(np.float16) for name, part in scales.items()},
        floats={name: part.astype(np.float16) for name, part in changed.items()},
        mean=pupil.mean.numpy(),
        head=pupil.head.detach().numpy().astype(np.float16),
        bias=pupil.bias.detach().numpy(),
        items=material.names,
        taught=np.unique(np.array([question_digest(text) for text in material.texts], np.uint64)),
    )


def _flat(parameter: object) -> npt.NDArray[np.float32]:
    return parameter.detach().numpy().ravel()  # type: ignore[attr-defined, no-any-return]


def adapt_shipped(config: Settings, *, without: float, epochs: int, report: Report) -> Adaptation:
    """From the shipped guides and questions; ``without`` this share of the items, as :func:`withheld_items` chooses them."""
    guides = [p.guide for p in put_together({g.id: PublishedGuide(g.id, 1, g) for g in shipped_guides()}).values()]
    encoder = serving_encoder(BUNDLED)
    cache = VectorCache(IndexFolder.workshop(config.home).path, encoder)
    passages = [passage for guide in guides for passage in passages_of(guide)]
    vectors = cache.documents([normalise(p.searched) for p in passages], lambda done, of: report("passages", done, of))
    away = withheld_items([g.name for g in guides], without) if without else set()
    kept = [guide for guide in guides if guide.name not in away]
    centroids = centroids_of([g.id for g in kept], passages, vectors)
    material = material_of(read_questions(), [g.name for g in kept], centroids)
    few = material.texts[:: max(1, len(material.texts) // MEAN_OF)]  # enough for a mean, and they come item by item
    mean = cache.queries(few, lambda done, of: report("questions", done, of)).mean(axis=0)
    cache.save_if_grown()
    return adapt(material, mean=mean, epochs=epochs, progress=lambda done, of, _: report("lesson", done, of))
