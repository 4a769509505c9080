"""Numbers printed on papers: credit codes, plates, chassis numbers, bank accounts, and codes nobody publishes a rule for."""

from __future__ import annotations

import re

from stdnum import luhn
from stdnum.cn import uscc

from services.forms.formats.wrong import ValueWrong
from services.forms.model import Context

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
# 普通号牌 5, 新能源 6 (D/F first or last); 挂学警港澳领使 end some; I and O are never used.
_PLATE = re.compile(rf"[{_PROVINCES}][A-HJ-NP-Z](?:[DF][A-HJ-NP-Z0-9]\d{{4}}|\d{{5}}[DF]|[A-HJ-NP-Z0-9]{{4}}[A-HJ-NP-Z0-9挂学警港澳领])")
_VIN = re.compile(r"[A-HJ-NPR-Z0-9]{17}")


def _bare(raw: str) -> str:
    return re.sub(r"[\s·•\-]", "", raw).upper()


def check_credit_code(raw: str, context: Context) -> str:
    code = _bare(raw)
    if len(code) != 18:
        raise ValueWrong("credit_code.length", count=len(code))
    if not uscc.is_valid(code):
        raise ValueWrong("credit_code.checksum")
    return code


def check_plate(raw: str, context: Context) -> str:
    plate = _bare(raw)
    if not _PLATE.fullmatch(plate):
        raise ValueWrong("plate.form")
    return plate


def check_vin(raw: str, context: Context) -> str:
    """17 characters; the check digit is not asked for, Chinese makers need not fill it in."""
    vin = _bare(raw)
    if not _VIN.fullmatch(vin):
        raise ValueWrong("vin.form", count=len(vin))
    return vin


def check_bank_account(raw: str, context: Context) -> str:
    """8 to 30 digits; a card number (62… of 16 to 19) must pass Luhn."""
    account = _bare(raw)
    if not re.fullmatch(r"\d{8,30}", account):
        raise ValueWrong("bank_account.form")
    if account.startswith("62") and 16 <= len(account) <= 19 and not luhn.is_valid(account):
        raise ValueWrong("bank_account.checksum")
    return account


def check_code(raw: str, context: Context) -> str:
    """Any printed number: at least one digit, at most 40 characters, no sentence."""
    code = re.sub(r"\s+", "", raw).upper()
    if not re.search(r"\d", code) or not re.fullmatch(r"[\u4e00-\u9fffA-Z0-9()（）\[\]〔〕\-_/.,·:]{1,40}", code):
        raise ValueWrong("code.form")
    return code
