"""Addresses down to the door: 省 市 区 (街道/镇) and a road with a number, a village or a named building."""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.forms.folding import simplify
from services.forms.formats.divisions import HOME_CITY, HOME_PROVINCE, Division, divisions
from services.forms.formats.wrong import ValueWrong
from services.forms.model import Context

_NUMBER = r"[0-9A-Za-z一二三四五六七八九十百零〇甲乙丙丁]"
# A short district name is a place only if it is not the beginning of a road's or building's name (越秀中路, 天河城, 白云机场).
_NOT_A_PLACE = re.compile(r"[东南西北中一二三四五六]{0,2}(?:路|街(?!道)|大道|道|巷|城|广场|大厦|新村|机场|山|公园|医院|中学|小学|站)")
_STREET = re.compile(r"[\u4e00-\u9fff]{1,8}?(?:街道(?:办事处)?|镇|乡)")
_DETAIL = re.compile(
    rf"(?:路|街|大道|道|巷|里|弄|胡同|坊|段|线|横|直街|马路)[\u4e00-\u9fff]{{0,6}}?{_NUMBER}"
    rf"|{_NUMBER}+(?:号|栋|幢|座|单元|室|房|楼|层|组|队|弄|铺|档)"
    r"|[\u4e00-\u9fff]{1,12}(?:村|社区|小区|花园|花苑|家园|公寓|大厦|广场|中心|新城|名城|学校|大学|学院|工业园|产业园|科技园|园区|宿舍|屯|庄|寨|院|苑|园|楼|厂)"
)
_CLEAN = re.compile(r"[\s，,。；;、]+")
_OUTSIDE = re.compile(r"(?:中国)?(?:香港|澳门|台湾)")


@dataclass(frozen=True)
class Address:
    province: Division
    city: Division | None
    county: Division | None
    street: str
    detail: str

    def __str__(self) -> str:
        city = self.city.name if self.city and self.city.name != self.province.name else ""
        return f"{self.province.name}{city}{self.county.name if self.county else ''}{self.street}{self.detail}"


def check(raw: str, context: Context) -> str:
    """The whole address in simplified characters, province and city added where they were implied."""
    return parse(raw)


def parse(raw: str) -> str:
    text = _CLEAN.sub("", simplify(raw))
    if len(text) > 120:
        raise ValueWrong("address.long")
    if _OUTSIDE.match(text):
        return _outside(text)
    place, rest = locate(text)
    street = _STREET.match(rest)
    detail = rest[street.end() :] if street else rest
    if not _DETAIL.search(detail) and not (street and re.search(_NUMBER, detail)):
        raise ValueWrong("address.detail")
    province, city, county = place
    return str(Address(province, city, county, street.group() if street else "", detail))


def _outside(text: str) -> str:
    if len(text) < 6 or not re.search(_NUMBER, text):
        raise ValueWrong("address.detail")
    return text


def locate(text: str) -> tuple[tuple[Division, Division | None, Division | None], str]:
    """The divisions an address begins with, and what follows. Raises :class:`ValueWrong` when the district is missing or unclear."""
    table = divisions()
    province, rest = _take("province", text, within="")
    within = province.code[:2] if province else ""
    if province and table.is_municipality(province):
        rest = rest.removeprefix(province.name)  # 北京市北京市…
        city: Division | None = None
    else:
        city, rest = _take("city", rest, within=within)
        within = city.code[:4] if city else within
    county, rest = _county(rest, within)
    if county is None and not (city and not table.has_counties(city.code)):
        raise ValueWrong("address.district")
    anchor = county or city
    assert anchor is not None
    return (table.province_of(anchor), city or (table.city_of(county) if county else None), county), rest


def _take(level: str, text: str, *, within: str) -> tuple[Division | None, str]:
    found = divisions().prefixes(level, text, within=within)
    if not found:
        return None, text
    rest, whole = _after(text, found[0])
    inside = found[0].code[: 2 if level == "province" else 4]
    if not whole and _NOT_A_PLACE.match(rest) and not divisions().prefixes("county", rest, within=inside):
        return None, text  # 广州大道, 中山路: roads, not places; but 深圳南山区 is one
    return found[0], rest


def _after(text: str, division: Division) -> tuple[str, bool]:
    if text.startswith(division.name):
        return text[len(division.name) :], True
    return text[len(division.short) :], division.short == division.name


def _county(text: str, within: str) -> tuple[Division | None, str]:
    """The county: inside the city or province already read, else at home, else the only one of its full name in the country."""
    table = divisions()
    for prefix in [within] if within else [HOME_CITY, HOME_PROVINCE, ""]:
        found = table.prefixes("county", text, within=prefix)
        found = [d for d in found if text.startswith(d.name) or (prefix and not _NOT_A_PLACE.match(_after(text, d)[0]))]
        if len(found) > 1:
            raise ValueWrong("address.city", county=found[0].name)
        if found:
            return found[0], _after(text, found[0])[0]
    return None, text
