"""Cards and pictures: the one that a form is, and the *doors*, which lead from what a message says to a page of ours with more of it.

A form's values and a visit's code are on no card: a card can be forwarded. Its page asks who opens it.
"""

from __future__ import annotations

from channels.links import link
from channels.manner import Manner
from channels.plain import channel_words, discreet, guide_page, is_long
from channels.scripts import converted
from channels.splitting import shortened
from channels.wechat.pages import mini_page
from common.clock import local
from services.deliveries.service import CardPart, Part, PicturePart
from services.messages.model import Appointment, Case, Form, GuideCard, Materials, Message, Slots
from services.messages.rendering import render_template, ways_on, words


def form_card(form: Form, manner: Manner) -> CardPart | None:
    """The form as a card, whose values are read on our own page; None where there are no cards, or no page."""
    names = channel_words()
    missing = [f.label for f in form.fields if f.name in form.missing]
    text = names["form_missing"].format(names["separator"].join(missing)) if missing else names["form_done"]
    title = f"{form.title or names['form_card']}·{words()['form_states'][form.state]}"
    card = _card(manner, title, text, form.url, form)
    if card is None:
        return None
    if card.url:
        opened = link(names["open_form"], card.url, anchors=manner.can.anchors)
        return card.model_copy(update={"instead": "\n".join([card.title, card.text, opened])})
    said = discreet(form.text)
    return card.model_copy(update={"instead": said if manner.limit.fits(said) else f"{card.title}\n{card.text}"})


def doors(message: Message, manner: Manner) -> list[Part]:
    """At most ``manner.doors``, the most useful first; each can be left out, and what the message says is whole without it."""
    found = [*_cards(message, manner), *_pictures(message, manner)]
    return found[: manner.doors]


def _cards(message: Message, manner: Manner) -> list[CardPart]:
    names = channel_words()
    match message:
        case GuideCard():
            inside = names["separator"].join(section.title for section in message.sections)
            text = names["guide_card_text"].format(inside) if inside else names["guide_card_plain"]
            card = _card(manner, names["guide_card"].format(message.name), text, guide_page(message.guide_id), message)
        case Materials() if is_long(message):
            text = names["materials_card_text"].format(len(message.materials))
            card = _card(manner, names["materials_card"], text, guide_page(message.guide_id), message)
        case Slots() if len(ways_on(message)) > manner.can.menu_choices:
            text = names["slots_card_text"].format(len(ways_on(message)))
            card = _card(manner, names["slots_card"].format(message.hall.name), text, "/", message)
        case Appointment(state="booked"):
            when = render_template("moment", start=local(message.start))
            title = names["visit_card"].format(when=when)
            text = names["visit_card_text"].format(hall=message.hall.name)
            card = _card(manner, title, text, f"/#/appointment/{message.appointment_id}", message)
        case Case():
            state = words()["case_states"].get(message.state, message.state)
            card = _card(manner, names["case_card"].format(state=state, number=message.number), names["case_card_text"], "/#/me", message)
        case _:
            card = None
    return [card] if card is not None else []


def _pictures(message: Message, manner: Manner) -> list[PicturePart]:
    if not isinstance(message, Appointment) or message.state != "booked" or not manner.can.pictures:
        return []
    names, address = channel_words(), manner.url(message.qr_url)
    instead = link(names["open_code"], address, anchors=manner.can.anchors) if address and manner.can.links else ""
    return [PicturePart(page=message.qr_url, name=names["visit_picture"], source=message.type, instead=instead)]


def _card(manner: Manner, title: str, text: str, page: str, message: Message) -> CardPart | None:
    """None where it would open nothing."""
    can, url = manner.can, manner.url(page)
    mini = mini_page(page) if can.mini_program or can.own_pages else ""
    if not can.cards or not (url or mini or can.own_pages):
        return None
    title, text = converted(title), converted(text)  # names are published in one script, and so are the words of states
    title = shortened(title, chars=can.card_title_chars)
    return CardPart(
        title=title, text=shortened(text, chars=can.card_text_chars), url=url, page=page, mini=mini, source=message.type,
        instead=(link(title, url, anchors=True) if can.anchors else f"{title}\n{url}") if url else "",
    )  # fmt: skip
