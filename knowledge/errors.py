"""Why knowledge cannot answer, or a guide cannot be changed."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from common.errors import BangbanError, Conflict, Forbidden, InvalidInput, NotFound


class GuideNotFound(BangbanError):
    code = "knowledge.guide_not_found"
    status = 404


class SearchUnavailable(BangbanError):
    """The encoder or the index is down; never to be taken for "no such service"."""

    code = "knowledge.search_unavailable"
    status = 503


class GuideExists(Conflict):
    """``fields.id``: the id that is taken."""

    code = "knowledge.guide_exists"


class StaleDraft(Conflict):
    """Somebody saved meanwhile; ``fields``: the current ``revision`` and its ``author``."""

    code = "knowledge.stale"


class NotThatState(Conflict):
    """The step does not fit the state the guide is in; ``fields.state`` names it."""

    code = "knowledge.not_that_state"

    def __init__(self, state: str):
        super().__init__(fields={"state": state}, state=state_labels()[state])


class OwnWork(Forbidden):
    """Nobody reviews what he wrote."""

    code = "knowledge.own_work"


class BadDocument(InvalidInput):
    """The document breaks the schema; ``fields``: path in the document → what is wrong there, in Chinese."""

    code = "knowledge.bad_document"


class LintRefused(InvalidInput):
    """The lint found errors; ``fields.problems`` lists them."""

    code = "knowledge.lint_refused"


class NoSuchVersion(NotFound):
    code = "knowledge.no_such_version"


class NotPublished(Conflict):
    code = "knowledge.not_published"


class AlreadyPublished(Conflict):
    """The version asked for is the one in force."""

    code = "knowledge.already_published"


class LastGuide(Conflict):
    """Nothing would be left to search."""

    code = "knowledge.last_guide"


class PublicationRaced(Conflict):
    """Somebody else kept publishing at the same moment."""

    code = "knowledge.publication_raced"


class BadFile(InvalidInput):
    """A file that cannot be taken in; ``fields``: place in the file → what is wrong there, in Chinese."""

    code = "knowledge.bad_file"


class UnknownFormat(InvalidInput):
    code = "knowledge.unknown_format"


class BadQuestions(InvalidInput):
    """A question set or a stored run that cannot be read; ``fields``: where and what, as the reader of the file says it."""

    code = "knowledge.bad_questions"


@cache
def state_labels() -> dict[str, Any]:
    """Chinese words for the states of a revision."""
    return yaml.safe_load((Path(__file__).parent / "workflow" / "labels.yml").read_text(encoding="utf-8"))["states"]
