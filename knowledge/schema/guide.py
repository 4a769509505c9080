"""What a guide (办事指南) is: the GB/T 39554 elements of a service item, each fact tied to a source.

YAML under ``knowledge/guides/<domain>/<id>.yaml`` is parsed by these classes; ``docs/howto/write-a-guide.md`` explains
them to an author. Absent means "not published": nothing here has an invented default.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from knowledge.schema.bundle import Bundle
from knowledge.schema.condition import When
from knowledge.schema.texts import Key, Line, Slug

SourceIds = list[str]


class _Element(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Fact(_Element):
    """A fact may hold only in some situations and names its sources (none = every source of the guide)."""

    when: When | None = None
    sources: SourceIds = []


class Region(_Element):
    level: Literal["national", "province", "city", "district"]
    code: Annotated[str, StringConstraints(pattern=r"^\d{6}$")]  # GB/T 2260; 000000 is the whole country
    name: str


class Source(_Element):
    id: str
    title: Line
    url: str | None = None
    law: str | None = None
    date: str | None = None
    kind: Literal["law", "official", "local-guide"]


class Option(_Element):
    """One answer. ``words`` are how people say it; ``number`` the range of a number that means it (years of age, say)."""

    id: Key
    label: Line
    words: list[str] = []
    number: tuple[float | None, float | None] | None = None  # [at least, less than)


class Situation(_Element):
    """A question that splits the cases. ``known_from`` names the identity fact that answers it unasked."""

    id: Key
    ask: Line
    plain: str | None = None  # simpler wording, for elder mode and "我不懂"
    why: str | None = None
    options: list[Option] = Field(min_length=2)
    known_from: str | None = None
    when: When | None = None
    serves: list[Slug] | None = None  # computed in a bundle: the items it decides about


class Material(_Fact):
    id: Key
    name: Line
    kind: Literal["原件", "复印件", "原件和复印件", "表格", "电子"] | None = None
    copies: int | None = Field(None, ge=1, le=20)
    required: bool = True
    issued_by: Literal["政府部门核发", "申请人自备", "其他机构出具"] | None = None
    licence: str | None = None  # an e-licence of this kind makes it free (免证办); see knowledge/schema/licences.yml
    data_sharing: bool = False  # the window looks it up itself
    deferrable: bool = False  # 容缺
    note: str | None = None
    serves: list[Slug] | None = None  # computed in a bundle: the items that ask for it
    made_by: Slug | None = None  # computed in a bundle: the earlier item whose result it is


class Step(_Fact):
    name: Line
    what: Line
    days: str | None = None
    collects: list[Key] | None = None  # materials (by id) handed in at this step
    yields: list[Line] | None = None  # documents this step makes or takes itself (回执, 现场照片); nobody may ask for them again
    item: Slug | None = None  # computed in a bundle: the item this step is


class Limit(_Element):
    value: float = Field(ge=0)
    unit: Literal["工作日", "日", "月", "小时", "分钟"]


class TimeLimit(_Fact):
    legal: Limit | None = None
    promised: Limit | None = None
    note: str | None = None


class Fee(_Fact):
    what: Line
    amount: Line  # "40元/证", "免费"
    basis: str | None = None


class YesNo(_Fact):
    """An aspect with a verdict and its explanation (代办, 网办, 邮寄)."""

    verdict: Literal["yes", "no", "conditional"]
    note: Line


class Visits(_Fact):
    count: int = Field(ge=0, le=9)
    note: str | None = None


class Where(_Fact):
    text: Line
    scope: str | None = None  # 通办范围


class Phone(_Element):
    number: str
    what: str
    kind: Literal["consult", "supervise"] = "consult"


class Result(_Element):
    name: Line
    kind: str | None = None
    validity: str | None = None


class Question(_Fact):
    q: Line
    a: Line


class Basis(_Element):
    text: Line
    sources: SourceIds = []


class FieldUse(_Element):
    """A field of the item's form: ``use`` takes one from ``knowledge/guides/_fields.yaml``; what is set here overrides it."""

    use: Key | None = None
    name: Key | None = None
    label: str | None = None
    type: Literal["name", "id_number", "phone", "text", "long_text", "date", "address", "select", "number", "email", "image", "yes_no"] | None = None
    required: bool | None = None
    options: list[dict[str, str]] | None = None  # [{value, label}]
    help: str | None = None
    prefill: list[str] | None = None  # "identity.name", "licence.id_card.address", "previous"
    situation: str | None = None  # a select answered by this situation
    when: When | None = None
    serves: list[Slug] | None = None  # computed in a bundle: the items that ask for it


class FormDefinition(_Element):
    title: Line
    fields: list[FieldUse] = Field(min_length=1)


class Booking(_Element):
    """Whether a visit can be booked, and at which windows (knowledge/schema/business_lines.yml)."""

    lines: list[Key] = Field(min_length=1)
    minutes: int = Field(20, ge=5, le=120)


class SituationUse(_Element):
    """A shared situation of ``knowledge/guides/_situations.yaml``; its answer is remembered across guides."""

    use: Key
    ask: str | None = None
    plain: str | None = None
    why: str | None = None
    when: When | None = None


class Guide(_Element):
    """One item (事项) of one region, whole."""

    id: Slug
    name: Line
    aliases: list[Line] = Field(min_length=1)
    domain: Literal["gongan", "minzheng", "renshe", "shangshi"]
    topic: Line  # the thing it is about, shared by sibling items: 居民身份证
    facets: dict[Literal["action", "who", "kind", "place"], str]  # what tells it from its siblings, in people's words
    audience: list[Literal["person", "business"]] = Field(min_length=1)
    region: Region
    item_type: str | None = None
    codes: dict[str, str] = {}
    department: Line | None = None
    summary: Line
    legal_basis: list[Basis] = []
    conditions: list[Line] = []
    situations: list[Situation | SituationUse] = []
    materials: list[Material] = []
    steps: list[Step] = []
    time_limit: list[TimeLimit] = []
    fees: list[Fee] = []
    visits: list[Visits] = []
    channels: list[str] = []
    online: list[YesNo] = []
    proxy: list[YesNo] = []
    delivery: list[YesNo] = []
    where: list[Where] = []
    phones: list[Phone] = []
    results: list[Result] = []
    faq: list[Question] = []
    related: list[Slug] = []
    booking: Booking | None = None
    form: FormDefinition | None = None
    bundle: Bundle | None = None  # 一件事: the items it is made of
    sources: list[Source] = Field(min_length=1)
    as_of: str
    reviewed: bool = False
    effective_from: date | None = None
    expires: date | None = None
    doubts: list[str] = []  # for the authority's review, never shown to a citizen

    def document(self) -> dict[str, Any]:
        """The JSON form that the API and the editors call ``document``."""
        return self.model_dump(mode="json", exclude_none=True)
