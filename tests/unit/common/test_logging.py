"""Logs are JSON and never tell anyone's number."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog

from common.logging import about_conversation, configure_logging, logger


@pytest.fixture
def logs() -> Iterator[Callable[[], list[dict]]]:
    root, stream = logging.getLogger(), io.StringIO()
    before = root.handlers[:], root.level
    configure_logging("test", "INFO", stream=stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:], root.level = before[0], before[1]
    structlog.reset_defaults()


def test_a_line_is_json_with_the_event_the_part_and_the_level(logs) -> None:
    logger("a.module").info("inbox.message.stored", seq=3)
    (line,) = logs()
    assert (line["event"], line["part"], line["level"], line["seq"], line["logger"]) == ("inbox.message.stored", "test", "info", 3, "a.module")


def test_personal_values_are_masked_however_deep(logs) -> None:
    nested = {"list": ["440103199001011234", ("a@b.cn",)]}
    logger("a").warning("form.value.refused", value="我的电话13800138000", nested=nested, other=Exception("13800138000"))
    (line,) = logs()
    written = json.dumps(line, ensure_ascii=False)
    assert "13800138000" not in written and "440103199001011234" not in written and "a@b.cn" not in written
    assert line["value"] == "我的电话[phone]"


def test_tracebacks_are_masked(logs) -> None:
    try:
        raise ValueError("bad phone 13800138000")
    except ValueError:
        logger("a").exception("turn.failed")
    (line,) = logs()
    assert "ValueError" in line["exception"] and "13800138000" not in line["exception"]


def test_lines_of_libraries_are_masked_too(logs) -> None:
    logging.getLogger("some.library").info("GET /people?phone=%s", "13800138000")
    (line,) = logs()
    assert line["event"] == "GET /people?phone=[phone]" and line["part"] == "test"


def test_the_conversation_is_named_on_every_line_inside_its_context(logs) -> None:
    with about_conversation("cv_1"):
        logger("a").info("one")
    logger("a").info("two")
    one, two = logs()
    assert one["conversation_id"] == "cv_1" and "conversation_id" not in two
