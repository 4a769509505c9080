"""A recogniser behind HTTP: its text, its silence and its failures are three things."""

from __future__ import annotations

import httpx
import pytest

from services.speech.adapters.http import HttpRecogniser
from services.speech.ports import NotHeard, RecogniserDown


def recogniser(answer: httpx.Response | Exception, seen: list[httpx.Request] | None = None) -> HttpRecogniser:
    def handle(request: httpx.Request) -> httpx.Response:
        if seen is not None:
            seen.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return HttpRecogniser(client=httpx.AsyncClient(transport=httpx.MockTransport(handle)), url="https://speech.example/v1/recognise")


async def test_a_recording_becomes_its_text() -> None:
    seen: list[httpx.Request] = []
    heard = recogniser(httpx.Response(200, json={"text": " 我要补领身份证 "}), seen)
    assert await heard.text(audio=b"#!AMR", media_type="audio/amr") == "我要补领身份证"
    assert str(seen[0].url) == "https://speech.example/v1/recognise"
    assert (seen[0].headers["content-type"], seen[0].content) == ("audio/amr", b"#!AMR")


@pytest.mark.parametrize("answer", [httpx.Response(422), httpx.Response(200, json={"text": "  "})])
async def test_silence_is_not_heard(answer: httpx.Response) -> None:
    with pytest.raises(NotHeard):
        await recogniser(answer).text(audio=b"", media_type="audio/amr")


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json=["text"]),
        httpx.Response(200, json={"text": 5}),
        httpx.ReadTimeout("late"),
    ],
)
async def test_anything_else_is_a_failure_that_may_pass(answer: httpx.Response | Exception) -> None:
    with pytest.raises(RecogniserDown):
        await recogniser(answer).text(audio=b"", media_type="audio/amr")
