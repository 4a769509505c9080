"""A home: one supervisor, secrets made once, environments that tell each process no more than it needs."""

from __future__ import annotations

import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bangban.cli.attach import holder_of, write_wiring
from bangban.supervisor.environment import Wiring, our_environment, rasa_environment
from bangban.supervisor.lock import AlreadyRunning, home_lock, is_locked
from bangban.supervisor.secrets import home_secrets
from common.settings import Settings

_WIRING = Wiring(
    database_url="postgresql://postgres@/bangban?host=/tmp/x", redis_url="redis://:se-cret@127.0.0.1:20001/2", rasa_url="http://127.0.0.1:20002",
    rasa_token="token", actions_url="http://127.0.0.1:20003", secret_key="the key", demo_password="the password",
)  # fmt: skip


def test_a_second_supervisor_of_a_home_is_told_who_runs(tmp_path: Path) -> None:
    with home_lock(tmp_path, url="http://127.0.0.1:8000"):
        assert is_locked(tmp_path)
        code = f"""
from pathlib import Path
from bangban.supervisor.lock import *
try:
    with home_lock(Path({str(tmp_path)!r})): print("held")
except AlreadyRunning as running: print(running.pid, running.url)
"""
        said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
        assert said[1] == "http://127.0.0.1:8000" and said[0].isdigit()
    assert not is_locked(tmp_path)


def test_a_command_beside_the_system_is_told_where_its_stores_are(tmp_path: Path) -> None:
    with home_lock(tmp_path):
        write_wiring(tmp_path, _WIRING)
        assert holder_of(tmp_path) == _WIRING
    assert holder_of(tmp_path) is None


def test_a_command_beside_another_command_waits_for_its_end(tmp_path: Path) -> None:
    held, may_end, found = threading.Event(), threading.Event(), []

    def another() -> None:
        with home_lock(tmp_path):
            held.set()
            may_end.wait(30)

    first = threading.Thread(target=another)
    first.start()
    held.wait(30)
    second = threading.Thread(target=lambda: found.append(holder_of(tmp_path)))
    second.start()
    second.join(0.5)
    assert second.is_alive() and not found
    may_end.set()
    second.join(30)
    first.join(30)
    assert found == [None]


def test_a_lock_file_left_by_a_dead_supervisor_does_not_block(tmp_path: Path) -> None:
    code = f"from pathlib import Path; from bangban.supervisor.lock import *; import os\nwith home_lock(Path({str(tmp_path)!r})): os._exit(9)"
    subprocess.run([sys.executable, "-c", code], check=False)
    assert (tmp_path / "run/lock").exists() and not is_locked(tmp_path)
    with home_lock(tmp_path), pytest.raises(AlreadyRunning), home_lock(tmp_path):
        pass


def test_secrets_are_made_once_and_private(tmp_path: Path) -> None:
    first = home_secrets(tmp_path)
    assert home_secrets(tmp_path) == first and len(set(first.values())) == 4
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600
    assert home_secrets(tmp_path / "another") != first


def test_rasa_is_told_nothing_it_does_not_need() -> None:
    outer = {"PATH": "/bin", "BANGBAN_WECHAT_OA_SECRET": "wechat", "BANGBAN_SECRET_KEY": "the key", "VIRTUAL_ENV": "/x"}
    told = rasa_environment(_WIRING, outer=outer)
    assert {"the key", "the password", "wechat", _WIRING.database_url}.isdisjoint(told.values())
    assert (told["BANGBAN_REDIS_HOST"], told["BANGBAN_REDIS_PORT"], told["BANGBAN_REDIS_DB"], told["BANGBAN_REDIS_PASSWORD"]) == (
        "127.0.0.1", "20001", "2", "se-cret",
    )  # fmt: skip
    assert told["PATH"] == "/bin" and "VIRTUAL_ENV" not in told and told["RASA_TELEMETRY_ENABLED"] == "false"


def test_our_processes_read_the_wiring_as_their_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in our_environment(_WIRING, home="/tmp/home", outer={"OMP_NUM_THREADS": "4"}).items():
        monkeypatch.setenv(name, value)
    read = Settings()
    assert (read.database_url, read.redis_url, read.rasa_url, read.actions_url) == (
        _WIRING.database_url, _WIRING.redis_url, _WIRING.rasa_url, _WIRING.actions_url,
    )  # fmt: skip
    assert read.secret_key.get_secret_value() == "the key" and read.rasa_token.get_secret_value() == "token"
    assert our_environment(_WIRING, home="/tmp/home", outer={"OMP_NUM_THREADS": "4"})["OMP_NUM_THREADS"] == "4", "an operator's wish wins"
