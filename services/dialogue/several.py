"""Several matters in one sentence: the first is taken up, the others wait and are offered until their turn comes."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.service import Hit
from services.conversations.state import Goal, Waiting
from services.dialogue import lexicon
from services.dialogue.assistant import Assistant
from services.dialogue.narrowing import CERTAIN, MEANT, SHOWN, SURE, VAGUE, already_said, close_hits
from services.dialogue.nearby import offer_nearby
from services.dialogue.parts import Part, Parted, parted
from services.dialogue.people import turn_to
from services.dialogue.scene import Scene
from services.dialogue.spelling import spelled
from services.dialogue.taking import narrow, search_items
from services.messages.model import Candidate

_BUNDLES_AMONG = 20  # hits of the whole sentence among which a bundle is looked for
_SAID = 12  # characters of a part that may stand for the matter it names
_BUNDLE_FIRST = 3  # among so many it is meant however surely another item is found for a part of the sentence


@dataclass(frozen=True)
class Matter:
    """What one part of the sentence is about: the items that may be meant, the likeliest first."""

    part: Part
    hits: list[Hit]


async def take_several(assistant: Assistant, scene: Scene, *, goal: Goal) -> bool:
    """Whether the sentence names several matters; then the first is taken up. ``goal``: what is wanted of those that something is asked of."""
    if not scene.text or _about_what_is_in_hand(assistant, scene):
        return False
    meant = spelled(assistant.knowledge, scene.text)
    cut = parted(meant.text, [*scene.understood.objects, *meant.things])
    matters = _matters(assistant, scene, cut)
    if len(matters) < 2:
        return False
    apart = any(m.part.asks for m in matters) and not all(m.part.asks for m in matters) and goal in ("aspect", "materials")
    matters = _with_bundle(assistant, scene, matters)
    waiting = [_wait(assistant, m, background=cut.background, goal="overview" if apart and not m.part.asks else goal, scene=scene) for m in matters]
    first = waiting.pop(0)
    scene.update(waiting=waiting)
    scene.conclude("clarifying", candidates=[Candidate(guide_id=h.guide_id, name=h.name, score=round(h.score, 4)) for h in matters[0].hits[:SHOWN]])
    await take_up(assistant, scene, first, matters[0].hits)
    return True


async def take_up(assistant: Assistant, scene: Scene, matter: Waiting, hits: list[Hit] | None = None) -> None:
    """It is this matter's turn: as if it had been named alone."""
    hits = hits or [Hit.for_guide(assistant.knowledge.guide(g)) for g in matter.guides]
    scene.close_question()
    scene.update(waiting=[w for w in scene.state.waiting if w.guides != matter.guides])
    turn_to(scene, lexicon.whom(matter.query) or "self")
    scene.update(goal=matter.goal, aspects=matter.aspects or scene.state.aspects, query=matter.query)
    await narrow(assistant, scene, hits)
    offer_nearby(assistant, scene, search_items(assistant, scene, matter.query).results or hits)


def _about_what_is_in_hand(assistant: Assistant, scene: Scene) -> bool:
    """ "身份证和户口本要原件吗": a thing named is a paper for the item in hand, and nothing has happened to it."""
    if scene.state.guide_id is None or not scene.understood.objects:
        return False
    papers = [m.name for m in assistant.knowledge.guide(scene.state.guide_id).guide.materials]
    return any(any(thing in p for p in papers) for thing in scene.understood.objects) and not lexicon.says_what_happened(scene.text)


def _matters(assistant: Assistant, scene: Scene, cut: Parted) -> list[Matter]:
    """The parts that find an item for certain, each another one; less will do for what is plainly added to a matter before it."""
    found: list[Matter] = []
    for part in cut.parts:
        hits = _found_for(assistant, scene, part, part.text, least=VAGUE if part.added and found else CERTAIN)
        if not hits and found and cut.cause:
            hits = _found_for(assistant, scene, part, f"{cut.cause}{part.text}")  # "办医保" of "生了小孩要上户口，办医保"
        known = {h.guide_id for m in found for h in m.hits}
        if hits and not known & {h.guide_id for h in hits}:
            found.append(Matter(part, hits))
    return found


def _found_for(assistant: Assistant, scene: Scene, part: Part, query: str, *, least: float = CERTAIN) -> list[Hit]:
    """``least``: the score from which it is a matter though its name is not said."""
    result = search_items(assistant, scene, query)
    if not result.answerable or not result.results:
        return []
    hits = close_hits(result.results)
    guides = {h.guide_id: assistant.knowledge.guide(h.guide_id).guide for h in hits}
    best = guides[hits[0].guide_id]
    named = bool(part.thing) and lexicon.overlaps(part.thing, [best.name, best.topic, *best.aliases])
    if not named and hits[0].score < least:
        return []
    return already_said(hits, guides, part.text, scene.state.answers)


def _with_bundle(assistant: Assistant, scene: Scene, matters: list[Matter]) -> list[Matter]:
    """A bundle (一件事) that the sentence means and that gathers two of the matters or more stands for them."""
    whole = assistant.knowledge.search(scene.text, region=scene.state.district, top_k=_BUNDLES_AMONG).results
    likely = {h.guide_id: h for place, h in enumerate(whole) if place < _BUNDLE_FIRST or h.score >= MEANT * whole[0].score}
    likely |= {h.guide_id: h for m in matters for h in m.hits[:1]}
    best: tuple[int, Hit] | None = None
    for hit in likely.values():
        bundle = assistant.knowledge.guide(hit.guide_id).guide.bundle
        items = {member.guide for member in bundle.members} | {hit.guide_id} if bundle else set()
        covered = sum(_gathered(m, items) for m in matters)
        if covered > 1 and (best is None or covered > best[0]):
            best = covered, hit
            gathered = items
    if best is None:
        return matters
    kept = [m for m in matters if not _gathered(m, gathered)]
    asks = any(m.part.asks for m in matters if m not in kept)
    return [Matter(Part(scene.text, asks=asks), [best[1]]), *kept]


def _gathered(matter: Matter, items: set[str]) -> bool:
    """Whether the matter may be one of these: "办医保" alone may be several, of which the bundle for the newborn has one."""
    return any(h.guide_id in items for h in matter.hits)


def _wait(assistant: Assistant, matter: Matter, *, background: str, goal: Goal, scene: Scene) -> Waiting:
    names = [assistant.knowledge.guide(h.guide_id).guide for h in matter.hits]
    certain = len(names) == 1 and matter.hits[0].score >= SURE
    said = matter.part.text if len(matter.part.text) <= _SAID else names[0].topic
    label = names[0].name if certain else matter.part.thing or said
    asked = list(scene.understood.aspects) if goal in ("aspect", "materials") else []
    query = f"{background}，{matter.part.text}" if background else matter.part.text
    return Waiting(label=label, query=query, guides=[h.guide_id for h in matter.hits], goal=goal, aspects=asked)
