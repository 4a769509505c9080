"""The files of ``deploy/`` are well-formed and speak of things that exist: settings, modules, paths, health pages."""

from __future__ import annotations

import configparser
import importlib.util
import os
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from bangban.supervisor.environment import Wiring, rasa_environment
from common.settings import ROOT, Settings

DEPLOY = ROOT / "deploy"
FILES = sorted(p for p in DEPLOY.rglob("*") if p.is_file())
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
COMPOSE = yaml.safe_load((DEPLOY / "compose.yml").read_text(encoding="utf-8"))
KUBERNETES = [d for p in sorted((DEPLOY / "kubernetes").glob("*.yaml")) for d in yaml.safe_load_all(p.read_text(encoding="utf-8"))]
_WIRING = Wiring("postgresql://x/y", "redis://h:1/0", "http://127.0.0.1:5005", "t", "http://127.0.0.1:5055", "k", "p")
SETTINGS = {f"BANGBAN_{name.upper()}" for name in Settings.model_fields}
RASAS = {name for name in rasa_environment(_WIRING, outer={}) if name.startswith("BANGBAN_")}
HEALTH = {"gateway": "/healthz", "actions": ("/health", "/ready"), "rasa": "/webhooks/bangban/health"}


def of_kind(kind: str) -> dict[str, Any]:
    [found] = [d for d in KUBERNETES if d["kind"] == kind]
    return found


POD = of_kind("StatefulSet")["spec"]["template"]["spec"]
CONTAINERS = {c["name"]: c for c in POD["containers"]}


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(DEPLOY)))
def test_every_setting_named_exists(path: Path) -> None:
    named = set(re.findall(r"BANGBAN_[A-Z0-9_]+", path.read_text(encoding="utf-8")))
    assert named <= SETTINGS | RASAS, named - SETTINGS - RASAS


def test_all_three_ways_run_the_same_parts() -> None:
    parts = {"gateway", "actions", "rasa", "migrate"}
    assert set(COMPOSE["services"]) == parts
    assert set(CONTAINERS) | {c["name"] for c in POD["initContainers"]} == parts
    assert {u.stem.removeprefix("bangban-") for u in UNITS} == parts


@pytest.mark.parametrize("part", HEALTH)
def test_every_part_is_asked_at_a_page_it_has(part: str) -> None:
    pages = [HEALTH[part]] if isinstance(HEALTH[part], str) else HEALTH[part]
    assert any(page in str(COMPOSE["services"][part]["healthcheck"]["test"]) for page in pages)
    probes = str({k: v for k, v in CONTAINERS[part].items() if k.endswith("Probe")})
    assert any(page in probes for page in pages)
    source = {"gateway": "bangban/gateway.py", "actions": "actions/server.py", "rasa": "bot/components/channel.py"}[part]
    text = (ROOT / source).read_text(encoding="utf-8")
    assert part == "actions" or f'"/{pages[0].rsplit("/", 1)[1]}"' in text  # /health of the actions is rasa-sdk's own


def test_a_gateway_is_ready_by_healthz_and_not_killed_for_the_others() -> None:
    gateway = CONTAINERS["gateway"]
    assert gateway["readinessProbe"]["httpGet"]["path"] == "/healthz"
    assert "healthz" not in str(gateway["livenessProbe"]) and "healthz" not in str(gateway["startupProbe"])


def test_two_gateways_have_two_names() -> None:
    [worker] = [e for e in CONTAINERS["gateway"]["env"] if e["name"] == "BANGBAN_WORKER"]
    assert worker["valueFrom"]["fieldRef"]["fieldPath"] == "metadata.name"
    assert "BANGBAN_WORKER" not in of_kind("ConfigMap")["data"]


def test_rasa_is_told_no_more_than_the_supervisor_tells_it() -> None:
    for told in ({e["name"] for e in CONTAINERS["rasa"]["env"]}, set(COMPOSE["services"]["rasa"]["environment"])):
        assert told <= RASAS and {"BANGBAN_REDIS_URL", "BANGBAN_RASA_TOKEN", "BANGBAN_ACTIONS_URL"} <= told
    assert "envFrom" not in CONTAINERS["rasa"] and "env_file" not in COMPOSE["services"]["rasa"]
    wanted = set(re.findall(r"\$\{(BANGBAN_\w+)\}", "".join((ROOT / "bot" / f).read_text(encoding="utf-8") for f in ("endpoints.yml", "credentials.yml"))))
    assert wanted <= {e["name"] for e in CONTAINERS["rasa"]["env"]}


def test_rasa_and_the_actions_stay_on_loopback() -> None:
    assert {COMPOSE["services"][p]["network_mode"] for p in ("actions", "rasa")} == {"service:gateway"}
    assert not any("ports" in COMPOSE["services"][p] or "ports" in CONTAINERS[p] for p in ("actions", "rasa"))
    assert of_kind("ConfigMap")["data"]["BANGBAN_ACTIONS_URL"].startswith("http://127.0.0.1:")
    assert '"--interface", "127.0.0.1"' in (DEPLOY / "bot.Dockerfile").read_text(encoding="utf-8")


def test_no_secret_stands_in_the_open() -> None:
    secret = {f"BANGBAN_{n.upper()}" for n, f in Settings.model_fields.items() if "SecretStr" in str(f.annotation)} | {"BANGBAN_DATABASE_URL", "BANGBAN_REDIS_URL"}
    assert not secret & of_kind("ConfigMap")["data"].keys()
    assert {"BANGBAN_DATABASE_URL", "BANGBAN_REDIS_URL", "BANGBAN_SECRET_KEY", "BANGBAN_RASA_TOKEN"} <= of_kind("Secret")["stringData"].keys()
    assert of_kind("Secret")["stringData"]["BANGBAN_SECRET_KEY"] == ""


def test_the_config_map_makes_whole_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("BANGBAN_")]:  # make exports some
        monkeypatch.delenv(name)
    for name, value in (of_kind("ConfigMap")["data"] | of_kind("Secret")["stringData"]).items():
        monkeypatch.setenv(name, value)
    made = Settings()
    assert made.env == "production" and not made.demo and made.host == "0.0.0.0"
    assert made.port == CONTAINERS["gateway"]["ports"][0]["containerPort"]


@pytest.mark.parametrize("image", ["root", "bot"])
def test_an_image_copies_what_exists_and_runs_as_nobody_special(image: str) -> None:
    lines = re.sub(r"\\\n\s*", " ", (DEPLOY / f"{image}.Dockerfile").read_text(encoding="utf-8")).splitlines()
    copied = [source for line in lines if line.startswith("COPY") for source in [w for w in line.split()[1:] if not w.startswith("--")][:-1]]
    assert copied and [c for c in copied if not (ROOT / c).exists()] == []
    assert [line for line in lines if line.startswith("USER")] == ["USER bangban"]
    assert not any(":latest" in line for line in lines)
    if image == "root":
        packages = set(yaml.safe_load(re.search(r"^packages = (\[.*\])$", (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.M)[1]))
        assert packages <= set(copied)


def test_images_are_the_same_everywhere() -> None:
    composed = {n: s["image"] for n, s in COMPOSE["services"].items()}
    assert composed == {c["name"]: c["image"] for c in [*POD["containers"], *POD["initContainers"]]}
    assert {s["build"]["dockerfile"] for s in COMPOSE["services"].values()} == {"deploy/root.Dockerfile", "deploy/bot.Dockerfile"}


@pytest.mark.parametrize("unit", UNITS, ids=lambda p: p.stem)
def test_a_unit_is_well_formed_and_starts_what_exists(unit: Path) -> None:
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(unit.read_text(encoding="utf-8"))
    assert set(parser.sections()) == {"Unit", "Service", "Install"}
    service = parser["Service"]
    command = shlex.split(service["ExecStart"])
    assert command[0].startswith(service["WorkingDirectory"] + "/.venv/bin/")
    if "-m" in command:
        module = command[command.index("-m") + 1]
        found = (ROOT / "bot" / f"{module}.py").exists() if unit.stem == "bangban-rasa" else importlib.util.find_spec(module)
        assert found, module
    assert service["User"] == "bangban" and (service.get("Restart") == "always" or service["Type"] == "oneshot")
    wanted = (DEPLOY / "systemd" / "bangban.target").read_text(encoding="utf-8")
    assert unit.name in wanted


def test_kustomization_lists_every_manifest() -> None:
    listed = set(of_kind("Kustomization")["resources"])
    there = {p.name for p in (DEPLOY / "kubernetes").glob("*.yaml")} - {"kustomization.yaml"}
    assert listed == {n.replace("secret.example", "secret") for n in there}
    assert "secret.yaml" in (DEPLOY / "kubernetes" / ".gitignore").read_text(encoding="utf-8").split()
