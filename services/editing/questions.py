"""The questions that went badly, alike ones together: what a guide should be written or mended for."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from common.clock import Clock
from knowledge.model import Hit
from knowledge.service import Knowledge
from services.conversations.questions import Asked, QuestionLog

BAD = ("no_answer", "partial", "failed")
# Measured on the project's own questions: above the first, two questions ask for the same item nine times in ten; where the
# search had the same guide in mind for both, the second is enough.
ALIKE, ALIKE_NEAR_ONE_GUIDE = 0.45, 0.28
MOST_DIFFERENT = 400  # questions taken into account, the newest; each is encoded once
EXAMPLES, NEAREST = 5, 3
_REMEMBERED = 4000


@dataclass
class Cluster:
    """``count`` turns; ``examples`` are different sentences, the newest first; ``nearest`` what the search finds for the first now."""

    count: int = 0
    texts: list[str] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    last_seen: datetime | None = None
    nearest: Sequence[Hit] = ()

    @property
    def examples(self) -> list[str]:
        return self.texts[:EXAMPLES]


class Questions:
    """Reads masked text only."""

    def __init__(self, *, clock: Clock, log: QuestionLog, knowledge: Knowledge):
        self._clock, self._log, self._knowledge = clock, log, knowledge
        self._known: OrderedDict[str, npt.NDArray[np.float32]] = OrderedDict()

    async def clusters(self, *, outcomes: Sequence[str] = BAD, days: int = 30, limit: int = 50) -> list[Cluster]:
        """The most frequent first. :raises SearchUnavailable:"""
        since = self._clock.now() - timedelta(days=days)
        asked = await self._log.ended(outcomes=outcomes, since=since, limit=5 * MOST_DIFFERENT)
        return await asyncio.to_thread(self._clustered, asked, limit) if asked else []

    async def about(self, guide_id: str) -> list[str]:
        """What citizens asked of a guide lately, for replays."""
        return await self._log.about(guide_id=guide_id, since=self._clock.now() - timedelta(days=90))

    def _clustered(self, asked: Sequence[Asked], limit: int) -> list[Cluster]:
        by_text: dict[str, list[Asked]] = {}
        for one in asked:
            by_text.setdefault(one.text.strip(), []).append(one)
        texts = list(by_text)[:MOST_DIFFERENT]
        groups = group(self._vectors(texts), [by_text[text][0].nearest for text in texts])
        clusters = [self._cluster([texts[at] for at in members], by_text) for members in groups]
        clusters.sort(key=lambda c: (-c.count, -(c.last_seen.timestamp() if c.last_seen else 0)))
        for cluster in clusters[:limit]:
            cluster.nearest = self._knowledge.search(cluster.texts[0], top_k=NEAREST).results
        return clusters[:limit]

    def _cluster(self, texts: Sequence[str], by_text: dict[str, list[Asked]]) -> Cluster:
        turns = [one for text in texts for one in by_text[text]]
        return Cluster(len(turns), list(texts), Counter(t.outcome for t in turns), max(t.at for t in turns))

    def _vectors(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        for text in texts:
            if text not in self._known:
                self._known[text] = self._knowledge.vectors([text])[0]  # one by one: citizens' questions get in between
            self._known.move_to_end(text)
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return np.stack([self._known[text] for text in texts])


def group(vectors: npt.NDArray[np.float32], nearest: Sequence[str | None]) -> list[list[int]]:
    """Greedy: each joins the group whose mean direction it is most like, if it is alike enough, or begins one. Places by group."""
    groups: list[list[int]] = []
    sums: list[npt.NDArray[np.float32]] = []
    for at, vector in enumerate(vectors):
        likeness = np.array([float(total @ vector) / max(float(np.linalg.norm(total)), 1e-6) for total in sums])
        for place in np.argsort(-likeness):
            same = nearest[at] is not None and any(nearest[member] == nearest[at] for member in groups[place])
            if likeness[place] >= (ALIKE_NEAR_ONE_GUIDE if same else ALIKE):
                groups[place].append(at)
                sums[place] = sums[place] + vector
                break
        else:
            groups.append([at])
            sums.append(vector.copy())
    return groups
