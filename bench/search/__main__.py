"""``python -m bench.search``: our search beside BM25, the bare encoder and their fusion, in one run over the shipped guides."""

from __future__ import annotations

import statistics
import time
from typing import Annotated

import psutil
import typer
from rich.console import Console

from bench.search.baselines import bare_encoder, bm25_jieba, run, z_fusion
from bench.search.narrowing import look_up, narrowings, show_narrowings, show_policies
from common.settings import settings
from knowledge.cli import progress_bars
from knowledge.evaluation.frozen import own_questions
from knowledge.evaluation.measures import Measures
from knowledge.evaluation.run import Asking
from knowledge.evaluation.tables import show
from knowledge.index.encoder import BUNDLED, serving_encoder
from knowledge.index.files import IndexFolder
from knowledge.index.holder import IndexHolder
from knowledge.index.rebuild import ensure_index
from knowledge.model import PublishedGuide, put_together
from knowledge.schema.library import shipped_guides
from knowledge.search.engine import Searcher
from knowledge.search.normalise import normalise

console = Console()


def main(
    split: Annotated[str, typer.Option(help="dev, or test to report a final figure; never choose by test.")] = "dev",
    policies: Annotated[bool, typer.Option("--policies", help="Also what other thresholds of the separating questions would do.")] = False,
) -> None:
    """Hit@1/3/5, MRR and no-answer AUROC of four systems; how soon the item is reached; the time and memory of ours."""
    guides = put_together({g.id: PublishedGuide(g.id, 1, g) for g in shipped_guides()})
    with progress_bars() as report:
        fingerprint = ensure_index(list(guides.values()), settings(), report=report)
        searcher = IndexHolder(settings().encoder).load(IndexFolder.of_home(settings().home), fingerprint, list(guides.values()))
        asking = Asking(searcher, {g.id: g.guide for g in guides.values()}, settings().region)
        asked = own_questions(split)  # type: ignore[arg-type]
        ours = asking.run(asked, progress=lambda done, of: report("ours", done, of))
    console.print(f"{len(guides)} guides, {len(searcher.index.passages)} passages, {len(asked)} questions of {split}", highlight=False)
    words, meaning = bm25_jieba(searcher), bare_encoder(searcher, serving_encoder(BUNDLED))
    systems = {"BM25 (jieba)": words, "bare encoder": meaning, "z-score fusion": z_fusion(words, meaning)}
    show({**{name: Measures(run(scorer, asking, asked)) for name, scorer in systems.items()}, "ours": Measures(ours)}, console)
    looked = look_up(asking, asked)
    show_narrowings(narrowings(looked, asking.guides), console)
    if policies:
        show_policies(looked, asking.guides, console)
    _time(searcher, [a.text for a in asked if a.expected][:200])


def _time(searcher: Searcher, texts: list[str]) -> None:
    searcher = Searcher(index=searcher.index, encoder=searcher.encoder)  # one that remembers no sentence yet
    encode, whole = [], []
    for text in texts:
        began = time.perf_counter()
        searcher.encoder.queries([normalise(text)])
        encode.append(time.perf_counter() - began)
        began = time.perf_counter()
        searcher.search(text, region=settings().region, top_k=10)
        whole.append(time.perf_counter() - began)
    one, other = statistics.median(encode) * 1000, statistics.median(whole) * 1000
    memory = psutil.Process().memory_info().rss / 2**20
    console.print(f"median: encoding alone {one:.1f} ms, whole search {other:.1f} ms ({other / one:.2f}×); memory {memory:.0f} MB", highlight=False)


if __name__ == "__main__":
    typer.run(main)
