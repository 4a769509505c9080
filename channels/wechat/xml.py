"""The platform's flat XML, read by a parser that resolves nothing, and written so that no text can break out of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, ParseError
from xml.etree.ElementTree import fromstring as plain

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from channels.wechat.errors import Malformed

Fields = dict[str, Any]  # a text, or the fields of an element that has elements of its own
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DEEPEST, _MOST = 6, 500
# A document type may only stand before the first element, so a body that begins with that (in ASCII, hence UTF-8) has none, and without one
# there are no entities and nothing from elsewhere: the parser in C is safe, and twice as fast as the one that watches for them.
_NO_PROLOGUE = b"<xml>"


def read(body: bytes) -> Fields:
    """Fields of ``<xml>…</xml>``; elements of one name become a list. An empty element is an empty text.

    :raises Malformed: not XML, not this shape, or with a document type, entities or references to elsewhere.
    """
    try:
        root = plain(body) if body.startswith(_NO_PROLOGUE) else fromstring(body, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:  # LookupError: an encoding nobody knows
        raise Malformed(fields={"body": "xml"}) from error
    if root.tag != "xml" or sum(1 for _ in root.iter()) > _MOST:
        raise Malformed(fields={"body": "shape"})
    return _fields(root, _DEEPEST)


def _fields(element: Element, depth: int) -> Fields:
    if depth == 0:
        raise Malformed(fields={"body": "depth"})
    found: Fields = {}
    for child in element:
        value = _fields(child, depth - 1) if len(child) else (child.text or "")
        if child.tag in found:
            earlier = found[child.tag]
            found[child.tag] = [*(earlier if isinstance(earlier, list) else [earlier]), value]
        else:
            found[child.tag] = value
    return found


def text_of(fields: Mapping[str, Any], name: str) -> str:
    """A field that has to be a text; empty when it is not there."""
    value = fields.get(name, "")
    return value if isinstance(value, str) else ""


def write(fields: Mapping[str, Any]) -> bytes:
    """``<xml>`` with the fields in order: texts as CDATA, whole numbers bare, mappings and lists of ``item`` nested."""
    return f"<xml>{_written(fields)}</xml>".encode()


def _written(fields: Mapping[str, Any]) -> str:
    return "".join(f"<{name}>{_value(value)}</{name}>" for name, value in fields.items())


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return _written(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "".join(f"<item>{_value(entry)}</item>" for entry in value)
    if isinstance(value, int):
        return str(value)
    clean = _NOT_XML.sub("", str(value)).replace("]]>", "]]]]><![CDATA[>")
    return f"<![CDATA[{clean}]]>"
