"""The rule policy, made for one-action turns.

Rasa's own policy rebuilds the states of the whole conversation, tries the text as well as the intent, and deep-copies all of
it for a debug log, twice a turn. Our rules hold one user message and one action, so only the present state matters and the
answer after an action is always ``action_listen``. What it predicts is what :class:`RulePolicy` predicts for such rules
(``tests/conversations`` runs ``rasa test`` over it); training, with its check for contradictions, is Rasa's.
"""

from __future__ import annotations

from typing import Any

from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

Rule = tuple[dict[str, Any], int, str]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class TurnRulePolicy(RulePolicy):
    """Predicts the action of the most specific rule for the latest intent and the slots as they stand."""

    _by_intent: dict[str, list[Rule]] | None = None

    def _index(self) -> dict[str, list[Rule]]:
        """Rules by intent: wanted slots, how specific the rule is, action."""
        if self._by_intent is None:
            self._by_intent = {}
            for key, action in self.lookup.get(RULES, {}).items():
                state = self._rule_key_to_state(key)[-1]
                intent = (state.get("user") or {}).get("intent")
                if intent and state.get("prev_action", {}).get("action_name") == ACTION_LISTEN_NAME:
                    slots = {name: tuple(value) for name, value in (state.get("slots") or {}).items()}
                    self._by_intent.setdefault(intent, []).append((slots, len(slots), action))
        return self._by_intent

    def predict_action_probabilities(
        self, tracker: DialogueStateTracker, domain: Domain, rule_only_data: dict[str, Any] | None = None, **kwargs: Any
    ) -> PolicyPrediction:
        if tracker.latest_action_name not in (ACTION_LISTEN_NAME, None):
            name = ACTION_LISTEN_NAME
        else:
            name = self._action_for(tracker, domain) or self._fallback_action_name
        return self._rule_prediction(self._prediction_result(name, tracker, domain), f"turn rule for {name}")

    def _action_for(self, tracker: DialogueStateTracker, domain: Domain) -> str | None:
        if not tracker.latest_message or not tracker.latest_message.intent:
            return None
        intent = tracker.latest_message.intent.get("name") or ""
        if intent == "session_start":
            return ACTION_SESSION_START_NAME
        best = max((r for r in self._index().get(intent, []) if self._holds(r[0], tracker)), key=lambda r: r[1], default=None)
        return best[2] if best else None

    @staticmethod
    def _holds(wanted: dict[str, tuple[float, ...]], tracker: DialogueStateTracker) -> bool:
        for name, features in wanted.items():
            slot = tracker.slots.get(name)
            if slot is None or tuple(slot.as_feature()) != features:
                return False
        return True
