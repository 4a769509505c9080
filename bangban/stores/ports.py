"""Free ports on the loopback address, for what only our own parts talk to."""

from __future__ import annotations

import random
import socket

# Below the range from which the kernel takes ports for outgoing connections: a port stays ours while its server restarts.
_RANGE = range(20000, 32000)


def free_port(taken: set[int] | None = None) -> int:
    """A port nobody listens on now and that is not in ``taken``."""
    for port in random.sample(_RANGE, 200):
        if port not in (taken or set()) and is_free(port):
            return port
    raise RuntimeError("no free loopback port between 20000 and 32000")


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen there."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
