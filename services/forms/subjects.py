"""Whom a form is about, and which of its fields are about the citizen who fills it in.

A draft belongs to a person, a guide and a subject: the father's own passport and his child's are two drafts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import get_args

from services.citizens.service import Citizen, facts
from services.forms.model import Subject

_TOLD_APART = {"child": ("child_name", "child_id", "child_birth_date")}  # fields by which a form of the parents names the child beside them
_GUARDED = ("child", "other")  # who may need a guardian
_REPRESENTED = ("parent", "spouse", "other")  # for whom the citizen acts as the agent


def known(whom: str) -> Subject:
    """The subject of this name; somebody else for a name that is not known."""
    return next((s for s in get_args(Subject) if s == whom), "other")


def subject_of(citizen: Citizen, answers: Mapping[str, str], today: date, wanted: Subject, fields: Iterable[str]) -> Subject:
    """Whom the form is about. The parents apply for what is done for a child that the form names beside them: that form is their own.
    An answer that contradicts verified identity (a child's age from an adult) tells that it is somebody else."""
    if wanted != "self":
        names = set(fields)
        return "self" if names & set(_TOLD_APART.get(wanted, ())) else wanted
    told = facts(citizen, today)
    contradicted = any(key in answers and answers[key] != value for key, value in told.items() if key != "district")
    return "other" if contradicted else "self"


def of_the_citizen(name: str, subject: Subject) -> bool:
    """Whether a field of this name is about the citizen himself: in a form for somebody else only how he is reached, and he as guardian or agent."""
    if subject == "self" or name == "phone":
        return True
    return (name.startswith("guardian_") and subject in _GUARDED) or (name.startswith("agent_") and subject in _REPRESENTED)


def acts_for(name: str, subject: Subject) -> str | None:
    """The part of the citizen's identity suggested for an agent's field the guide gives no source for; somebody else may go instead."""
    if subject not in _REPRESENTED:
        return None
    return {"agent_name": "name", "agent_id": "id_number"}.get(name)
