"""Entities by dictionary and pattern: places, things, aspects, ordinals, days, times, numbers. See ``reading/spot.py``."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES
from rasa.shared.nlu.training_data.message import Message

from components.features import reading_of
from components.reading.spot import Entity, spot

_ZONE = ZoneInfo("Asia/Shanghai")


def today_of(message: Message) -> date:
    """The citizen's day: ``metadata.today`` when given (tests, replays), else today in Asia/Shanghai."""
    given = (message.get("metadata") or {}).get("today")
    return date.fromisoformat(given) if given else datetime.now(_ZONE).date()


def as_rasa(entity: Entity, extractor: str) -> dict[str, Any]:
    plain = asdict(entity)
    return {**plain.pop("extra"), **plain, "extractor": extractor}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class Spotter(GraphComponent):
    """Adds what :func:`components.reading.spot.spot` finds; places are those in the normalised text."""

    @classmethod
    def create(cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext) -> Spotter:
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            reading = reading_of(message)
            if not reading.payload:
                found = [as_rasa(e, "spotter") for e in spot(reading.normal, today_of(message))]
                message.set(ENTITIES, [*message.get(ENTITIES, []), *found], add_to_output=True)
        return messages
