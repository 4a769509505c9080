"""A licence store behind HTTP.

Protocol: ``GET {base_url}/licences/{person_id}`` with a bearer token → 200 ``{"licences": [{…}]}`` in the fields of
:class:`services.licences.model.Licence` · 404 for nobody, that is no licences · anything else counts as unavailable.
Licences of kinds this product does not know are left out.
"""

from __future__ import annotations

from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError

from knowledge.schema.library import licence_kinds
from services.licences.errors import LicencesUnavailable
from services.licences.model import Licence


class _Reply(BaseModel):
    licences: list[dict[str, object]]


class HttpLicenceProvider:
    """``client`` carries base URL, token, time limit; it stays the caller's to close."""

    def __init__(self, *, client: httpx.AsyncClient):
        self._client = client

    async def licences(self, *, person_id: str) -> list[Licence]:
        try:
            response = await self._client.get(f"licences/{quote(person_id, safe='')}")
            if response.status_code == 404:
                return []
            response.raise_for_status()
            entries = _Reply.model_validate_json(response.content).licences
            return [Licence.model_validate(entry) for entry in entries if entry.get("kind") in licence_kinds()]
        # The cause is dropped on purpose: a validation error quotes the values it refuses.
        except (httpx.HTTPError, ValidationError):
            raise LicencesUnavailable from None
