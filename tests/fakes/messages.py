"""A message of every kind, as the dialogue makes them; by name, for tests of what becomes of them."""

from __future__ import annotations

from datetime import datetime, timedelta

from common.clock import SHANGHAI
from services.messages import model as m
from services.messages.rendering import with_text, words

AT = datetime(2026, 3, 18, 9, 0, tzinfo=SHANGHAI)
HALL = m.Hall(id="tianhe", name="天河区政务服务中心", address="广州市天河区天府路1号", district="天河区")
CODE = "8888AAAA"


def choices(*labels: str) -> list[m.Choice]:
    return [m.Choice(label=label, payload="/greet") for label in labels]


def days(number: int, times: int) -> list[m.Day]:
    """``times`` a day from nine o'clock on, half an hour each."""

    def slot(day: int, k: int) -> m.Slot:
        start = AT + timedelta(days=day, minutes=30 * k)
        return m.Slot(slot_id=f"s{day}-{k}", start=start, end=start + timedelta(minutes=30), left=2, payload=f'/pick_slot{{"slot_id": "s{day}-{k}"}}')

    return [m.Day(date=(AT + timedelta(days=d)).date(), weekday="周三", slots=[slot(d, k) for k in range(times)]) for d in range(number)]


def with_nearby(message: m.GuideCard | m.Answer, *labels: str) -> m.Message:
    """As the dialogue adds what else may have been meant: entries, and a last line that names them."""
    said = words()["nearby"]
    line = said["line"].format(said["between"].join(labels))
    return message.model_copy(update={"nearby": choices(*labels), "text": f"{message.text}\n{line}"})


def materials(number: int) -> m.Materials:
    lines = [
        m.MaterialLine(name=f"第{k}号证明材料", kind="原件", copies=1, required=True, note="复印件要用A4纸，并由本人签字注明与原件一致。")
        for k in range(1, number + 1)
    ]
    return m.Materials(seq=5, guide_id="id-card-reissue", version=1, situation=[m.SituationAnswer(ask="办哪种", answer="丢了补办")], materials=lines)


def guide(name: str = "居民身份证丢失补领") -> m.GuideCard:
    summary = [m.LabelValue(label=label, value=value) for label, value in (("收费", "40元"), ("承诺时限", "20个工作日"), ("到现场", "最多跑1次"))]
    sections = [m.Section(id=s, title=t) for s, t in (("materials", "申请材料"), ("steps", "办理流程"), ("where", "办理地点"), ("faq", "常见问题"))]
    return m.GuideCard(
        seq=5, guide_id="id-card-reissue", version=1, name=name, region="广州市", department="广州市公安局", summary=summary, sections=sections,
        actions=choices("材料清单", "多少钱", "在哪办", "帮我填表", "预约办理"), reviewed=False, as_of="2026-01-01",
    )  # fmt: skip


def visit(state: str = "booked") -> m.Appointment:
    return m.Appointment(
        seq=5, appointment_id="ap_1", code=CODE, state=state, guide_id="id-card-reissue", hall=HALL, start=AT, end=AT + timedelta(minutes=30),
        bring=["居民户口簿"], ics_url="/api/appointments/ap_1/visit.ics?key=k1", qr_url="/api/appointments/ap_1/qr.svg?key=k1",
    )  # fmt: skip


def form(missing: list[str]) -> m.Form:
    fields = [
        m.FormField(name="id", label="身份证号", type="text", value="440106199001011237", source="identity"),
        m.FormField(name="phone", label="联系电话", type="phone"),
    ]
    return m.Form(seq=5, form_id="fm_1", guide_id="id-card-reissue", state="draft", url="/#/form/fm_1", fields=fields, missing=missing)


_ITEMS = [m.Item(guide_id=f"g{k}", name=f"第{k}件事", region="广州市", why="名称相同", payload="/greet") for k in range(1, 4)]
_ANSWER = m.Answer(
    seq=5, guide_id="id-card-reissue", version=1, section="fee", aspect="fee", text="居民身份证丢失补领·收费\n工本费：40元\n（依据：收费标准）"
)
_MADE: dict[str, m.Message] = {
    "text": m.Text(seq=5, text="您好，请问要办什么事？"),
    "agent": m.Text(seq=5, sender="agent", text="我是小王，看到您的材料了。"),
    "notice": m.Notice(seq=5, code="service.unavailable", text="查询系统暂时连不上，请稍后再试。"),
    "choices": m.Choices(seq=5, prompt="您要办哪一种？", choices=choices("第一次办", "到期换证", "丢了补办", "都不是")),
    "item_list": m.ItemList(seq=5, items=_ITEMS, choices=choices("都不是")),
    "guide": guide(),
    "guide_nearby": with_nearby(with_text(guide()), "居民身份证到期换领", "临时居民身份证办理"),
    "answer": _ANSWER,
    "answer_nearby": with_nearby(_ANSWER, "居民身份证到期换领"),
    "answer_long": _ANSWER.model_copy(update={"text": "办理地点\n" + "".join(f"{k}. 某某街道政务服务中心，地址是某某路{k}号。\n" for k in range(1, 90))}),
    "materials": materials(3),
    "materials_long": materials(40),
    "form": form(["phone"]),
    "form_ready": form([]),
    "slots_few": m.Slots(seq=5, guide_id="id-card-reissue", hall=HALL, days=days(2, 3)),
    "slots_many": m.Slots(seq=5, guide_id="id-card-reissue", hall=HALL, days=days(5, 14)),
    "visit_held": visit("held"),
    "visit": visit(),
    "visit_cancelled": visit("cancelled"),
    "case": m.Case(
        seq=5, case_id="c1", number="GZ20260318001", state="accepted", guide_id="id-card-reissue", form_pdf_url="/api/cases/c1/form.pdf?key=k2",
        timeline=[m.TimelineEntry(at=AT, state="submitted"), m.TimelineEntry(at=AT, state="accepted", note="材料齐全")],
    ),
    "handoff": m.Handoff(seq=5, state="queued", position=3, estimated_wait_s=240),
    "ticket": m.Handoff(seq=5, state="ticket", ticket_number="T202603180001"),
    "rating": m.Rating(seq=5, episode_id="ep", levels=[m.Level(value=v, label=words()["levels"][v], payload="/rate") for v in (5, 4, 3, 2, 1)]),
}  # fmt: skip
EVERY: dict[str, m.Message] = {name: with_text(message) for name, message in _MADE.items()}
