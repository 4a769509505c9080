"""With the item in hand: ask the next question that matters for what was wanted, or give it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from knowledge.guidance.aspects import aspect_facts, aspect_question, bears_on, sections_of
from knowledge.guidance.materials import material_question, materials_for
from knowledge.guidance.situations import find_situation
from knowledge.schema.guide import Situation
from knowledge.service import PublishedGuide
from services.conversations.state import Offer
from services.dialogue import lexicon, sentences
from services.dialogue.assistant import Assistant
from services.dialogue.benefits import tells_of_the_money, tells_when_to_apply
from services.dialogue.cards import answer_card, guide_card, materials_card
from services.dialogue.hints import infer_answers, learn_who_goes
from services.dialogue.scene import Scene, answer_key, answers_for, button
from services.messages.payloads import AnswerSituation, Human, StartBooking, StartForm
from services.messages.rendering import words

Continuation = Callable[[Assistant, Scene, PublishedGuide], Awaitable[None]]
_ASKED_FOR_NOTHING = ("materials", "faq")  # materials ask by themselves; of many questions and answers the cases are only named
continuations: dict[str, Continuation] = {}  # goals served by other flows; they enter themselves in `service.py`


async def go_on(assistant: Assistant, scene: Scene, *, again: bool = False) -> None:
    """Continues towards ``state.goal`` with the guide in hand."""
    assert scene.state.guide_id is not None
    published = assistant.knowledge.guide(scene.state.guide_id)
    match scene.state.goal:
        case "aspect":
            await give_aspects(assistant, scene, published, scene.state.aspects, again=again)
        case "materials":
            give_materials(scene, published)
        case goal if goal in continuations:
            await continuations[goal](assistant, scene, published)
        case _:
            _overview(scene, published, again=again)


def _overview(scene: Scene, published: PublishedGuide, *, again: bool) -> None:
    if not again:
        scene.show(guide_card(published, answers_for(scene, published.guide)))
        scene.conclude("answered", guide=(published.id, published.version), section="overview")
    scene.update(goal="materials")  # the card is shown once; what remains is the exact list
    give_materials(scene, published, quietly=not again)


def give_materials(scene: Scene, published: PublishedGuide, *, quietly: bool = False, asked: bool = False) -> None:
    """The exact list, or the question still missing for it. ``quietly``: the turn already has its answer (the card); ``asked``: for the list."""
    guide = published.guide
    answers = answers_for(scene, guide)
    question = material_question(guide, answers)
    if question:
        if asked_before(scene, question) and asked:
            _give_what_is_certain(scene, published)
        elif asked_before(scene, question) and not quietly:
            scene.say("utter_noted")
        ask_situation(scene, published, question)
        if not quietly:
            scene.conclude("clarifying", guide=(guide.id, published.version), section="situations")
        return
    if not guide.materials:
        if not quietly:
            not_published(scene, published, ["materials"])
        return
    scene.show(materials_card(published, answers, scene.own_licences))
    if not quietly:
        scene.conclude("answered", guide=(guide.id, published.version), section="materials")
    scene.update(pending="none", offers=[], aspects=["materials"])
    next_steps(scene, published)


def asked_before(scene: Scene, question: Situation) -> bool:
    """Whether this very question was open when the citizen asked for the list again: he will not be put off a second time."""
    before = scene.turn.state
    return before.pending == "situation" and before.situation == question.id and before.guide_id == scene.state.guide_id


def _give_what_is_certain(scene: Scene, published: PublishedGuide) -> None:
    """What is needed in every case, named as such; the rest hangs on the question."""
    certain = [n.material.name for n in materials_for(published.guide, answers_for(scene, published.guide)) if n.material.required]
    if certain:
        scene.say("utter_certain_materials", names="、".join(certain))
    else:
        scene.say("utter_need_to_know")


def next_steps(scene: Scene, published: PublishedGuide) -> None:
    """What can be done with the item from here."""
    guide = published.guide
    choices = []
    if guide.form:
        choices.append(button("form", StartForm(guide_id=guide.id)))
    if guide.booking:
        choices.append(button("booking", StartBooking(guide_id=guide.id)))
    scene.suggest("utter_what_next", [*choices, button("human", Human())])


def ask_situation(scene: Scene, published: PublishedGuide, question: Situation) -> None:
    """One question, in plainer words for who asked for them."""
    offers = [
        Offer(
            label=o.label,
            words=o.words,
            number=o.number,
            payload=str(AnswerSituation(guide_id=published.id, situation=question.id, option=o.id)),
        )
        for o in question.options
    ]
    ask = question.plain if scene.state.plain and question.plain else question.ask
    scene.update(situation=question.id)
    scene.ask("utter_ask_situation", offers, pending="situation", ask=ask, why=question.why or "")


async def answer_situation(assistant: Assistant, scene: Scene, *, guide_id: str, situation: str, option: str) -> None:
    """A situation question was answered; answering again corrects it."""
    published = assistant.knowledge.guide(guide_id)
    found = find_situation(published.guide, situation)
    if found is None or option not in {o.id for o in found.options}:
        scene.say("utter_unclear")
        scene.conclude("clarifying", guide=(guide_id, published.version))
        return
    key = answer_key(published.guide, situation)
    goes = learn_who_goes(published.guide, scene.text, scene.state.whom)
    learned = _corrections(scene, published) or {key: option} | {k: v for k, v in goes.items() if k == key}
    scene.update(guide_id=guide_id, answers={**scene.state.answers, **learned}, pending="none", offers=[], situation=None)
    await go_on(assistant, scene, again=True)


def _corrections(scene: Scene, published: PublishedGuide) -> dict[str, str]:
    """Earlier answers that the sentence contradicts: "不是，未满16" is no answer to the question after it."""
    said = infer_answers(published.guide, scene.text)
    return {key: option for key, option in said.items() if scene.state.answers.get(key, option) != option}


async def give_aspects(assistant: Assistant, scene: Scene, published: PublishedGuide, aspects: Sequence[str], *, again: bool = False) -> None:
    """Each asked aspect from its own section; materials last, because they may need a question. ``again``: told with its cases before."""
    asked = scene.text if scene.understood.aspects else scene.state.query or scene.text  # "接着说下一件" takes up what was asked before
    if scene.text and (tells_of_the_money(scene, published) or tells_when_to_apply(scene, published)):
        return
    aspects = _meant(published, aspects, asked)
    if again and _ask_what_decides(scene, published, aspects):
        scene.conclude("clarifying", guide=(published.id, published.version), section="situations")
        return
    missing = []
    for aspect in [a for a in aspects if a != "materials"]:
        facts = aspect_facts(published.guide, aspect, answers_for(scene, published.guide))
        if facts.published:
            scene.show(answer_card(published, facts))
            scene.conclude("answered", guide=(published.id, published.version), section=facts.section)
        else:
            missing.append(aspect)
    scene.update(aspects=list(aspects))
    if missing:
        not_published(scene, published, missing)
    if "materials" in aspects:
        scene.update(goal="materials")
        give_materials(scene, published, quietly=len(aspects) > 1, asked=True)
    else:
        _ask_what_decides(scene, published, aspects)


def _ask_what_decides(scene: Scene, published: PublishedGuide, aspects: Sequence[str]) -> bool:
    """Some facts hold in some cases only: asks which case it is. A question that is open already is put again if it is of use here."""
    guide, decided_by = published.guide, [a for a in aspects if a not in _ASKED_FOR_NOTHING]
    answers = answers_for(scene, guide)
    if scene.state.pending == "none":
        question = aspect_question(guide, decided_by, answers)
        scene.update(goal="aspect" if question else scene.state.goal)
    elif scene.state.pending == "situation" and scene.state.goal == "materials" and bears_on(guide, decided_by, answers, scene.state.situation or ""):
        question = find_situation(guide, scene.state.situation or "")
    else:
        return False
    if question is None:
        return False
    ask_situation(scene, published, question)
    return True


def _meant(published: PublishedGuide, wanted: Sequence[str], text: str) -> list[str]:
    """ "怎么领" asks how a benefit is applied for, how a certificate is collected, or what one gets, as the guide has it."""
    if "delivery" not in wanted or not sentences.asks_how_to_get(text):
        return list(wanted)
    present = sections_of(published.guide)
    first = ["steps", "delivery"] if lexicon.is_benefit(published.guide.facets.get("action", "")) else ["delivery", "where", "steps", "result"]
    one = next((a for a in first if a in present), "delivery")
    return list(dict.fromkeys(one if a == "delivery" else a for a in wanted))


def not_published(scene: Scene, published: PublishedGuide, aspects: Sequence[str]) -> None:
    """The guide is silent: say that it is not published, and offer a human."""
    labels = "、".join(words()["aspects"][a] for a in aspects)
    scene.suggest("utter_not_published", [button("human", Human())], aspect=labels, name=published.guide.name)
    scene.conclude("partial", guide=(published.id, published.version), section=aspects[0])
