"""Last component: reads the message in the light of what was asked and offered (``metadata`` of the turn)."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT
from rasa.shared.nlu.training_data.message import Message

from components.encoder import encode
from components.features import Reading, reading_of
from components.intents import LABEL_RANKING
from components.reading.normalise import normalise
from components.reading.settle import Context, Settled, settle
from components.spotter import as_rasa, today_of


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class ContextReader(GraphComponent):
    """Decides the final intent with :func:`components.reading.settle.settle`; a choice becomes the offered payload's intent and arguments."""

    @classmethod
    def create(cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext) -> ContextReader:
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            reading = reading_of(message)
            if not reading.payload and message.get(INTENT):
                self._apply(message, self._settle(message, reading))
        return messages

    def _settle(self, message: Message, reading: Reading) -> Settled:
        intent = message.get(INTENT)
        return settle(
            written=reading.written,
            normal=reading.normal,
            intent=intent["name"],
            confidence=intent["confidence"],
            labels=message.get(LABEL_RANKING) or [],
            entities=message.get(ENTITIES, []),
            context=Context.parse(message.get("metadata")),
            today=today_of(message),
            similarity=lambda _, labels: [float(np.dot(reading.vector, encode(normalise(label)))) for label in labels],
        )

    @staticmethod
    def _apply(message: Message, settled: Settled) -> None:
        message.set(INTENT, {"name": settled.intent, "confidence": settled.confidence, "how": settled.how}, add_to_output=True)
        added = [as_rasa(e, "context") for e in settled.entities]
        if added or settled.without:
            kept = [e for e in message.get(ENTITIES, []) if e["entity"] not in settled.without]
            message.set(ENTITIES, [*kept, *added], add_to_output=True)
