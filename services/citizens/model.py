"""A citizen: an id, and, where he has proved it, an identity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

Script = Literal["hans", "hant"]
ELDER = 65  # 老年人优待: no appointment needed, elder mode offered
_GUANGZHOU, _GUANGDONG = "4401", "44"


class Identity(BaseModel):
    """What real-name verification tells. Codes are GB/T 2260; absent means the register does not say."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    name: str
    id_document_type: Literal["id_card", "hk_macao_permit", "taiwan_permit", "passport"] = "id_card"
    id_number: str
    residency: Literal["mainland", "hk_macao", "taiwan", "foreign"] = "mainland"
    gender: Literal["male", "female"] | None = None
    birth_date: date | None = None
    ethnicity: str | None = None
    phone: str | None = None
    hukou_address: str | None = None
    hukou_code: str | None = None
    live_address: str | None = None
    live_code: str | None = None
    marital: Literal["single", "married", "divorced", "widowed"] | None = None

    def value(self, field: str) -> str | None:
        """One field as a form shows it (dates ISO), ``None`` where unknown. Raises ``AttributeError`` for no such field."""
        value = getattr(self, field)
        return value.isoformat() if isinstance(value, date) else value


@dataclass(frozen=True)
class Citizen:
    """``id`` is ``ct_…`` for the verified, ``vs_…`` for a visitor, who has no identity."""

    id: str
    display_name: str
    script: Script = "hans"
    identity: Identity | None = None

    @property
    def verified(self) -> bool:
        return self.identity is not None

    def age(self, today: date) -> int | None:
        """Full years (周岁)."""
        birth = self.identity.birth_date if self.identity else None
        if birth is None:
            return None
        return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))

    def is_elder(self, today: date) -> bool:
        age = self.age(today)
        return age is not None and age >= ELDER


def facts(citizen: Citizen, today: date) -> dict[str, str]:
    """Answers to the shared situations that verified identity knows (``known_from`` in ``_situations.yaml``), and ``district``.

    Keys present only where known: ``age16 age18`` adult|minor · ``hukou`` gz|gd|out · ``residency`` · ``district`` (a code of GB/T 2260).
    """
    identity = citizen.identity
    if identity is None:
        return {}
    age = citizen.age(today)
    known = {
        "age16": age is not None and ("adult" if age >= 16 else "minor"),
        "age18": age is not None and ("adult" if age >= 18 else "minor"),
        "hukou": identity.hukou_code and _hukou(identity.hukou_code),
        "residency": identity.residency,
        "district": identity.live_code,
    }
    return {key: value for key, value in known.items() if value}


def _hukou(code: str) -> str:
    if code.startswith(_GUANGZHOU):
        return "gz"
    return "gd" if code.startswith(_GUANGDONG) else "out"
