"""What can be wrong with an installation, and the command that mends each thing. Looks only; changes nothing."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path
from typing import Literal
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from pydantic import ValidationError

from common.settings import ROOT, Settings

_LEAST_DISK = 2 * 1024**3


@dataclass(frozen=True)
class Finding:
    """``state``: ok, note (works, but worth knowing) or bad; ``mending`` is a command or an action, absent when nothing is to be done."""

    what: str
    state: Literal["ok", "note", "bad"]
    detail: str
    mending: str | None = None


def examine() -> Iterator[Finding]:
    """Every check in the order in which one thing needs another."""
    try:
        settings = Settings()
    except ValidationError as error:
        for problem in error.errors():
            name = "BANGBAN_" + "_".join(str(part) for part in problem["loc"]).upper() if problem["loc"] else "settings"
            yield Finding("settings", "bad", f"{name}: {problem['msg']}", "correct or unset the environment variable; docs/settings.md lists all")
        return
    yield Finding("settings", "ok", f"{settings.env}{', demo' if settings.demo else ''}, home {settings.home}")
    yield python()
    yield environment(".venv", "requirements.lock", _installed_here)
    yield environment("bot/.venv", "bot/requirements.lock", _installed_in_bot)
    yield node(ROOT / "web")
    yield model()
    yield disk(settings.home)
    running = is_running(settings.home)
    yield port(settings, running=running)
    yield from stores(settings, running=running)
    yield from health(settings, running=running)


def python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] == (3, 11):
        return Finding("python", "ok", version)
    return Finding("python", "bad", f"{version}; Bangban needs 3.11", "install Python 3.11, then: make clean setup")


def environment(name: str, lock: str, installed: Callable[[], dict[str, str] | None]) -> Finding:
    """Whether an environment holds what its lock file names, version by version."""
    wanted = locked_versions((ROOT / lock).read_text(encoding="utf-8"))
    there = installed()
    if there is None:
        return Finding(name, "bad", "is missing", "make setup")
    wrong = [f"{package} {there.get(package, 'missing')}, not {version}" for package, version in wanted.items() if there.get(package) != version]
    if wrong:
        more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        return Finding(name, "bad", f"differs from {lock}: {'; '.join(wrong[:3])}{more}", f"rm -f {name}/.ready && make setup")
    return Finding(name, "ok", f"{len(wanted)} packages as locked")


def locked_versions(lock: str) -> dict[str, str]:
    """``{normalised name: version}`` of a requirements file."""
    return {_normal(name): version for name, version in re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", lock, re.MULTILINE)}


def node(web: Path) -> Finding:
    if not (web / "package.json").exists():
        return Finding("web pages", "note", "this installation has none")
    if not list(web.glob("*/dist/index.html")):
        return Finding("web pages", "bad", "are not built", "rm -f .cache/stamps/web && make setup")
    own = shutil.which("node")
    return Finding("web pages", "ok", "built" + ("" if own else "; node comes from .cache/node-venv"))


def model() -> Finding:
    from bangban.model import MODELS, model_file

    if model_file().exists():
        return Finding("dialogue model", "ok", model_file().name)
    older = list(MODELS.glob("bangban-*.tar.gz"))
    return Finding("dialogue model", "bad", "is out of date" if older else "is not trained", "bangban train")


def disk(home: Path) -> Finding:
    place = next(folder for folder in [home, *home.resolve().parents] if folder.exists())
    free = shutil.disk_usage(place).free
    gigabytes = f"{free / 1024**3:.1f} GB free under {place}"
    if not os.access(place, os.W_OK):
        return Finding("disk", "bad", f"{place} cannot be written", f"chown -R $(id -u) {place}, or set BANGBAN_HOME to another folder")
    if free < _LEAST_DISK:
        return Finding("disk", "bad", gigabytes, "make room, or set BANGBAN_HOME to a folder on another disk")
    return Finding("disk", "ok", gigabytes)


def is_running(home: Path) -> bool:
    from bangban.supervisor.lock import is_locked

    return is_locked(home.resolve())


def port(settings: Settings, *, running: bool) -> Finding:
    from bangban.stores.ports import is_free

    if running:
        return Finding("port", "ok", f"{settings.port}, ours")
    if is_free(settings.port, settings.host):
        return Finding("port", "ok", f"{settings.port} is free")
    return Finding("port", "bad", f"{settings.port} is taken by another program", f"BANGBAN_PORT={settings.port + 1} make run")


def stores(settings: Settings, *, running: bool) -> Iterator[Finding]:
    """External stores are asked; embedded ones only while the system runs."""
    database_url, redis_url = settings.database_url, settings.redis_url
    if running and not (database_url and redis_url):
        wiring = json.loads((settings.home / "run" / "wiring.json").read_text(encoding="utf-8"))
        database_url, redis_url = database_url or wiring["database_url"], redis_url or wiring["redis_url"]
    yield _postgres(database_url) if database_url else Finding("postgres", "ok", "embedded; starts with the system")
    yield _redis(redis_url) if redis_url else Finding("redis", "ok", "embedded; starts with the system")


def _postgres(url: str) -> Finding:
    import psycopg

    from bangban.migrations import pending

    try:
        with psycopg.connect(url, connect_timeout=3) as connection:
            version = connection.info.server_version // 10000
        missing = pending(url)
    except psycopg.Error as error:
        mending = "start that PostgreSQL, or unset BANGBAN_DATABASE_URL for the embedded one"
        return Finding("postgres", "bad", str(error).strip().splitlines()[0], mending)
    if missing:
        return Finding("postgres", "bad", f"the database lacks {', '.join(sorted(missing))}", "bangban migrate")
    return Finding("postgres", "ok", f"version {version}, every migration applied")


def _redis(url: str) -> Finding:
    import redis

    try:
        with redis.Redis.from_url(url, socket_connect_timeout=3, socket_timeout=3) as client:
            client.ping()
            kept = client.config_get("appendonly").get("appendonly")
    except redis.RedisError as error:
        return Finding("redis", "bad", str(error), "start that server, or unset BANGBAN_REDIS_URL for the embedded one")
    if kept != "yes":
        return Finding("redis", "note", "keeps nothing over a restart", "redis-cli config set appendonly yes")
    return Finding("redis", "ok", "answers, and keeps what it is given")


def health(settings: Settings, *, running: bool) -> Iterator[Finding]:
    """What the running system says of its own parts (the search index among them)."""
    if not running:
        yield Finding("system", "note", "is not running", "make run")
        return
    host = settings.host if settings.host not in ("0.0.0.0", "::") else "127.0.0.1"
    try:
        with urlopen(f"http://{host}:{settings.port}/healthz", timeout=5) as answer:
            parts = json.load(answer)["parts"]
    except HTTPError as error:
        parts = json.load(error).get("parts", {})
    except (URLError, OSError, ValueError) as error:
        yield Finding("system", "bad", f"runs, but does not answer ({error})", f"read {settings.home}/logs/gateway.log")
        return
    for name, state in parts.items():
        good = state in ("ok", "off")
        mending = "bangban index build" if name == "index" else f"read {settings.home}/logs/{name}.log"
        yield Finding(f"part {name}", "ok" if good else "bad", str(state), None if good else mending)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _installed_here() -> dict[str, str]:
    return {_normal(found.metadata["Name"]): found.version for found in distributions()}


def _installed_in_bot() -> dict[str, str] | None:
    python = ROOT / "bot/.venv/bin/python"
    if not python.exists():
        return None
    code = "import importlib.metadata as m, json; print(json.dumps({d.metadata['Name']: d.version for d in m.distributions()}))"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, env={"PATH": os.defpath})
    return {_normal(name): version for name, version in json.loads(done.stdout).items()} if done.returncode == 0 else None
