"""What the page may ask for: a deed at one phone, or other weather for the platform."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Deed(_In):
    """``id``: of a menu entry, a menu key, a scene; ``number``: of a place or a recording; ``text``: words, or a picture's type."""

    do: Literal["text", "tap", "picture", "voice", "location", "open", "leave", "click", "scan"]
    text: Annotated[str, Field(max_length=4000)] = ""
    id: Annotated[str, Field(max_length=200)] = ""
    number: Annotated[int, Field(ge=0, le=99)] = 0


class Change(_In):
    """``number``: copies of each push, answers that get lost, seconds an interface takes, seconds that pass, an error code."""

    do: Literal["copies", "lose_answers", "hold", "release", "release_backwards", "slow", "fail", "lose_sent", "expire", "spend", "advance", "calm"]
    number: Annotated[int, Field(ge=-1, le=10_000_000)] = 0
