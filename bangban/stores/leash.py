"""Starting a child that cannot outlive us: its own process group, and a signal from the kernel when its parent dies."""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
# Loaded before any fork: between fork and exec nothing may be imported.
_LIBC = ctypes.CDLL(None, use_errno=True)


def leash(death_signal: signal.Signals = signal.SIGTERM) -> Callable[[], None]:
    """A ``preexec_fn``: the child gets ``death_signal`` when the thread that started it ends, however it ends.

    It must run after a change of user (the kernel forgets the wish then), which is where :mod:`subprocess` runs it.
    """
    parent, number = os.getpid(), int(death_signal)

    def tie() -> None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != parent:  # The parent died between fork and prctl.
            os._exit(1)

    return tie
