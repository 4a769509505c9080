"""The services a flow may call, and how a turn becomes a scene."""

from __future__ import annotations

from dataclasses import dataclass

from common.clock import Clock, today
from knowledge.service import Knowledge
from services.appointments.service import AppointmentService
from services.cases.service import CaseService
from services.citizens.service import CitizenService, facts
from services.conversations.service import Conversations, Turn
from services.dialogue.scene import Scene, Understood
from services.forms.service import FormService
from services.licences.service import LicenceService


@dataclass(frozen=True)
class Assistant:
    knowledge: Knowledge
    citizens: CitizenService
    licences: LicenceService
    forms: FormService
    cases: CaseService
    appointments: AppointmentService
    conversations: Conversations
    clock: Clock

    async def scene(self, turn: Turn, understood: Understood) -> Scene:
        """Who is speaking, and what is known of him without asking."""
        citizen = await self.citizens.get(person_id=turn.person_id)
        identified = citizen.identity is not None
        held = await self.licences.list_for(person_id=turn.person_id) if identified else []
        return Scene(
            turn=turn,
            understood=understood,
            citizen=citizen,
            facts=facts(citizen, today(self.clock)) if identified else {},
            licences=frozenset(licence.kind for licence in held),
            state=turn.state,
        )
