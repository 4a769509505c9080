"""What kind of sentence it is: a statement, a question, a correction, a complaint; and what is left of it without its preamble."""

from __future__ import annotations

import re

from services.dialogue.lexicon import entries, simplified


def states_the_case(text: str) -> bool:
    """A statement about the person ("八十二了", "户口在湖南", "我陪他去") that names no matter."""
    plain = re.sub(r"[\s，。！!,.~～、]", "", simplified(text))
    return any(re.search(pattern, plain) for pattern in entries()["states_the_case"]) and not asks_something(text)


def tells_what_one_has(text: str) -> bool:
    """ "佢有回乡证", "她没工作", "租的房子": while a question about the case is open, it tells of the case."""
    return bool(re.search(entries()["in_hand"]["has"], re.sub(r"[^\w]", "", simplified(text)))) and not asks_something(text)


def asks_something(text: str) -> bool:
    """Whether the sentence is a question."""
    plain = simplified(text)
    return any(word in plain for word in entries()["asking"]) or bool(re.search(entries()["a_not_a"], plain))


def asks_whether_they_may(text: str) -> bool:
    """ "孩子也要办吗", "老人能申请吗"."""
    return bool(re.search(entries()["in_hand"]["also_they"], re.sub(r"[^\w]", "", simplified(text))))


def asks_how(text: str) -> bool:
    """ "怎么弄", "点搞": how it is done, and not what."""
    return bool(re.search(entries()["in_hand"]["how"], re.sub(r"[^\w]", "", simplified(text))))


def asks_how_to_get(text: str) -> bool:
    """ "怎么领", "去哪取": about getting it, by the post or not."""
    rule, plain = entries()["gets"], simplified(text).lower()
    return bool(re.search(rule["said"], plain)) and not re.search(rule["not"], plain)


def is_not_this(text: str) -> bool:
    """ "不是这个": the item taken up is not meant, and no other is named."""
    return bool(re.search(entries()["not_this"], re.sub(r"[^\w]", "", simplified(text))))


def gives_up(text: str) -> bool:
    """ "算了", "先不办了": what is under way is put off, and nothing else wanted."""
    return bool(re.search(entries()["gives_up"], re.sub(r"[^\w]", "", simplified(text))))


def puts_off(text: str) -> bool:
    """ "先不办了", "改天再填": for now only; what was begun is kept."""
    return gives_up(text) and bool(re.search(entries()["for_now"], simplified(text)))


def is_weary(text: str) -> bool:
    """ "太麻烦了", "这么多要填": going on is too much."""
    return bool(re.search(entries()["weary"], re.sub(r"[^\w]", "", simplified(text))))


def wishes_to_rate(text: str) -> bool:
    """ "打个分", "我要评价": without the mark itself."""
    return bool(re.search(entries()["wishes_to_rate"], re.sub(r"[^\w]", "", simplified(text))))


def gives_a_mark(text: str) -> bool:
    """ "给你五星", "差评"."""
    return bool(re.search(entries()["gives_a_mark"], re.sub(r"[^\w]", "", simplified(text))))


def is_displeased(text: str) -> bool:
    """ "不满意", "差评"."""
    return bool(re.search(entries()["displeased"], simplified(text)))


def goes_back_to(text: str) -> str | None:
    """ "回到预约", "回到填表": the booking or the form; None when neither is named."""
    plain = simplified(text)
    return next((way for way, pattern in entries()["ways_back"].items() if re.search(pattern, plain)), None)


def speaks_of_a_form(text: str) -> bool:
    return bool(re.search(entries()["form_words"], simplified(text)))


def gets_a_new_one(text: str) -> bool:
    """ "几天能拿到新的": asks about the new one that takes the place of what was lost or broken."""
    return bool(re.search(entries()["new_one"]["said"], simplified(text)))


def points_back(text: str) -> bool:
    """ "回到刚才那个"."""
    plain = simplified(text)
    return any(word in plain for word in entries()["back"])


def without_pointing_back(text: str) -> str:
    return re.sub("|".join(map(re.escape, sorted(entries()["back"], key=len, reverse=True))), "", simplified(text))


def wished_instead(text: str) -> str:
    """What is wanted by a sentence that takes something back: "不是补领，是换领" → "换领". The text itself when it says only one thing."""
    match = next(filter(None, (re.search(pattern, text) for pattern in entries()["corrections"])), None)
    return match["right"].rstrip(entries()["correction_ends"]) if match else text


def without_gentle_words(text: str) -> str:
    """ "我爸上个星期走了" → 我爸上个星期去世了."""
    people = "|".join(word for words in entries()["somebody_else"].values() for word in words)
    rule = entries()["passing"]
    return re.sub(rule["said"].format(people=people), rf"\g<who>\g<when>{rule['plainly']}", text)


def without_besides(text: str) -> str:
    """The text without times and the wish for a visit or a form: what is to be searched for. The text itself when nothing else is left."""
    rest = text
    for pattern in entries()["besides"]:
        rest = re.sub(pattern, "", rest)
    rest = rest.strip(entries()["around_besides"])
    return rest if len(rest) >= 2 else text


def adds_on(text: str) -> bool:
    """ "补充一下，…", "忘了说…": more of what was told before."""
    plain = simplified(text)
    return any(re.search(pattern, plain) for pattern in entries()["adds_on"]) and not asks_something(text)


def is_new_complaint(text: str) -> bool:
    """Whether it says by itself that it is a complaint or a suggestion."""
    return bool(re.search(entries()["new_complaint"], simplified(text)))


def is_bare_complaint(text: str) -> bool:
    """ "我要投诉": says that there is a complaint, not what it is."""
    return re.sub(entries()["beside_complaints"], "", simplified(text)) in entries()["bare_complaint"]
