"""What the citizen wants: multinomial logistic regression over sentence vector and character n-grams, with honest confidences.

Two stages. The first looks at n-grams alone and answers when it is sure (most short turns); only otherwise is the sentence
encoded. Both are calibrated by a temperature fitted on held-out folds, so a confidence of 0.8 is right about 8 times in 10.
Below the threshold the intent is ``ask_service``: whatever is not clearly something else is a wish to find an item, and
search itself decides whether there is one. Sub-labels (``ask_aspect.fee``) come from ``metadata: {aspect: …}`` of the training data.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier as RasaIntentClassifier
from rasa.shared.nlu.constants import INTENT, METADATA_INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from components.encoder import encode_all
from components.features import ngrams, reading_of
from components.reading.normalise import normalise
from components.reading.settle import URGENT
from components.reading.vocabulary import HERE as READING_FOLDER

ASPECT = "aspect"
LABEL_RANKING = "label_ranking"


def _softmax(logits: np.ndarray) -> np.ndarray:
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


class Linear:
    """A linear model with its temperature: logits are ``x @ weights.T + bias``, probabilities ``softmax(logits / temperature)``."""

    def __init__(self, weights: np.ndarray, bias: np.ndarray, temperature: float) -> None:
        self.weights, self.bias, self.temperature = np.ascontiguousarray(weights.T, dtype=np.float32), bias.astype(np.float32), float(temperature)

    @classmethod
    def fit(cls, x: csr_matrix, y: np.ndarray, *, c: float) -> Linear:
        """Fits twice: on four fifths to learn the temperature from the rest, then on everything."""

        def model() -> LogisticRegression:
            return LogisticRegression(C=c, max_iter=60, tol=1e-3, class_weight="balanced", multi_class="multinomial", solver="lbfgs")

        train, test = next(StratifiedKFold(5, shuffle=True, random_state=7).split(x, y))
        held_out = model().fit(x[train], y[train]).decision_function(x[test])

        def loss(temperature: float) -> float:
            return float(-np.log(_softmax(held_out / temperature)[np.arange(len(test)), y[test]] + 1e-12).mean())

        temperature = minimize_scalar(loss, bounds=(0.05, 5.0), method="bounded").x
        final = model().fit(x, y)
        return cls(final.coef_, final.intercept_, temperature)

    def probabilities(self, columns: np.ndarray, values: np.ndarray, dense: np.ndarray | None = None) -> np.ndarray:
        """For one message, given its n-gram columns and their values; with ``dense`` the first rows of the weights are those of the dense part."""
        at = 0 if dense is None else dense.shape[0]
        logits = self.bias + values @ self.weights[at + columns]
        if dense is not None:
            logits = logits + dense @ self.weights[:at]
        return _softmax(logits / self.temperature)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(RasaIntentClassifier, GraphComponent):
    """See the module. Sets ``intent``, ``intent_ranking`` and ``label_ranking`` (with sub-labels)."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            "c_ngrams": 12.0,
            "c_full": 6.0,
            "dense_scale": 4.0,
            "sure": 0.9,
            "threshold": 0.4,
            "default_intent": "ask_service",
            "ranking_length": 5,
        }

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self._config = {**self.get_default_config(), **config}
        self._storage, self._resource = model_storage, resource
        self._labels: list[str] = []
        self._quick: Linear | None = None
        self._full: Linear | None = None
        self._centre: np.ndarray | None = None
        self._columns: np.ndarray | None = None  # hashed n-gram → column of the model, or -1: never seen twice in training

    @classmethod
    def create(cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext) -> IntentClassifier:
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext, **_: Any
    ) -> IntentClassifier:
        self = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            stored = np.load(folder / "intents.npz", allow_pickle=False)
        self._labels = [str(label) for label in stored["labels"]]
        self._centre, self._columns = stored["centre"], stored["columns"]
        self._quick = Linear(stored["quick_weights"], stored["quick_bias"], stored["quick_temperature"])
        self._full = Linear(stored["full_weights"], stored["full_bias"], stored["full_temperature"])
        return self

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Retrains when the normalisation changes, which Rasa cannot see from this class's source."""
        parts = [path.read_bytes() for name in ("normalise.py", "cantonese.yml") if (path := READING_FOLDER / name)]
        return hashlib.sha256(b"".join(parts)).hexdigest()

    def train(self, training_data: TrainingData) -> Resource:
        examples = [e for e in training_data.intent_examples if e.get(TEXT) and e.get(INTENT)]
        texts, labels = [normalise(e.get(TEXT)) for e in examples], [_label(e) for e in examples]
        self._labels = sorted(set(labels))
        y = np.array([self._labels.index(label) for label in labels])
        sparse, dense = ngrams(texts), encode_all(texts)
        kept = np.flatnonzero(np.asarray((sparse > 0).sum(axis=0)).ravel() >= 2)
        self._columns = np.full(sparse.shape[1], -1, dtype=np.int32)
        self._columns[kept] = np.arange(len(kept), dtype=np.int32)
        sparse = sparse[:, kept]
        self._centre = dense.mean(axis=0)
        dense = (dense - self._centre) * self._config["dense_scale"]
        self._quick = Linear.fit(sparse, y, c=self._config["c_ngrams"])
        self._full = Linear.fit(hstack([csr_matrix(dense), sparse]).tocsr(), y, c=self._config["c_full"])
        self._persist()
        return self._resource

    def _persist(self) -> None:
        with self._storage.write_to(self._resource) as folder:
            np.savez(
                folder / "intents.npz",
                labels=np.array(self._labels),
                centre=self._centre,
                columns=self._columns,
                quick_weights=self._quick.weights.T,
                quick_bias=self._quick.bias,
                quick_temperature=self._quick.temperature,
                full_weights=self._full.weights.T,
                full_bias=self._full.bias,
                full_temperature=self._full.temperature,
            )

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            if not reading_of(message).payload:
                self._classify(message)
        return messages

    def _classify(self, message: Message) -> None:
        reading = reading_of(message)
        columns = self._columns[reading.ngrams.indices]
        known = columns >= 0
        columns, values = columns[known], reading.ngrams.data[known].astype(np.float32)
        scores = self._quick.probabilities(columns, values)
        if scores.max() < self._config["sure"] or self._labels[int(scores.argmax())] in URGENT:  # an alarm is never raised by spelling alone
            scores = self._full.probabilities(columns, values, (reading.vector - self._centre) * self._config["dense_scale"])
        best = np.argsort(-scores)[:12]
        ranking = [(self._labels[i], float(scores[i])) for i in best]
        message.data[LABEL_RANKING] = ranking
        intents: dict[str, float] = {}
        for i, label in enumerate(self._labels):
            name = label.split(".")[0]
            intents[name] = intents.get(name, 0.0) + float(scores[i])
        ordered = sorted(intents.items(), key=lambda item: -item[1])[: self._config["ranking_length"]]
        name, confidence = ordered[0]
        if confidence < self._config["threshold"]:
            name = self._config["default_intent"]
        message.set(INTENT, {"name": name, "confidence": confidence}, add_to_output=True)
        message.set("intent_ranking", [{"name": n, "confidence": c} for n, c in ordered], add_to_output=True)


def _label(example: Message) -> str:
    """``ask_aspect.fee`` for an example under ``metadata: {aspect: fee}``, else the intent."""
    metadata = ((example.get("metadata") or {}).get(METADATA_INTENT) or {}) if isinstance(example.get("metadata"), dict) else {}
    aspect = metadata.get(ASPECT) if isinstance(metadata, dict) else None
    return f"{example.get(INTENT)}.{aspect}" if aspect else example.get(INTENT)
