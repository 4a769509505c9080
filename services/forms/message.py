"""A form as the citizen's message, and its lines for the summary to confirm and for the case."""

from __future__ import annotations

from services.forms.model import FormView
from services.messages import model as messages
from services.messages.model import LabelValue
from services.messages.rendering import words


def message(view: FormView, *, url: str) -> messages.Form:
    """The contract's ``form`` message. Values are whole: it goes to the citizen only."""
    return messages.Form(
        form_id=view.id,
        guide_id=view.guide_id,
        state=view.state,
        url=url,
        fields=[
            messages.FormField(
                name=f.name,
                label=f.label,
                type=f.type,
                value=f.value,
                source=f.source,
                locked=f.locked,
                required=f.required,
                error=f.error,
                options=[LabelValue(label=o.label, value=o.value) for o in f.options] if f.options else None,
                help=f.help,
            )
            for f in view.fields
        ],
        missing=view.missing,
        title=view.title if view.subject == "self" else f"{words()['whose'][view.subject]}{view.title}",
    )


def lines(view: FormView) -> list[LabelValue]:
    """Every filled field in words, in order."""
    return [LabelValue(label=f.label, value=f.display) for f in view.fields if f.display]
