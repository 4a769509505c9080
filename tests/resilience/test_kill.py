"""``kill -9`` of each part in mid-conversation: nothing accepted is lost, nothing is said twice, the talk goes on."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.system.people import Citizen
from tests.system.running import RunningSystem, running_system

pytestmark = [pytest.mark.dialogue, pytest.mark.slow, pytest.mark.timeout(400)]
QUESTION = "身份证丢失补领"


@pytest.fixture(scope="module")
def system() -> Iterator[RunningSystem]:
    with running_system() as running:
        yield running


@pytest.fixture(autouse=True)
def healthy_before_and_after(system: RunningSystem) -> Iterator[None]:
    system.wait_healthy(120)
    yield
    system.wait_healthy(120)


def insist(citizen: Citizen, *, message_id: str, seconds: float = 90, **body: str) -> dict:
    """What a phone does: the same message with the same id again until it is answered."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            response = citizen.http.post("/api/chat/messages", json={**body, "client_message_id": message_id}, timeout=40)
            if response.status_code == 200 and response.json()["messages"]:
                return response.json()
        except httpx.HTTPError:
            pass
        time.sleep(0.5)
    raise AssertionError(f"never answered: {body}")


def assert_said_once(citizen: Citizen) -> None:
    """Sequence numbers without gap or repeat, no citizen message twice, and no bot message of one turn doubled."""
    history = citizen.history()
    assert [m["seq"] for m in history] == list(range(1, len(history) + 1))
    assert len({m["id"] for m in history}) == len(history)
    said = [m["text"] for m in history if m["sender"] == "citizen"]
    assert len(said) == len(set(said)), "every sentence of these tests is said once"
    runs, last = [], None
    for message in history:
        if message["sender"] == "citizen":
            last = []
            runs.append(last)
        elif last is not None:
            last.append((message["type"], message["text"]))
    assert all(len(r) == len(set(r)) for r in runs), "an answer was given twice"


@pytest.mark.parametrize("part", ["rasa", "actions", "gateway", "redis", "postgres"])
def test_a_part_killed_between_two_turns_costs_the_citizen_nothing(system: RunningSystem, part: str) -> None:
    citizen = Citizen(system.url, "zhang-wei")
    citizen.say(QUESTION)
    assert citizen.last("guide")
    system.kill(part)
    answer = insist(citizen, message_id="after", text="要多少钱")
    assert [m["aspect"] for m in answer["messages"] if m["type"] == "answer"] == ["fee"], "it still knows which item is in hand"
    assert_said_once(citizen)


@pytest.mark.parametrize("part", ["rasa", "actions", "gateway", "redis"])
def test_a_part_killed_while_a_turn_runs_does_not_lose_or_double_it(system: RunningSystem, part: str) -> None:
    citizen = Citizen(system.url, "zhang-wei")
    citizen.say(QUESTION)
    results: list[dict] = []
    asking = threading.Thread(target=lambda: results.append(insist(citizen, message_id="during", text="多久能办好")))
    asking.start()
    time.sleep(0.015)
    system.kill(part)
    asking.join(120)
    assert results and [m["aspect"] for m in results[0]["messages"] if m["type"] == "answer"] == ["time"]
    assert_said_once(citizen)


def test_a_burst_of_citizens_during_a_kill_all_get_their_answer_in_order(system: RunningSystem) -> None:
    citizens = [Citizen(system.url) for _ in range(6)]
    problems: list[str] = []

    def talk(citizen: Citizen) -> None:
        try:
            for number, text in enumerate(("结婚登记", "要多少钱", "在哪办")):
                insist(citizen, message_id=f"m{number}", text=text)
            assert_said_once(citizen)
        except AssertionError as error:
            problems.append(str(error))

    talks = [threading.Thread(target=talk, args=(c,)) for c in citizens]
    for thread in talks:
        thread.start()
    time.sleep(0.4)
    system.kill("gateway")
    time.sleep(2)
    system.kill("rasa")
    for thread in talks:
        thread.join(200)
    assert problems == []


def test_a_booking_survives_the_loss_of_everything_but_the_disk(system: RunningSystem) -> None:
    citizen = Citizen(system.url, "zhang-wei")
    citizen.say(QUESTION)
    citizen.say("我要预约去窗口办")
    if not citizen.last("slots"):
        citizen.tap("不是")
    slot = next(s for d in citizen.last("slots")["days"] for s in d["slots"] if s["left"] > 0)
    citizen.send("slot", payload=slot["payload"])
    citizen.say("确认")
    booked = citizen.last("appointment")
    assert booked and booked["state"] == "booked"
    for part in ("postgres", "redis", "gateway", "actions"):
        system.kill(part)
    answer = insist(citizen, message_id="later", text="我约了什么时候")
    shown = [m for m in answer["messages"] if m["type"] == "appointment"]
    assert [m["code"] for m in shown] == [booked["code"]]
