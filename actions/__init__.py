"""The Rasa action server: each action hands the engine's decision to a flow and stages the result. No rules, no SQL, no words."""
