"""An identity provider behind HTTP.

Protocol: ``GET {base_url}/identities/{person_id}`` with a bearer token → 200 ``{"identity": {…}, "script": "hans|hant"}`` in the fields of
:class:`services.citizens.model.Identity` (unknown ones are ignored) · 404 for nobody · anything else counts as unavailable.
"""

from __future__ import annotations

from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError

from services.citizens.errors import IdentityUnavailable
from services.citizens.model import Identity, Script
from services.citizens.ports import Profile


class _Reply(BaseModel):
    identity: Identity
    script: Script = "hans"


class HttpIdentityProvider:
    """``client`` carries base URL, token, time limit; it stays the caller's to close."""

    def __init__(self, *, client: httpx.AsyncClient):
        self._client = client

    async def profile(self, *, person_id: str) -> Profile | None:
        try:
            response = await self._client.get(f"identities/{quote(person_id, safe='')}")
            if response.status_code == 404:
                return None
            response.raise_for_status()
            reply = _Reply.model_validate_json(response.content)
        # The cause is dropped on purpose: a validation error quotes the values it refuses.
        except (httpx.HTTPError, ValidationError):
            raise IdentityUnavailable from None
        return Profile(reply.identity, script=reply.script)
