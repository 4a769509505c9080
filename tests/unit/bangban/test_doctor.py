"""Doctor says what is wrong and what mends it."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from bangban import doctor
from common.settings import ROOT, Settings


def test_a_wrong_setting_is_named_with_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANGBAN_PORT", "99999")
    (finding,) = doctor.examine()
    assert finding.state == "bad" and "BANGBAN_PORT" in finding.detail and finding.mending


def test_a_package_of_another_version_than_locked_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "ROOT", tmp_path)
    (tmp_path / "a.lock").write_text("# comment\nSome_Thing==1.0\n    # via x\nother[extra]==2.0 ; python_version > '3'\n")
    assert doctor.environment(".venv", "a.lock", lambda: {"some-thing": "1.0", "other": "2.0"}).state == "ok"
    wrong = doctor.environment(".venv", "a.lock", lambda: {"some-thing": "1.1"})
    assert wrong.state == "bad" and "some-thing 1.1, not 1.0" in wrong.detail and "other missing" in wrong.detail
    assert doctor.environment(".venv", "a.lock", lambda: None).mending == "make setup"


def test_the_locks_of_the_repository_are_understood() -> None:
    assert doctor.locked_versions((ROOT / "requirements.lock").read_text())["sanic"].startswith("25.12")
    assert doctor.locked_versions((ROOT / "bot/requirements.lock").read_text())["rasa"] == "3.6.21"


def test_a_port_of_another_program_is_found_and_a_free_one_offered() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        finding = doctor.port(Settings(port=taken), running=False)
    assert finding.state == "bad" and finding.mending == f"BANGBAN_PORT={taken + 1} make run"
    assert doctor.port(Settings(port=taken), running=True).state == "ok"


def test_a_store_that_does_not_answer_is_found(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, database_url="postgresql://nobody@127.0.0.1:1/x", redis_url="redis://127.0.0.1:1/0")
    findings = {finding.what: finding for finding in doctor.stores(settings, running=False)}
    assert findings["postgres"].state == findings["redis"].state == "bad"
    assert "BANGBAN_DATABASE_URL" in findings["postgres"].mending and "BANGBAN_REDIS_URL" in findings["redis"].mending


def test_pages_that_are_not_built_are_found(tmp_path: Path) -> None:
    assert doctor.node(tmp_path).state == "note"
    (tmp_path / "package.json").touch()
    assert doctor.node(tmp_path).state == "bad"
    (tmp_path / "citizen/dist").mkdir(parents=True)
    (tmp_path / "citizen/dist/index.html").touch()
    assert doctor.node(tmp_path).state == "ok"
