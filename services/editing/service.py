"""Door of the package: everything the editors' side may ask, by what it is about."""

from __future__ import annotations

from common.clock import Clock
from common.database import Database
from knowledge.service import Knowledge
from services.audit.service import Audit
from services.conversations.questions import QuestionLog
from services.editing.exchange import MEDIA, Exchange
from services.editing.publishing import Published, Publishing
from services.editing.questions import BAD, Cluster, Questions
from services.editing.reading import Listed, Opened, Reading
from services.editing.writing import Writing

__all__ = ["BAD", "MEDIA", "Cluster", "Editing", "Listed", "Opened", "Published"]


class Editing:
    """``writing`` drafts, ``publishing`` versions, ``reading`` both, ``exchange`` of files, ``questions`` that went badly."""

    def __init__(self, *, database: Database, clock: Clock, audit: Audit, knowledge: Knowledge):
        self.writing = Writing(database=database, clock=clock, audit=audit, knowledge=knowledge)
        self.reading = Reading(database=database, knowledge=knowledge)
        self.questions = Questions(clock=clock, log=QuestionLog(database=database), knowledge=knowledge)
        self.publishing = Publishing(
            database=database, clock=clock, audit=audit, knowledge=knowledge, writing=self.writing, past=self.questions.about
        )
        self.exchange = Exchange(database=database, audit=audit)
