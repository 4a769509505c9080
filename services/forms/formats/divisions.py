"""Administrative divisions to county level (``data/divisions.csv``), and finding them in text."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HOME_CITY, HOME_PROVINCE = "4401", "44"
_MUNICIPALITIES = ("11", "12", "31", "50")
_ETHNIC = "壮|回|维吾尔|藏|蒙古|彝|苗|土家|侗|瑶|布依|白|傣|哈尼|朝鲜|哈萨克|黎|畲|羌|满|水|仡佬|各|多"
_SUFFIX = re.compile(rf"(?:特别行政区|(?:{_ETHNIC})*族?自治[区州县旗]|地区|省|市|区|县|旗|盟|州)$")


@dataclass(frozen=True)
class Division:
    code: str
    name: str

    @property
    def level(self) -> str:
        if self.code.endswith("0000"):
            return "province"
        return "city" if self.code.endswith("00") else "county"

    @property
    def short(self) -> str:
        """Its name as people say it (天河 for 天河区); the whole name where nothing sensible is left."""
        cut = _SUFFIX.sub("", self.name)
        return cut if len(cut) >= 2 else self.name


class Divisions:
    def __init__(self, divisions: list[Division]):
        self.by_code = {d.code: d for d in divisions}
        self._names: dict[str, dict[str, list[Division]]] = {level: defaultdict(list) for level in ("province", "city", "county")}
        for division in divisions:
            for name in {division.name, division.short}:
                self._names[division.level][name].append(division)
        self._with_counties = {d.code[:4] for d in divisions if d.level == "county"}

    def named(self, level: str, name: str, *, within: str = "") -> list[Division]:
        """Divisions of a level by full or short name, under a code prefix."""
        return [d for d in self._names[level].get(name, ()) if d.code.startswith(within)]

    def prefixes(self, level: str, text: str, *, within: str = "") -> list[Division]:
        """Divisions whose name ``text`` begins with: those with the longest such name."""
        for length in range(min(len(text), 15), 1, -1):
            found = self.named(level, text[:length], within=within)
            if found:
                return found
        return []

    def has_counties(self, city_code: str) -> bool:
        """东莞, 中山 and a few more have none."""
        return city_code[:4] in self._with_counties

    def city_of(self, county: Division) -> Division | None:
        return self.by_code.get(f"{county.code[:4]}00")

    def province_of(self, division: Division) -> Division:
        return self.by_code[f"{division.code[:2]}0000"]

    def is_municipality(self, division: Division) -> bool:
        return division.code[:2] in _MUNICIPALITIES

    @cache  # noqa: B019 - one instance per process
    def pattern(self) -> re.Pattern[str]:
        """Where an address may begin: a full name anywhere in the country, a short one of a province, a city or a home district."""
        names = {d.name for d in self.by_code.values()}
        names |= {d.short for d in self.by_code.values() if d.level == "province" or (d.level == "city" and d.code.startswith(HOME_PROVINCE))}
        names |= {d.short for d in self.by_code.values() if d.code.startswith(HOME_CITY)}
        return re.compile("|".join(sorted(names, key=len, reverse=True)))


@cache
def divisions() -> Divisions:
    path = Path(__file__).resolve().parent.parent / "data" / "divisions.csv"
    rows = [line.split(",") for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return Divisions([Division(code, name) for code, name in rows])
