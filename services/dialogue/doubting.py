"""While a form waits for words of the citizen's own: a sentence that is plainly another matter's name is asked about, not filled in."""

from __future__ import annotations

from knowledge.schema.guide import Guide
from knowledge.service import Hit
from services.conversations.state import Offer
from services.dialogue import lexicon
from services.dialogue.assistant import Assistant
from services.dialogue.narrowing import SURE, close_hits
from services.dialogue.scene import Scene
from services.dialogue.taking import search_items
from services.forms.model import FieldView, FormView, Reading
from services.messages.payloads import ChooseItem, FillField, ShowForm
from services.messages.rendering import words

_OFFERED = 3
_LOOKED_AT = 5
_FREE = ("name", "text")  # long texts (a reason, a story) may name any matter
_LEAST = 2  # characters of a name that may be a matter's


def doubted(assistant: Assistant, scene: Scene, view: FormView, reading: Reading) -> bool:
    """Whether the whole sentence was read as one free answer and is rather a matter's name; then it is asked which of the two is meant."""
    field = _freely_answered(scene, view, reading)
    hits = _matter_named(assistant, scene, view, name=field.type == "name") if field else []
    if field is None or not hits:
        return False
    value = reading.values[field.name].strip()
    fill = Offer(label=words()["buttons"]["fill_in"].format(value), payload=str(FillField(form_id=view.id, field=field.name, value=value)))
    _ask(assistant, scene, hits, "utter_form_or_matter", fill, label=field.label, value=value)
    return True


def named_instead(assistant: Assistant, scene: Scene, view: FormView) -> bool:
    """Whether the sentence, which fills nothing, is a matter's name; then that is offered beside going on with the form."""
    hits = _matter_named(assistant, scene, view, name=True)
    if not hits:
        return False
    _ask(assistant, scene, hits, "utter_matter_or_form", Offer(label=words()["buttons"]["keep_filling_form"], payload=str(ShowForm())))
    return True


def _ask(assistant: Assistant, scene: Scene, hits: list[Hit], response: str, other: Offer, **values: str) -> None:
    items = [Offer(label=h.name, payload=str(ChooseItem(guide_id=h.guide_id))) for h in hits[:_OFFERED]]
    scene.update(goal="overview", query=None)
    scene.ask(response, [*items, other], pending="field", **values)
    scene.conclude("clarifying", section="form")


def _freely_answered(scene: Scene, view: FormView, reading: Reading) -> FieldView | None:
    """The one field of free words that the whole sentence fills unannounced."""
    if len(reading.values) != 1:
        return None
    name, value = next(iter(reading.values.items()))
    field = view.field(name)
    said = lexicon.without_marks(scene.turn.original)
    whole = said in (lexicon.without_marks(value), lexicon.without_marks(value) + said[-1:])
    return field if field and field.type in _FREE and field.name == view.asked and whole else None


def _matter_named(assistant: Assistant, scene: Scene, view: FormView, *, name: bool) -> list[Hit]:
    """The items meant, when the sentence is a piece of an item's name; of a text that may be anything: the whole of one, or a wish for one."""
    text = lexicon.simplified(scene.turn.masked)
    said = lexicon.without_marks(text)
    if len(said) < _LEAST:
        return []
    found = search_items(assistant, scene, text)
    if name:  # a bare word is too little for an answer, but not for a question
        return [h for h in found.results[:_LOOKED_AT] if any(said in n for n in _names(assistant.knowledge.guide(h.guide_id).guide))]
    if not found.answerable or not found.results:
        return []
    best = assistant.knowledge.guide(found.results[0].guide_id).guide
    other = best.topic != assistant.knowledge.guide(view.guide_id).guide.topic
    wished = lexicon.wishes(text) and found.results[0].score >= SURE and lexicon.overlaps(lexicon.without_function_words(text), _names(best))
    meant = other and (said in _names(best) or wished)
    return close_hits(found.results) if meant else []


def _names(guide: Guide) -> list[str]:
    return [guide.name, guide.topic, *guide.aliases]
