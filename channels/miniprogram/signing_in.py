"""Signing in from the mini-program, and the telephone number its button gives.

``GET /sns/jscode2session`` turns the code of ``wx.login`` (good once, for five minutes) into openid, session key and, where the mini-program
is bound to an open platform, union id. ``POST /wxa/business/getuserphonenumber`` turns the code of the phone button (likewise) into a number.
Sources: …/api-backend/open-api/login/auth.code2Session.html, …/OpenApiDoc/user-info/phone-number/getPhoneNumber.html; 40163: WxJava issue 1323.
"""

from __future__ import annotations

import re

import httpx
import structlog

from channels.base import Place, SendFailed
from channels.miniprogram.errors import AccountBlocked, LoginCodeInvalid, PhoneCodeInvalid, PlatformAway, TooOften
from channels.wechat.api import PlatformApi, decoded, request, settle
from channels.wechat.joining import Joining
from common.errors import BangbanError
from services.bootstrap import Services
from services.citizens.service import Citizen
from services.conversations.service import Session

log = structlog.get_logger(__name__)
_USED, _BLOCKED, _SLOW = {"40029", "40163"}, "40226", {"45011", "45009"}


class SigningIn:
    def __init__(self, *, name: str, app_id: str, secret: str, services: Services, http: httpx.AsyncClient, api: PlatformApi):
        self._name, self._app_id, self._secret = name, app_id, secret
        self._services, self._http, self._api, self._joining = services, http, api, Joining(services)

    async def session(self, code: str) -> tuple[Session, str, Citizen]:
        """A session in his own talk, which is the one of his customer-service messages.

        :raises LoginCodeInvalid, AccountBlocked, PlatformAway, TooOften: and nothing has changed.
        """
        query = {"appid": self._app_id, "secret": self._secret, "js_code": code, "grant_type": "authorization_code"}
        try:
            found = settle("jscode2session", decoded(await request(self._http, "/sns/jscode2session", None, query)))
        except SendFailed as error:
            raise _meant(error, LoginCodeInvalid()) from None
        openid, key, union = (found.get(name) for name in ("openid", "session_key", "unionid"))
        if not isinstance(openid, str) or not openid:
            raise PlatformAway
        place = Place(self._name, self._app_id, openid)
        texts = {"union": union if isinstance(union, str) and union else None, "session_key": key if isinstance(key, str) else None}
        citizen = await self._services.citizens.get(person_id=await self._joining.noted(place=place, **texts))
        conversation_id = await self._services.deliveries.conversation_of(place=place)
        assert conversation_id is not None
        session, token = await self._services.conversations.sessions.join(conversation_id=conversation_id, person_id=citizen.id)
        return session, token, citizen

    async def phone(self, code: str) -> str:
        """The number, in the form our forms take: eleven digits of the mainland, else with its country's code.

        :raises PhoneCodeInvalid, PlatformAway, TooOften:
        """
        try:
            found = (await self._api.call("/wxa/business/getuserphonenumber", {"code": code})).get("phone_info")
        except SendFailed as error:
            raise _meant(error, PhoneCodeInvalid()) from None
        told = found if isinstance(found, dict) else {}
        number, country = str(told.get("purePhoneNumber") or ""), str(told.get("countryCode") or "86")
        if not re.fullmatch(r"\d{5,15}", number, re.ASCII) or not re.fullmatch(r"\d{1,4}", country, re.ASCII):
            raise PlatformAway
        return number if country == "86" else f"+{country}-{number}"


def _meant(error: SendFailed, used: BangbanError) -> BangbanError:
    if error.reason in _USED:
        return used
    if error.reason == _BLOCKED:
        return AccountBlocked()
    return TooOften() if error.reason in _SLOW else PlatformAway()
