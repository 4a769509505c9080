"""The custom menu as code: ``menu.yml`` as the platform takes it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx

from channels.wechat.api import PlatformApi
from channels.wechat.fetching import stable_token
from channels.wechat.tokens import Fetch
from channels.wechat_oa.catalogue import menu
from common.settings import Settings

_TOP, _BELOW, _KEY_BYTES = 3, 5, 128


def buttons(public_url: str | None, *, written: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The body of ``menu/create``. Pages are left out where citizens have no address for them.

    :raises ValueError: more entries than the platform shows, or a key that says nothing.
    """
    found = written or menu()
    top = [button for entry in found["menu"] if (button := _button(entry, found["keys"], public_url))]
    if not 1 <= len(top) <= _TOP:
        raise ValueError(f"a menu has 1 to {_TOP} entries")
    return {"button": top}


def _button(entry: Mapping[str, Any], keys: Mapping[str, str], public_url: str | None) -> dict[str, Any] | None:
    if "entries" in entry:
        below = [button for inner in entry["entries"] if (button := _button(inner, keys, public_url))]
        if len(below) > _BELOW:
            raise ValueError(f"an entry of the menu has at most {_BELOW} below it")
        return {"name": entry["name"], "sub_button": below} if below else None
    if "page" in entry:
        return {"type": "view", "name": entry["name"], "url": public_url.rstrip("/") + entry["page"]} if public_url else None
    if entry["key"] not in keys or len(entry["key"].encode()) > _KEY_BYTES:
        raise ValueError(f"the menu's key {entry['key']} says nothing")
    return {"type": "click", "name": entry["name"], "key": entry["key"]}


class _OneToken:
    """For a command that makes one call: fetched, and kept nowhere. The stable interface gives the gateways' own."""

    def __init__(self, fetch: Fetch):
        self._fetch = fetch

    async def get(self) -> str:
        return (await self._fetch(False)).token

    async def renew(self, bad: str) -> str:
        return await self.get()


@asynccontextmanager
async def offline_api(config: Settings) -> AsyncIterator[PlatformApi]:
    """Calls to the platform without any store."""
    assert config.wechat_oa_app_id is not None and config.wechat_oa_secret is not None
    async with httpx.AsyncClient(base_url=config.wechat_api_base, timeout=config.provider_timeout_s) as http:
        fetch = stable_token(http, app_id=config.wechat_oa_app_id, secret=config.wechat_oa_secret.get_secret_value())
        yield PlatformApi(http=http, tokens=_OneToken(fetch))
