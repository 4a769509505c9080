"""Editing: what people do to guides, who did it, and what it changes. Others import :mod:`services.editing.service`."""
