"""Filling the form by talking."""

from __future__ import annotations

from actions.decision import Decision


class FormOpen(Decision):
    decision = "form_open"


class FormContinue(Decision):
    decision = "form_continue"


class FormFill(Decision):
    decision = "form_fill"


class FormSubmit(Decision):
    decision = "form_submit"


class FormCancel(Decision):
    decision = "form_cancel"


class Picture(Decision):
    decision = "picture"
