"""Buttons: what they may say, and that everything else is refused."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.messages.payloads import REGISTRY, AnswerSituation, PayloadInvalid, Rate, parse_payload


def test_a_payload_survives_being_written_and_read() -> None:
    payload = AnswerSituation(guide_id="jumin-shenfenzheng-buling", situation="age16", option="adult")
    assert parse_payload(str(payload)) == payload


def test_optional_arguments_may_be_left_out_but_not_invented() -> None:
    assert parse_payload("/human").name == "human"
    with pytest.raises(PayloadInvalid):
        parse_payload('/human{"priority": 9}')


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "rate",
        "/no_such_thing{",
        "/rate",
        '/rate{"episode_id":"x","value":6}',
        "/rate[]",
        "/rate{]",
        '/choose_item{"guide_id":"../../etc"}',
        '/set_region{"region":"\\u0000"}',
        "/" + "a" * 2000,
    ],
)
def test_what_is_no_payload_is_refused(text: str) -> None:
    with pytest.raises(PayloadInvalid):
        parse_payload(text)


@given(st.text(max_size=200))
def test_any_text_is_either_a_known_payload_or_refused(text: str) -> None:
    with contextlib.suppress(PayloadInvalid):
        assert parse_payload(text).name in REGISTRY


def test_a_rating_is_between_one_and_five() -> None:
    assert Rate(episode_id="ep_1", value=5)
    with pytest.raises(PayloadInvalid):
        parse_payload('/rate{"episode_id":"ep_1","value":0}')
