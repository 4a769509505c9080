"""The really trained Rasa behind its own channel, with a stand-in action server that records what it is asked."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from bangban.model import BOT, model_file, training_command
from bangban.stores.ports import free_port

TOKEN = "a-token-for-tests"
START_WITHIN_S = 90


@dataclass
class StandIn:
    """An action server: says one sentence per action, or what ``answer`` says; ``calls`` are the requests it got."""

    calls: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    answer: dict[str, Any] | None = None

    def reset(self) -> None:
        self.calls.clear()
        self.status, self.answer = 200, None

    def respond(self, call: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.calls.append(call)
        plain = {"events": [], "responses": [{"response": "utter_submitted", "number": "GZ-1", "buttons": [], "custom": {}, "text": None}]}
        return self.status, self.answer if self.answer is not None else plain


@contextlib.contextmanager
def serving(stand_in: StandIn) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            call = json.loads(self.rfile.read(int(self.headers["content-length"])))
            status, body = stand_in.respond(call)
            payload = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@dataclass
class Bot:
    """A running Rasa: ``turn`` posts one message as the gateway does."""

    http: httpx.Client
    log: Path

    def turn(self, text: str, *, sender: str = "cv_1", **metadata: Any) -> httpx.Response:
        body = {"sender": sender, "text": text, "metadata": {"turn_id": "tn_1", "conversation_id": sender, **metadata}}
        return self.http.post("/webhooks/bangban/turn", params={"token": TOKEN}, json=body)

    def says(self, text: str, **metadata: Any) -> dict[str, Any]:
        response = self.turn(text, **metadata)
        assert response.status_code == 200, response.text
        return response.json()


@contextlib.contextmanager
def rasa(*, model: Path, redis_url: str, actions_url: str) -> Iterator[Bot]:
    port = free_port()
    quiet = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore", "OMP_NUM_THREADS": "1"}
    environment = {**os.environ, **quiet, "BANGBAN_REDIS_URL": redis_url, "BANGBAN_ACTIONS_URL": actions_url, "BANGBAN_RASA_TOKEN": TOKEN}
    command = [
        str(BOT / ".venv/bin/python"), "-m", "lean_rasa", "run", "--model", str(model), "--endpoints", "endpoints.yml",
        "--credentials", "credentials.yml", "--interface", "127.0.0.1", "--port", str(port),
    ]  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="bangban-rasa-") as folder:
        log = Path(folder) / "rasa.log"
        with log.open("w") as out:
            process = subprocess.Popen(command, cwd=BOT, env=environment, stdout=out, stderr=subprocess.STDOUT)
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False) as http:
                _wait(http, process, log)
                yield Bot(http, log)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(http: httpx.Client, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_WITHIN_S
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()[-3000:]
        with contextlib.suppress(httpx.HTTPError):
            if http.get("/webhooks/bangban/health").status_code == 200:
                return
        time.sleep(0.2)
    raise AssertionError(log.read_text()[-3000:])


@pytest.fixture(scope="session")
def model() -> Path:
    """The model of the present sources; trained now if it is not there."""
    path = model_file()
    if not path.exists():
        command = training_command(path.parent, path.name.removesuffix(".tar.gz"))
        environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "PYTHONWARNINGS": "ignore", "OMP_NUM_THREADS": "1"}
        done = subprocess.run(command, cwd=BOT, env=environment, capture_output=True, text=True)
        assert done.returncode == 0 and path.exists(), done.stderr[-3000:]
    return path


@pytest.fixture(scope="session")
def stand_in() -> StandIn:
    return StandIn()


@pytest.fixture(scope="session")
def running_bot(model: Path, redis_url: str, stand_in: StandIn) -> Iterator[Bot]:
    with serving(stand_in) as actions_url, rasa(model=model, redis_url=redis_url, actions_url=actions_url) as bot:
        yield bot


@pytest.fixture
def bot(running_bot: Bot, stand_in: StandIn) -> Bot:
    stand_in.reset()
    return running_bot
