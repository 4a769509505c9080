"""What a believed call does: the citizen's words go in, and what there is for him comes back if the system waits for it."""

from __future__ import annotations

import base64

from channels.base import Place
from channels.labels import label_of
from channels.outlets import Outgoing
from channels.webhook.errors import MayNotIdentify, OtherCitizen
from channels.webhook.models import Call, EventCall, MessageCall, PollCall, Reply
from channels.webhook.saying import said
from common.errors import InvalidInput
from common.settings import WebhookClient
from services.bootstrap import Services
from services.conversations.model import Incoming
from services.messages.rendering import words

_GRACE_S = 1.0  # the worker leaves an answer alone a little longer than it is waited for
_AT_ONCE = 20  # parts in one reply


class Handling:
    def __init__(self, *, services: Services, outlet: Outgoing):
        self._services, self._deliveries, self._outlet = services, services.deliveries, outlet

    async def handle(self, name: str, client: WebhookClient, call: Call) -> Reply:
        place = Place("webhook", name, call.user)
        match call:
            case EventCall(event="left"):
                await self._deliveries.left(place=place)
                return Reply()
            case EventCall():
                await self._deliveries.touched(place=place)
                return Reply()
            case PollCall():
                return await self._collected(place, client, key=f"poll:{call.id}", wait_s=call.wait, turn_id=None)
            case MessageCall():
                return await self._message(place, client, call)

    async def _message(self, place: Place, client: WebhookClient, call: MessageCall) -> Reply:
        if call.citizen_id is not None:
            await self._identify(place, client, call.citizen_id)
        incoming, label = await self._incoming(place, call)
        hold_s = call.wait + _GRACE_S if call.wait else 0.0
        arrival = await self._deliveries.arrived(place=place, incoming=incoming, label=label, hold_s=hold_s)
        if not call.wait:
            return Reply(duplicate=arrival.duplicate)
        found = await self._collected(place, client, key=f"message:{call.id}", wait_s=call.wait, turn_id=arrival.turn_id)
        return found.model_copy(update={"duplicate": arrival.duplicate})

    async def _incoming(self, place: Place, call: MessageCall) -> tuple[Incoming, str | None]:
        message_id = f"webhook:{call.id}"
        if call.image is not None:
            return Incoming("upload", await self._picture(place, call.image), message_id), words()["picture"]
        if call.payload is not None:
            return Incoming("payload", call.payload, message_id), await self._label(place, call.payload)
        if call.choice is None or call.choice.isdigit():
            return Incoming("text", call.text if call.choice is None else call.choice, message_id), None
        choice = await self._deliveries.tapped(place=place, key=call.choice)
        if choice is None:
            raise InvalidInput(fields={"choice": "unknown"})
        return Incoming("payload", choice.payload, message_id), choice.label

    async def _label(self, place: Place, payload: str) -> str:
        conversation_id = await self._deliveries.conversation_of(place=place)
        return await label_of(self._services.conversations, conversation_id, payload) if conversation_id else words()["tapped"]

    async def _picture(self, place: Place, image: str) -> str:
        try:
            body = base64.b64decode(image, validate=True)
        except ValueError:  # not base64, or not even ASCII
            raise InvalidInput(fields={"image": "base64"}) from None
        return await self._deliveries.picture(place=place, body=body)

    async def _identify(self, place: Place, client: WebhookClient, citizen_id: str) -> None:
        """:raises MayNotIdentify: the system is not trusted so far. :raises OtherCitizen: this user is somebody else. :raises CitizenUnknown:"""
        if not client.identifies or not citizen_id.startswith("ct_"):
            raise MayNotIdentify(fields={"citizen_id": "not trusted"})
        person_id = await self._deliveries.person_at(place=place)
        if person_id == citizen_id:
            return
        if not person_id.startswith("vs_"):
            raise OtherCitizen(fields={"citizen_id": "another"})
        citizen = await self._services.citizens.get(person_id=citizen_id)
        await self._deliveries.recognised(place=place, person_id=citizen.id)
        await self._services.recognise(visitor_id=person_id, citizen=citizen)

    async def _collected(self, place: Place, client: WebhookClient, *, key: str, wait_s: float, turn_id: str | None) -> Reply:
        parts = await self._deliveries.collect(place=place, outlet=self._outlet, key=key, room=_AT_ONCE, wait_s=wait_s, turn_id=turn_id)
        more = await self._deliveries.waiting(place=place)
        return Reply(more=more, **said(parts, spoken=client.style == "voice").model_dump())
