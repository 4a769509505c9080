"""What changed between two documents, by path. Entries that carry an id or a name are matched by it, so inserting one in front of
the others is one change and not a change of all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

Change = Literal["added", "removed", "changed", "moved"]
_KEYS = ("id", "name", "q", "number", "what", "value")


@dataclass(frozen=True)
class Difference:
    """``before`` and ``after`` are the values at the path; absent ones are None."""

    path: str
    change: Change
    before: Any = None
    after: Any = None


def differences(before: Any, after: Any, path: str = "") -> list[Difference]:
    """Every place where two JSON documents differ, in the order of the newer one."""
    return list(_walk(before, after, path))


def _walk(before: Any, after: Any, path: str) -> Iterator[Difference]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*after, *(k for k in before if k not in after)]:
            yield from _one(before, after, key, f"{path}.{key}".lstrip("."))
    elif isinstance(before, list) and isinstance(after, list):
        yield from _lists(before, after, path)
    else:
        yield Difference(path, "changed", before, after)


def _one(before: dict[Any, Any], after: dict[Any, Any], key: Any, path: str) -> Iterator[Difference]:
    if key not in before:
        yield Difference(path, "added", after=after[key])
    elif key not in after:
        yield Difference(path, "removed", before=before[key])
    else:
        yield from _walk(before[key], after[key], path)


def _lists(before: list[Any], after: list[Any], path: str) -> Iterator[Difference]:
    old, new = _named(before), _named(after)
    if old is None or new is None:
        old, new = {str(at): v for at, v in enumerate(before)}, {str(at): v for at, v in enumerate(after)}
    for key in [*new, *(k for k in old if k not in new)]:
        yield from _one(old, new, key, f"{path}[{key}]")
    common = [k for k in new if k in old]
    if common != [k for k in old if k in new]:
        yield Difference(path, "moved", [k for k in old if k in new], common)


def _named(entries: list[Any]) -> dict[str, Any] | None:
    """Entries by what names them, if each has a name of its own; plain strings name themselves."""
    for key in (None, *_KEYS):
        names = [e if key is None else e.get(key) if isinstance(e, dict) else None for e in entries]
        if all(isinstance(n, str) for n in names) and len(set(names)) == len(names):
            return dict(zip(names, entries, strict=True))
    return None
