"""The form engine: what a form asks, what it already knows, what a sentence fills. Others import :mod:`services.forms.service`."""
