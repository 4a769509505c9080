"""Before the engine sees a sentence: values meant for the open form are found and hidden."""

from __future__ import annotations

from common.clock import Clock, today
from common.masking import mask
from services.conversations.service import Turn
from services.forms.errors import FormUnknown
from services.forms.service import FormService, Span

_WHILE_FILLING = ("field", "confirm_form")  # while a time slot is asked, "周三上午" is no date of the form


class FormReader:
    """The runner's ``read_form``: (the sentence with the form's values replaced by their field names, whether there were any)."""

    def __init__(self, *, forms: FormService, clock: Clock):
        self._forms, self._clock = forms, clock

    async def __call__(self, turn: Turn) -> tuple[str, bool]:
        form_id = turn.state.form_id
        if form_id is None or turn.state.pending not in _WHILE_FILLING:
            return turn.masked, False
        try:
            reading = await self._forms.read(form_id=form_id, person_id=turn.person_id, text=turn.original, today=today(self._clock))
        except FormUnknown:
            return turn.masked, False
        return hidden(turn.original, reading.spans), bool(reading)


def hidden(text: str, spans: list[Span]) -> str:
    """The text with every span replaced by ``[field]`` and everything else masked as usual."""
    out, at = [], 0
    for span in sorted(spans, key=lambda s: s.start):
        if span.start >= at:
            out += [mask(text[at : span.start]), f"[{span.field}]"]
            at = span.end
    return "".join([*out, mask(text[at:])])
