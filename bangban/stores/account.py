"""The system user PostgreSQL runs as: it refuses to run as root, so root lends it an account of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

ACCOUNT = "embedded_postgres"


def store_account() -> str | None:
    """The user name to start PostgreSQL as; None when we are not root and simply stay who we are.

    Creates the account on first use where ``useradd`` exists, else ``nobody`` serves.
    """
    if os.geteuid() != 0:
        return None
    if _exists(ACCOUNT):
        return ACCOUNT
    if tool := shutil.which("useradd"):
        subprocess.run([tool, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT], check=False, capture_output=True)
    return ACCOUNT if _exists(ACCOUNT) else "nobody"


def run_as(account: str | None) -> dict[str, Any]:
    """The arguments of :class:`subprocess.Popen` that start a program as the account: user, group, and no other groups."""
    if account is None:
        return {}
    entry = pwd.getpwnam(account)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def own(folder: Path, account: str | None) -> None:
    """Creates a folder (0700) that belongs to the account and that it can reach."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if account is None:
        return
    entry = pwd.getpwnam(account)
    if folder.stat().st_uid != entry.pw_uid:
        os.chown(folder, entry.pw_uid, entry.pw_gid)
    open_way(folder)


def open_way(path: Path) -> None:
    """Lets others pass through (not list or read) the folders above ``path`` that lock them out."""
    for folder in path.resolve().parents:
        mode = stat.S_IMODE(folder.stat().st_mode)
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)


def _exists(account: str) -> bool:
    try:
        pwd.getpwnam(account)
    except KeyError:
        return False
    return True
