"""The lesson: each question is drawn towards the passages of its item, and beside it a head learns what the passages do not say."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from knowledge.adaptation.tower import Tower
from knowledge.index.adapted import HEAD_SCALE

EPOCHS, BATCH = 4, 48
SCALE_RATE, FLOAT_RATE, HEAD_RATE = 2e-3, 3e-4, 6e-3  # of learning
HEAD_DECAY = 0.05
PASSAGES_SHARE = 0.5  # how much meeting the passages counts beside the head
DROPPED = 0.1  # tokens of a question left out each time it is seen
_KEPT, _LONG = 4, 8  # the prompt stays whole, and so do short questions
_WARM_UP, _LEAST = 60, 0.03
_SORTED = 16  # batches within which questions of like length are put together

Progress = Callable[[int, int, float], None]  # steps done, of, mean loss of the epoch so far


@dataclass(frozen=True)
class Pupil:
    """``head`` (dimension, items) and ``bias`` (items,) learn beside the tower."""

    tower: Tower
    mean: Tensor
    centroids: Tensor
    head: nn.Parameter
    bias: nn.Parameter

    @classmethod
    def new(cls, tower: Tower, *, mean: npt.NDArray[np.float32], centroids: npt.NDArray[np.float32]) -> Pupil:
        items, dimension = centroids.shape
        return cls(tower, torch.tensor(mean), torch.tensor(centroids), nn.Parameter(torch.zeros(dimension, items)), nn.Parameter(torch.zeros(items)))

    def queries(self, tokens: Sequence[Sequence[int]]) -> Tensor:
        return F.normalize(self.tower(tokens) - self.mean, dim=1)

    def loss(self, tokens: Sequence[Sequence[int]], items: Tensor) -> Tensor:
        queries = self.queries(tokens)
        passages = HEAD_SCALE * queries @ self.centroids.T
        learned = passages + HEAD_SCALE * queries @ self.head + self.bias
        return PASSAGES_SHARE * F.cross_entropy(passages, items) + F.cross_entropy(learned, items)


def teach(
    pupil: Pupil, tokens: Sequence[Sequence[int]], items: Sequence[int], *, epochs: int = EPOCHS, seed: int = 1, progress: Progress | None = None,
) -> None:  # fmt: skip
    """Changes the pupil; some 20 ms a question and epoch on two cores with bfloat16."""
    dice = random.Random(seed)
    learning = [*pupil.tower.parameters()]
    steps = epochs * math.ceil(len(tokens) / BATCH)
    optimiser = torch.optim.AdamW(
        [
            {"params": list(pupil.tower.scales.values()), "lr": SCALE_RATE, "weight_decay": 0.0},
            {"params": [*pupil.tower.floats.values(), pupil.tower.positions], "lr": FLOAT_RATE, "weight_decay": 0.0},
            {"params": [pupil.head, pupil.bias], "lr": HEAD_RATE, "weight_decay": HEAD_DECAY},
        ]
    )
    rate = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step, steps))
    done = 0
    pupil.tower.train()
    for _ in range(epochs):
        total = 0.0
        for at, rows in enumerate(_batches(tokens, dice), 1):
            loss = pupil.loss([_shortened(tokens[row], dice) for row in rows], torch.tensor([items[row] for row in rows]))
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(learning, 1.0)
            optimiser.step()
            rate.step()
            done, total = done + 1, total + loss.item()
            if progress:
                progress(done, steps, total / at)
    pupil.tower.eval()


def _rate(step: int, steps: int) -> float:
    falling = 0.5 + 0.5 * math.cos(math.pi * min(1.0, step / steps))
    return min(1.0, (step + 1) / _WARM_UP) * (_LEAST + (1 - _LEAST) * falling)


def _batches(tokens: Sequence[Sequence[int]], dice: random.Random) -> list[list[int]]:
    """Every question once; like lengths together, so that little is computed for padding."""
    rows = list(range(len(tokens)))
    dice.shuffle(rows)
    batches: list[list[int]] = []
    for at in range(0, len(rows), BATCH * _SORTED):
        part = sorted(rows[at : at + BATCH * _SORTED], key=lambda row: len(tokens[row]))
        batches += [part[i : i + BATCH] for i in range(0, len(part), BATCH)]
    dice.shuffle(batches)
    return batches


def _shortened(tokens: Sequence[int], dice: random.Random) -> list[int]:
    if len(tokens) <= _LONG:
        return list(tokens)
    return [*tokens[:_KEPT], *(t for t in tokens[_KEPT:-1] if dice.random() > DROPPED), tokens[-1]]
