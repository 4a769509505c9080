"""The peer: what ``rasa init`` makes (default pipeline with DIET and TED) with one trivial action, trained and served as its documentation says."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import yaml

from common.settings import ROOT

PYTHON = ROOT / "bot" / ".venv" / "bin" / "python"
PROJECT = ROOT / ".cache" / "bench" / "bare"
_ENVIRONMENT = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "SANIC_HOST": "127.0.0.1"}
_ACTION = """from rasa_sdk import Action


class Trivial(Action):
    def name(self):
        return "action_trivial"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text="done")
        return []
"""
MESSAGE = "hello"


def project() -> Path:
    """The trained bare project; made once and kept in the cache."""
    if (PROJECT / "trained").exists():
        return PROJECT
    shutil.rmtree(PROJECT, ignore_errors=True)
    PROJECT.mkdir(parents=True)
    _rasa("init", "--no-prompt", "--init-dir", str(PROJECT))
    _use_trivial_action()
    shutil.rmtree(PROJECT / "models", ignore_errors=True)
    _rasa("train", "--quiet")
    (PROJECT / "trained").touch()
    return PROJECT


def _use_trivial_action() -> None:
    """The greeting is answered by the action instead of a fixed sentence, everywhere the template answers it."""
    (PROJECT / "actions" / "actions.py").write_text(_ACTION, encoding="utf-8")
    domain = yaml.safe_load((PROJECT / "domain.yml").read_text(encoding="utf-8"))
    domain["actions"] = ["action_trivial"]
    (PROJECT / "domain.yml").write_text(yaml.safe_dump(domain, allow_unicode=True), encoding="utf-8")
    stories = PROJECT / "data" / "stories.yml"
    stories.write_text(stories.read_text(encoding="utf-8").replace("utter_greet", "action_trivial"), encoding="utf-8")


def _rasa(*arguments: str) -> None:
    subprocess.run(
        [str(PYTHON), "-m", "rasa", *arguments],
        cwd=PROJECT,
        env={**os.environ, **_ENVIRONMENT},
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@contextlib.contextmanager
def serving() -> Iterator[tuple[str, int]]:
    """(address, pid of a shell whose children are the server and its action server)."""
    port, actions = _free(), _free()
    endpoints = PROJECT / "endpoints.yml"
    endpoints.write_text(f"action_endpoint:\n  url: http://127.0.0.1:{actions}/webhook\n", encoding="utf-8")
    server = f"{PYTHON} -m rasa run --enable-api -i 127.0.0.1 --port {port} --endpoints endpoints.yml"
    script = f"{PYTHON} -m rasa_sdk --actions actions --port {actions} & exec {server}"
    shell = subprocess.Popen(
        ["sh", "-c", script],
        cwd=PROJECT,
        env={**os.environ, **_ENVIRONMENT},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait(f"http://127.0.0.1:{port}/")
        _wait(f"http://127.0.0.1:{actions}/health")
        yield f"http://127.0.0.1:{port}", shell.pid
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(shell.pid, 15)
        shell.wait(20)


def _free() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def _wait(url: str, seconds: int = 120) -> None:
    for _ in range(seconds * 2):
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(url, trust_env=False).status_code == 200:
                return
        time.sleep(0.5)
    raise TimeoutError(url)
