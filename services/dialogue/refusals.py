"""A service said no: the citizen hears why, in the words of the error catalogue, and nothing has changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from common.errors import BangbanError, error_message
from services.dialogue.scene import Scene


@contextmanager
def refused(scene: Scene, *, but: tuple[type[BangbanError], ...] = ()) -> Iterator[None]:
    """Turns a refusal (4xx) into a sentence; errors in ``but`` and real failures pass through."""
    try:
        yield
    except but:
        raise
    except BangbanError as error:
        if error.status >= 500:
            raise
        scene.say("utter_refused", reason=error_message(error.code, **error.data))
        scene.conclude("partial")
