"""What a server keeps for all its life is left out of every later search for garbage.

Looking through it all (libraries, guides, the index) stops a process for 100 to 250 ms each time, in the middle of somebody's answer;
``python -m bench.channels`` shows it.
"""

from __future__ import annotations

import gc


def settle() -> None:
    """Everything that is here now is here to stay. Called once, when a process has built what it works with."""
    gc.collect()
    gc.freeze()
