"""Choosing among times on offer: "周三上午的", "明天下午三点", "最早的"."""

from __future__ import annotations

import re
from datetime import date

from components.reading.dates import HOURS, Moment, find_moment, without_moment
from components.reading.normalise import normalise
from components.reading.offers import Choice, Offer
from components.reading.saying import asks_for_a_time, is_question, squeeze
from components.reading.spot import find_aspects, find_ordinal


def _slot_of(offer: Offer, today: date) -> Moment:
    return find_moment(normalise(" ".join((offer.label, *offer.words))), today)


def _fits(said: Moment, slot: Moment) -> bool:
    if said.days and not (set(said.days) & set(slot.days[:1] if len(slot.days) > 1 else slot.days)):
        return False
    if said.daypart:
        low, high = HOURS[said.daypart]
        if not (slot.daypart == said.daypart if slot.at is None else low <= slot.at.hour < high):
            return False
    if said.at and (slot.at is None or (slot.at.hour, slot.at.minute >= 30) != (said.at.hour, said.at.minute >= 30)):
        return slot.at is not None and slot.at == said.at
    return True


def _asks_otherwise(text: str, today: date) -> bool:
    """ "今天热不热" asks for no time, "周三行吗，我请假" does."""
    timed = [clause for clause in re.split(r"[,，。;；!！?？]", text) if find_moment(clause, today)]
    return any(is_question(clause) and not asks_for_a_time(without_moment(clause)) for clause in timed)


def choose_time(text: str, offers: list[Offer], today: date) -> Choice | None:
    """The offer at the time that was said, nearest first; ``None`` when there is none or it is a question. ``text`` is normalised."""
    said = find_moment(text, today)
    if not said or (is_question(text) and (find_aspects(text) or _asks_otherwise(text, today))) or find_ordinal(squeeze(text)):
        return None
    slots = [_slot_of(o, today) for o in offers]
    timed = [i for i, s in enumerate(slots) if s]
    if said.days:
        for day in said.days:  # 周三 without more means the nearest one on offer
            one = Moment((day,), said.daypart, said.at)
            hits = [i for i in timed if _fits(one, slots[i])]
            if hits:
                return Choice(hits[-1] if said.latest else hits[0], "moment")
        return None
    hits = [i for i in timed if _fits(said, slots[i])]
    return Choice(hits[-1] if said.latest else hits[0], "moment") if hits else None
