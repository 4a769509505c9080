"""The port to a speech recogniser. Without one, voice messages are answered with a kind word."""

from __future__ import annotations

from typing import Protocol


class NotHeard(Exception):
    """There is no speech in it that the recogniser understands."""


class RecogniserDown(Exception):
    """The recogniser is not reached, or failed. It may be tried again."""


class Recogniser(Protocol):
    async def text(self, *, audio: bytes, media_type: str) -> str:
        """What is said in ``audio`` (``audio/amr``, ``audio/speex`` or ``audio/silk``), in simplified Chinese, never empty.

        :raises NotHeard, RecogniserDown:
        """

    async def close(self) -> None:
        """Ends its connections."""
