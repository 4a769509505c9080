"""Short statements that name no matter: they answer which item is meant, or a question of the item in hand, or are only taken note of."""

from __future__ import annotations

from knowledge.schema.guide import Guide
from services.dialogue import lexicon, sentences
from services.dialogue.assistant import Assistant
from services.dialogue.going_on import go_on
from services.dialogue.hints import infer_answers, learn_who_goes, says_only_an_option
from services.dialogue.naming import by_alias
from services.dialogue.narrowing import ask_which, close_hits, open_items, topic_siblings
from services.dialogue.reopening import ask_again
from services.dialogue.scene import Scene, answer_key
from services.dialogue.taking import narrow, narrow_by_words, search_items, to_sibling

_WORD = 3  # characters from which a word said while it is asked which item is meant may be a wish of its own
_HALF = 4  # characters that may be a piece of several options
_SHORT = 14  # characters of a statement that tells of the case only, or answers which item is meant


async def narrows(assistant: Assistant, scene: Scene) -> bool:
    """Words said while it is asked which item is meant ("到期", "坏了"): of the ones on offer, or of the sentence before and these together."""
    text = scene.text
    if not open_items(scene) or not text or len(text) > _SHORT or sentences.asks_something(text) or lexicon.says_next_matter(text):
        return False
    if where := lexicon.registered_in(text):
        scene.update(answers={**scene.state.answers, "hukou": where})
    if await narrow_by_words(assistant, scene, text):
        return True
    if sentences.states_the_case(text):
        scene.say("utter_noted")
        ask_which(assistant, scene)
        return True
    if scene.understood.objects or not scene.state.query:
        return False
    if meant := by_alias(assistant, f"{scene.state.query}{text}"):
        scene.update(query=f"{scene.state.query}{text}")
        await narrow(assistant, scene, meant)
        return True
    found = search_items(assistant, scene, f"{scene.state.query} {text}")
    topics = {assistant.knowledge.guide(i).guide.topic for i in scene.state.candidates}
    near = [h for h in close_hits(found.results) if assistant.knowledge.guide(h.guide_id).guide.topic in topics] if found.answerable else []
    if not near or {h.guide_id for h in near} >= set(scene.state.candidates):
        if lexicon.says_only_a_facet(text) or len(text) < _WORD:
            ask_which(assistant, scene)
            return True
        return False
    scene.update(query=f"{scene.state.query} {text}")
    await narrow(assistant, scene, near)
    return True


async def tells_of_the_case(assistant: Assistant, scene: Scene) -> bool:
    """A short statement that names no matter: it answers a question of the item in hand, names its sibling, or is only taken note of."""
    text, guide_id = scene.text, scene.state.guide_id
    if guide_id is None or open_items(scene) or not text or sentences.asks_something(text):
        return False
    guide = assistant.knowledge.guide(guide_id).guide
    states = sentences.states_the_case(text) or (scene.state.pending == "situation" and sentences.tells_what_one_has(text))
    goes = learn_who_goes(guide, text, scene.state.whom)
    if not goes and (len(text) > _SHORT or scene.understood.aspects):
        return False
    learned = {**infer_answers(guide, text), **goes}
    if goes and not _asked_of(guide, learned):
        scene.update(answers={**scene.state.answers, **learned})
        scene.say("utter_noted")
        await ask_again(assistant, scene)
        return True
    if learned and (goes or states or not scene.understood.objects or says_only_an_option(guide, text)):
        scene.update(answers={**scene.state.answers, **learned}, pending="none", offers=[], situation=None)
        await go_on(assistant, scene, again=True)
        return True
    if lexicon.says_only_a_facet(text) and (others := topic_siblings(assistant, guide, text)) and guide_id not in {h.guide_id for h in others}:
        await to_sibling(assistant, scene, others, text)
        return True
    if _halves_of_options(scene, text):
        await ask_again(assistant, scene)
        return True
    if not states and not lexicon.says_only_a_facet(text):
        return False
    scene.say("utter_noted")
    await ask_again(assistant, scene)
    return True


def _halves_of_options(scene: Scene, text: str) -> bool:
    """ "外省", of "外省转入广州" and "从广州转到外省": an answer to the open question that leaves it open."""
    said = lexicon.without_marks(text)
    return scene.state.pending == "situation" and 2 <= len(said) <= _HALF and sum(said in o.label for o in scene.state.offers) > 1


def _asked_of(guide: Guide, learned: dict[str, str]) -> bool:
    """Whether one of these answers belongs to a question of this guide."""
    return any(answer_key(guide, s.id) in learned for s in guide.situations)
