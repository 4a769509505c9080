"""The environment each process gets: the settings as the supervisor completed them, few threads, quiet libraries."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

# Every library that would start a thread per core; the machine is small and has five processes to run.
_FEW_THREADS = dict.fromkeys(
    ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"], "1"
) | {"MALLOC_ARENA_MAX": "2", "TOKENIZERS_PARALLELISM": "false"}
_QUIET_RASA = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONWARNINGS": "ignore",
    "SANIC_WORKERS": "1",
}


@dataclass(frozen=True)
class Wiring:
    """Addresses and secrets between the parts, whether started here or given from outside."""

    database_url: str
    redis_url: str
    rasa_url: str
    rasa_token: str
    actions_url: str
    secret_key: str
    demo_password: str

    def settings(self) -> dict[str, str]:
        """As the ``BANGBAN_*`` variables that :class:`common.settings.Settings` reads."""
        return {f"BANGBAN_{name.upper()}": value for name, value in vars(self).items()}


def our_environment(wiring: Wiring, *, home: str, outer: Mapping[str, str] = os.environ) -> dict[str, str]:
    """For our own processes: everything of the caller's, and all the wiring."""
    return {**_FEW_THREADS, **outer, "PYTHONUNBUFFERED": "1", "BANGBAN_HOME": home, **wiring.settings()}


def rasa_environment(wiring: Wiring, *, outer: Mapping[str, str] = os.environ) -> dict[str, str]:
    """For Rasa: none of our settings or secrets but those it needs, so that nothing it prints or stores can hold them.

    Its YAML files name ``BANGBAN_REDIS_HOST``, ``_PORT``, ``_DB``, ``_PASSWORD`` (it cannot read a URL), ``BANGBAN_REDIS_URL``,
    ``BANGBAN_ACTIONS_URL`` and ``BANGBAN_RASA_TOKEN``.
    """
    plain = {name: value for name, value in outer.items() if not name.startswith(("BANGBAN_", "VIRTUAL_ENV", "PYTHONPATH"))}
    redis = urlsplit(wiring.redis_url)
    return {
        **_FEW_THREADS, **plain, **_QUIET_RASA, "PYTHONUNBUFFERED": "1",
        "BANGBAN_REDIS_URL": wiring.redis_url,
        "BANGBAN_REDIS_HOST": redis.hostname or "127.0.0.1",
        "BANGBAN_REDIS_PORT": str(redis.port or 6379),
        "BANGBAN_REDIS_DB": redis.path.strip("/") or "0",
        "BANGBAN_REDIS_USERNAME": redis.username or "",
        "BANGBAN_REDIS_PASSWORD": redis.password or "",
        "BANGBAN_ACTIONS_URL": wiring.actions_url,
        "BANGBAN_RASA_TOKEN": wiring.rasa_token,
    }  # fmt: skip
