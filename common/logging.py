"""Structured logs: one JSON object a line on stderr, every string masked, the conversation id bound where there is one.

Events are names (``inbox.message.stored``), never sentences; what varies goes into fields.
"""

from __future__ import annotations

import logging
import sys
from typing import Any, TextIO

import structlog
from structlog.contextvars import bound_contextvars
from structlog.typing import EventDict, WrappedLogger

from common.masking import mask

# Written by us and free of anyone's words; a date in them would else look like a bank card.
_OURS = frozenset({"event", "level", "timestamp", "logger"})


def configure_logging(part: str, level: str = "INFO", *, stream: TextIO | None = None) -> None:
    """Once per process, before anything logs. ``part`` (gateway, actions, …) stands on every line."""
    shared = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _say_part(part),
        mask_values,
    ]
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            # Lines of libraries: their sentence is not ours, so it is masked like any value.
            foreign_pre_chain=[*shared, _mask_event],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.JSONRenderer(ensure_ascii=False)],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for quiet in ("httpx", "httpcore"):  # they log whole addresses, and those of platforms carry tokens and secrets
        logging.getLogger(quiet).setLevel(max(logging.WARNING, root.level))
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *[p for p in shared if not isinstance(p, structlog.stdlib.ExtraAdder)],
                    structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )  # fmt: skip


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """The logger of a module: ``log = logger(__name__)``."""
    return structlog.stdlib.get_logger(name)


def about_conversation(conversation_id: str, **more: str) -> Any:
    """A context in which every line carries ``conversation_id``, across awaits."""
    return bound_contextvars(conversation_id=conversation_id, **more)


def mask_values(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Hides personal values in every field, however deep; numbers written as such are left."""
    return {key: value if key in _OURS or key.startswith("_") else _masked(value) for key, value in event.items()}


def _mask_event(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    event["event"] = mask(str(event["event"]))
    return event


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {_masked(key): _masked(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_masked(item) for item in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return mask(str(value))  # What JSON does not know is written as text, and a text may hold anything.


def _say_part(part: str) -> structlog.typing.Processor:
    def say(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        event["part"] = part
        return event

    return say
