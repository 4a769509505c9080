"""Parts as a program is told them."""

from __future__ import annotations

from collections.abc import Sequence

from channels.base import CardPart, MenuPart, Part, TextPart, TypedPart
from channels.webhook.models import Option, Said
from channels.webhook.voice import aloud


def said(parts: Sequence[Part], *, spoken: bool) -> Said:
    """In order. ``spoken``: for a voice that reads aloud, so no marks that only the eye understands."""
    found = Said()
    for part in parts:
        match part:
            case TypedPart():
                found.messages += part.messages
            case TextPart():
                found.texts.append(aloud(part.text) if spoken else part.text)
                found.choices += [Option(key=c.key, label=c.label, number=c.number) for c in part.choices]
            case MenuPart():
                found.texts.append(part.head)
                found.choices += [Option(key=c.key, label=c.label, number=c.number) for c in part.choices]
            case CardPart():
                found.texts.append(f"{part.title}\n{part.text}\n{part.url}")
    return found
