"""Bodies and answers of the public API, citizen side (contract v1)."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictStr, model_validator

from services.messages.model import Appointment, Case, Form, Message, Outcome


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class OpenSession(_In):
    """``wechat_code``: of ``wx.login`` in the mini-program, good once. ``visitor_token``: of the anonymous session he comes from; the forms
    he began there come along."""

    sandbox_citizen: StrictStr | None = Field(None, max_length=60)
    wechat_code: StrictStr | None = Field(None, min_length=1, max_length=200)
    visitor_token: StrictStr | None = Field(None, min_length=1, max_length=200)

    @model_validator(mode="after")
    def _one(self) -> OpenSession:
        if self.sandbox_citizen is not None and self.wechat_code is not None:
            raise ValueError("one of sandbox_citizen, wechat_code")
        return self


class CitizenView(BaseModel):
    verified: bool
    display_name: str


class SessionOpened(BaseModel):
    session_id: str
    token: str
    citizen: CitizenView


class SendMessage(_In):
    """Exactly one of ``text``, ``payload``, ``upload_id``."""

    text: StrictStr | None = None
    payload: StrictStr | None = None
    upload_id: StrictStr | None = Field(None, max_length=80)
    client_message_id: StrictStr | None = Field(None, min_length=1, max_length=100)

    @model_validator(mode="after")
    def _one(self) -> SendMessage:
        if sum(v is not None for v in (self.text, self.payload, self.upload_id)) != 1:
            raise ValueError("one of text, payload, upload_id")
        return self


class ConversationView(BaseModel):
    id: str
    owner: str
    version: int


class TurnView(BaseModel):
    messages: list[Message]
    conversation: ConversationView
    outcome: Outcome | None


class MessagesView(BaseModel):
    messages: list[Message]


class Uploaded(BaseModel):
    upload_id: str


class Erased(BaseModel):
    """What was erased and what the law keeps, as sentences."""

    erased: list[str]
    kept: list[str]


class SearchBody(_In):
    query: StrictStr = Field(min_length=1, max_length=500)
    region: StrictStr | None = Field(None, max_length=40)
    top_k: int = Field(10, ge=1, le=50)


class Passage(BaseModel):
    section: str
    text: str


class SearchResultView(BaseModel):
    guide_id: str
    name: str
    region: str
    score: float
    passage: Passage


class SearchView(BaseModel):
    answerable: bool
    results: list[SearchResultView]
    took_ms: float


class GuideView(BaseModel):
    guide_id: str
    version: int
    name: str
    region: str
    effective_from: date | None
    document: dict[str, Any]


class FillBody(_In):
    values: dict[str, Any] = Field(max_length=100)


class Submitted(BaseModel):
    case: Case


class GivePhone(_In):
    """``wechat_code``: of the phone button (``open-type="getPhoneNumber"``), good once. ``form_id``, ``field``: a form of his it is put into."""

    wechat_code: StrictStr = Field(min_length=1, max_length=200)
    form_id: StrictStr | None = Field(None, min_length=1, max_length=80)
    field: StrictStr = Field("phone", min_length=1, max_length=80)


class PhoneGiven(BaseModel):
    """``phone`` is shortened (``138****8000``); ``form`` as it stands now."""

    phone: str
    form: Form | None


class Subscribe(_In):
    """What ``wx.requestSubscribeMessage`` returned, by template id. The same ``report_id`` again counts once."""

    report_id: StrictStr = Field(min_length=8, max_length=100)
    answers: dict[StrictStr, Literal["accept", "acceptWithAudio", "acceptWithAlert", "reject", "ban", "filter"]] = Field(min_length=1, max_length=10)


class SubscriptionsView(BaseModel):
    """``occasions``: the templates to ask for when a visit is booked, a form handed in, a ticket opened; never those he refused lately.
    ``allowed``: the names of those of which he may be sent a message."""

    occasions: dict[str, list[str]]
    allowed: list[str]


class MeView(BaseModel):
    citizen: CitizenView
    drafts: list[Form]
    appointments: list[Appointment]
    cases: list[Case]


class DemoCitizen(BaseModel):
    id: str
    display_name: str
    note: str


class DemoCitizens(BaseModel):
    citizens: list[DemoCitizen]
