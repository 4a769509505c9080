"""Guides as YAML, one document after another, each as it stands under ``knowledge/guides``: the exact form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from knowledge.exchange.tables import Errors
from knowledge.exchange.words import words

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Plain(_Dumper):  # type: ignore[misc, valid-type]
    """Without references, which nobody can edit."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def write(documents: Iterable[Mapping[str, Any]]) -> bytes:
    return yaml.dump_all(list(documents), Dumper=_Plain, allow_unicode=True, sort_keys=False, width=140, explicit_start=True).encode()


def read(body: bytes) -> tuple[list[Any], Errors]:
    """Documents as they stand, and what is wrong with the file by place. A list of documents is as good as several."""
    said = words()["errors"]
    try:
        text = body.decode("utf-8-sig")
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=_Loader)):
            return [], {words()["main"]: said["alias"]}  # also how a small file becomes an endless one
        documents = [d for d in yaml.load_all(text, Loader=_Loader) if d is not None]
    except UnicodeDecodeError:
        return [], {words()["main"]: said["not_table"].format(format="yaml")}
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        place = words()["main"] if line is None else words()["row"].format(sheet=words()["main"], row=line + 1)
        return [], {place: said["not_table"].format(format="yaml")}
    return [d for one in documents for d in (one if isinstance(one, list) else [one])], {}
