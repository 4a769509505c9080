"""The two people a publication needs, over the editors' HTTP API."""

from __future__ import annotations

from dataclasses import dataclass

import httpx


@dataclass(frozen=True)
class Editor:
    """Writes as one and reviews as the other."""

    http: httpx.AsyncClient
    writing: dict[str, str]
    reviewing: dict[str, str]

    @classmethod
    async def sign_in(cls, http: httpx.AsyncClient, password: str) -> Editor:
        async def headers(name: str) -> dict[str, str]:
            answer = await http.post("/api/desk/login", json={"username": name, "password": password})
            answer.raise_for_status()
            return {"Authorization": f"Bearer {answer.json()['token']}"}

        return cls(http, await headers("editor1"), await headers("reviewer1"))

    async def approve_with_alias(self, guide_id: str, alias: str) -> None:
        """A new version of the guide with one alias more, ready to be published."""
        line = (await self.http.get(f"/api/guides/{guide_id}")).json()
        shown = (await self.http.get(f"/api/editor/guides/{guide_id}", headers=self.writing)).json()
        document = {**line["document"], "aliases": [*line["document"]["aliases"], alias]}
        saved = await self.http.put(
            f"/api/editor/guides/{guide_id}/draft", json={"base_revision": shown["base_revision"], "document": document}, headers=self.writing
        )
        saved.raise_for_status()
        (await self.http.post(f"/api/editor/guides/{guide_id}/submit", headers=self.writing)).raise_for_status()
        approved = await self.http.post(f"/api/editor/guides/{guide_id}/review", json={"approve": True, "comment": "-"}, headers=self.reviewing)
        approved.raise_for_status()

    async def publish(self, guide_id: str) -> None:
        (await self.http.post(f"/api/editor/guides/{guide_id}/publish", json={}, headers=self.reviewing)).raise_for_status()
