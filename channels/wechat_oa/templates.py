"""Template messages: which notices they carry, and a notice as the platform takes it.

``POST /cgi-bin/message/template/send``: developers.weixin.qq.com/doc/service/api/notify/template/api_sendtemplatemessage. Fields are of the
same kinds, with the same limits, as those of the mini-program's subscription messages, and so are their values.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from channels.miniprogram.templates import Value, fitted, values_of
from channels.wechat_oa.catalogue import templates as catalogue
from services.notices.service import Kind, Notice


class Template(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    id: str = Field(min_length=1, max_length=64)
    kinds: list[Kind]
    fields: dict[str, Value] = Field(min_length=1)


def read_templates(path: Path | None) -> dict[str, Template]:
    """Those that have an id, by name. :raises ValueError: a file that cannot be right."""
    if path is None:
        return {}
    try:
        own, known = yaml.safe_load(path.read_text(encoding="utf-8")) or {}, catalogue()["templates"]
        found = {name: Template.model_validate({"name": name, **known[name], **entry}) for name, entry in own.items()}
    except (OSError, yaml.YAMLError, KeyError, AttributeError, TypeError, ValidationError) as error:
        raise ValueError(f"BANGBAN_WECHAT_OA_TEMPLATES: {path.name}: {type(error).__name__}: {str(error)[:300]}") from None
    if len({t.id for t in found.values()}) > catalogue()["most"]:
        raise ValueError(f"BANGBAN_WECHAT_OA_TEMPLATES: an account has at most {catalogue()['most']} templates")
    return found


def template_message(address: str, template: Template, notice: Notice, *, key: str, url: str, mini: Mapping[str, str] | None) -> dict[str, Any]:
    """The body of the call. ``url``: the page it opens; ``mini``: ``appid`` and ``pagepath`` of the mini-program's, which comes first where
    both are given. The platform knows ``key`` for ten minutes. :raises Unfit: a value is missing or cannot be written in its field."""
    values = values_of(notice)
    data = {field: {"value": fitted(field, values.get(name, ""))} for field, name in template.fields.items()}
    body: dict[str, Any] = {"touser": address, "template_id": template.id, "client_msg_id": key, "data": data}
    return body | ({"url": url} if url else {}) | ({"miniprogram": dict(mini)} if mini else {})
