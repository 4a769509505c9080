"""Choosing among what was found, and taking it back: a facet's value, none of these, "不是补领，是换领"."""

from __future__ import annotations

from knowledge.schema.guide import Guide
from knowledge.service import Hit
from services.dialogue import lexicon, sentences
from services.dialogue.assistant import Assistant
from services.dialogue.finding import find
from services.dialogue.goers import who_goes
from services.dialogue.going_back import go_back
from services.dialogue.going_on import ask_situation, go_on
from services.dialogue.hints import infer_answers
from services.dialogue.narrowing import SHOWN, open_items, topic_siblings
from services.dialogue.people import turn_to
from services.dialogue.refusing import not_this
from services.dialogue.scene import Scene, answer_key
from services.dialogue.stating import tells_of_the_case
from services.dialogue.taking import narrow, take, to_sibling
from services.dialogue.waiting import next_matter
from services.messages.model import Candidate


async def pick_facet(assistant: Assistant, scene: Scene, *, key: str, value: str) -> None:
    """The separating question was answered: keep the candidates it fits."""
    kept = [i for i in scene.state.candidates if assistant.knowledge.guide(i).guide.facets.get(key) == value]
    if not kept:
        await find(assistant, scene, query=f"{scene.state.query or ''} {value}".strip())
        return
    hits = {h.guide_id: h for h in assistant.knowledge.search(scene.state.query or value, top_k=20).results}
    chosen = [hits.get(i) or Hit.for_guide(assistant.knowledge.guide(i)) for i in kept]
    scene.conclude("clarifying", candidates=[Candidate(guide_id=h.guide_id, name=h.name, score=round(h.score, 4)) for h in chosen[:SHOWN]])
    await narrow(assistant, scene, chosen)


async def correct(assistant: Assistant, scene: Scene) -> None:
    """ "不是补领，是换领": another option of the same question, or a sibling of the item in hand, or somebody else's matter."""
    if who_goes(scene.text, scene.state.whom) and await tells_of_the_case(assistant, scene):
        return
    if scene.state.guide_id and not open_items(scene) and sentences.is_not_this(scene.text):
        await not_this(assistant, scene)
        return
    if await next_matter(assistant, scene):
        return
    if scene.understood.objects and sentences.points_back(scene.text):
        await go_back(assistant, scene)
        return
    right = sentences.wished_instead(scene.text)
    if open_items(scene) or scene.state.guide_id is None:
        await find(assistant, scene, query=_with_topic(assistant, scene, right))
        return
    guide = assistant.knowledge.guide(scene.state.guide_id).guide
    if _names_another(assistant, scene, guide, right):
        await find(assistant, scene, query=right)
        return
    who = lexicon.whom(right)
    if who and who != scene.state.whom and not scene.understood.objects and not sentences.states_the_case(right):
        turn_to(scene, who)
        scene.update(pending="none", offers=[], about={**scene.state.about, guide.id: who})
        await go_on(assistant, scene, again=True)
        return
    changed = infer_answers(guide, right)
    if changed and any(scene.state.answers.get(k) != v for k, v in changed.items()):
        scene.update(answers={**scene.state.answers, **changed}, pending="none", offers=[])
        await go_on(assistant, scene, again=True)
        return
    await _find_sibling(assistant, scene, guide, right)


def _names_another(assistant: Assistant, scene: Scene, guide: Guide, right: str) -> bool:
    """Whether the correction names a thing that is another item's ("不是，是内地居住证"): no option of this one is meant by a word of its name."""
    named = [o for o in scene.understood.objects if o in right]
    if not named or all(o in guide.name or o in guide.topic for o in named):
        return False
    result = assistant.knowledge.search(right, region=scene.state.district, top_k=1)
    if not result.answerable or not result.results or result.results[0].guide_id == guide.id:
        return False
    other = assistant.knowledge.guide(result.results[0].guide_id).guide
    return any(o in name for o in named for name in (other.name, other.topic, *other.aliases))


def _with_topic(assistant: Assistant, scene: Scene, right: str) -> str:
    """While it is asked which of several: the wish corrects within their topic when it names none of its own."""
    if scene.understood.objects or not scene.state.candidates:
        return right
    return f"{assistant.knowledge.guide(scene.state.candidates[0]).guide.topic}{right}"


async def _find_sibling(assistant: Assistant, scene: Scene, guide: Guide, right: str) -> None:
    named = [o for o in scene.understood.objects if o in right]
    ours = [guide.name, guide.topic, *guide.aliases]
    hits = [] if named and not lexicon.overlaps("".join(named), ours) else topic_siblings(assistant, guide, right, short=True)
    if hits and guide.id not in {h.guide_id for h in hits}:
        await to_sibling(assistant, scene, hits, right)
        return
    answered = [s for s in guide.situations if answer_key(guide, s.id) in scene.state.answers]
    if not named and answered and not lexicon.says_only_a_facet(right):
        key = answer_key(guide, answered[-1].id)
        scene.update(answers={k: v for k, v in scene.state.answers.items() if k != key})
        scene.say("utter_back")
        ask_situation(scene, assistant.knowledge.guide(guide.id), answered[-1])
        scene.conclude("clarifying", guide=(guide.id, assistant.knowledge.guide(guide.id).version), section="situations")
        return
    found = [h for h in assistant.knowledge.search(right if named else f"{guide.topic}{right}", top_k=10).results if h.guide_id != guide.id]
    siblings = [h for h in found if assistant.knowledge.guide(h.guide_id).guide.topic == guide.topic]
    if not siblings or named:
        await find(assistant, scene, query=right)
        return
    scene.close_question()
    scene.update(query=right, goal="overview")
    await take(assistant, scene, siblings[0].guide_id)
