"""The lint's rules: each a function from a subject to findings. A new rule is a function here and an entry in ``lint.yml``."""

from __future__ import annotations

from knowledge.workflow.rules.bundles import bundles
from knowledge.workflow.rules.facts import facts, personal_values, promised_within_legal, visits_and_online
from knowledge.workflow.rules.form import form
from knowledge.workflow.rules.materials import materials
from knowledge.workflow.rules.model import Finding, Neighbour, Subject, catalogue
from knowledge.workflow.rules.references import references
from knowledge.workflow.rules.situations import situations
from knowledge.workflow.rules.steps import steps
from knowledge.workflow.rules.whole import whole

RULES = (whole, situations, materials, steps, promised_within_legal, visits_and_online, facts, references, form, personal_values)

__all__ = ["RULES", "Finding", "Neighbour", "Subject", "bundles", "catalogue"]
