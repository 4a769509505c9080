"""Bangban's table of processes."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bangban.model import model_file
from bangban.stores.ports import free_port
from bangban.stores.postgres import EmbeddedPostgres
from bangban.stores.valkey import EmbeddedValkey
from bangban.supervisor.environment import Wiring, our_environment, rasa_environment
from bangban.supervisor.part import Part
from bangban.supervisor.probes import answers, says_so
from bangban.supervisor.secrets import home_secrets
from common.settings import ROOT, Settings

RASA_PYTHON = ROOT / "bot" / ".venv" / "bin" / "python"


@dataclass(frozen=True)
class System:
    """What is to run, and how its parts reach each other. A store is None when it is someone else's."""

    parts: list[Part]
    wiring: Wiring
    postgres: EmbeddedPostgres | None
    valkey: EmbeddedValkey | None


def assemble(settings: Settings) -> System:
    """The table for these settings; makes secrets and picks ports, starts nothing."""
    home = settings.home.resolve()
    secrets = home_secrets(home)
    taken = {settings.port}
    valkey_port, rasa_port, actions_port = (taken.add(port) or port for port in (free_port(taken) for _ in range(3)))
    postgres = None if settings.database_url else EmbeddedPostgres(home / "postgres")
    valkey = None if settings.redis_url else EmbeddedValkey(home / "valkey", port=valkey_port, password=secrets["redis_password"])
    wiring = Wiring(
        database_url=settings.database_url or postgres.url(),  # type: ignore[union-attr]
        redis_url=settings.redis_url or valkey.url(),  # type: ignore[union-attr]
        rasa_url=f"http://127.0.0.1:{rasa_port}",
        rasa_token=settings.rasa_token.get_secret_value() or secrets["rasa_token"],
        actions_url=f"http://127.0.0.1:{actions_port}",
        secret_key=settings.secret_key.get_secret_value() if settings.secret_key else secrets["secret_key"],
        demo_password=settings.demo_password.get_secret_value() if settings.demo_password else secrets["demo_password"],
    )
    stores = [_store_part("postgres", postgres), _store_part("redis", valkey)]
    parts = [*(part for part in stores if part), *_own_parts(settings, wiring, home)]
    return System(parts, wiring, postgres, valkey)


def _store_part(name: str, store: EmbeddedPostgres | EmbeddedValkey | None) -> Part | None:
    if store is None:
        return None
    return Part(
        name=name, command=store.command(), cwd=store.folder, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"}, prepare=store.prepare,
        ready=says_so(store.is_ready), account=store.account, stop_signal=store.stop_signal, grace_s=15,
    )  # fmt: skip


def _own_parts(settings: Settings, wiring: Wiring, home: Path) -> list[Part]:
    """Rasa loads for seconds and needs only Valkey, so it starts beside PostgreSQL and the migrations."""
    ours = our_environment(wiring, home=str(home))
    postgres = () if settings.database_url else ("postgres",)
    redis = () if settings.redis_url else ("redis",)
    python = sys.executable
    host = settings.host if settings.host not in ("0.0.0.0", "::") else "127.0.0.1"
    page = f"http://{host}:{settings.port}/healthz"
    served = ("migrate", *redis)
    return [
        Part("migrate", [python, "-m", "bangban", "migrate", "--quiet"], ROOT, ours, after=postgres, once=True),
        Part("rasa", rasa_command(wiring), ROOT / "bot", rasa_environment(wiring), ready=answers(f"{wiring.rasa_url}/"), after=redis, hang_s=60),
        Part("actions", [python, "-m", "actions"], ROOT, ours, ready=answers(f"{wiring.actions_url}/health"), after=served, hang_s=60),
        # Its page also says no while another part is down, which is no reason to kill it: alive is whoever answers at all.
        Part(
            "gateway", [python, "-m", "bangban.gateway"], ROOT, ours, ready=answers(page), alive=answers(page, status=None), after=served, hang_s=60
        ),
    ]


def rasa_command(wiring: Wiring) -> list[str]:
    """Rasa on loopback only: no CORS, no telemetry, and no HTTP API beyond its channel."""
    return [
        str(RASA_PYTHON), "-m", "lean_rasa", "run", "--model", str(model_file()), "--endpoints", "endpoints.yml", "--credentials", "credentials.yml",
        "--interface", "127.0.0.1", "--port", str(urlsplit(wiring.rasa_url).port),
    ]  # fmt: skip
