"""A citizen's own things: drafts and the form page, appointments, cases; and what signed links open."""

from __future__ import annotations

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, raw

from channels.web.access import citizen_session, services_of
from channels.web.models import CitizenView, FillBody, MeView, Submitted
from channels.web.reading import as_read
from common.errors import InvalidInput
from common.web import body_of, operation, reply
from services.messages.model import Form
from services.messages.rendering import with_text

blueprint = Blueprint("mine", url_prefix="/api")


@blueprint.get("/me")
@operation(summary="My drafts, appointments and cases", auth="citizen", tag="mine", returns=MeView, errors=(401,))
async def me(request: Request) -> HTTPResponse:
    session, s = await citizen_session(request), services_of(request)
    citizen = await s.citizens.get(person_id=session.person_id)
    drafts = await s.forms.drafts(person_id=session.person_id)
    view = {
        "citizen": CitizenView(verified=citizen.verified, display_name=citizen.display_name),
        "drafts": [as_read(request, s.forms.message(view=d)) for d in drafts],
        "appointments": [as_read(request, s.appointments.message(a)) for a in await s.appointments.active(person_id=session.person_id)],
        "cases": [as_read(request, s.cases.message(case=c)) for c in await s.cases.list(person_id=session.person_id)],
    }
    return reply(view)


@blueprint.get("/forms/<form_id:str>")
@operation(summary="A form of mine", auth="citizen", tag="mine", returns=Form, errors=(401, 404))
async def get_form(request: Request, form_id: str) -> HTTPResponse:
    session, s = await citizen_session(request), services_of(request)
    return reply(_form(request, await s.forms.get(form_id=form_id, person_id=session.person_id)))


@blueprint.route("/forms/<form_id:str>", methods=["PATCH", "PUT"])  # a mini-program cannot send PATCH
@operation(
    summary="Fill fields; a wrong value is answered with the field's error",
    auth="citizen",
    tag="mine",
    body=FillBody,
    returns=Form,
    errors=(401, 404, 422),
)
async def fill_form(request: Request, form_id: str) -> HTTPResponse:
    session, s = await citizen_session(request), services_of(request)
    body = body_of(request, FillBody)
    return reply(_form(request, await s.forms.fill(form_id=form_id, person_id=session.person_id, values=body.values)))


@blueprint.post("/forms/<form_id:str>/attachments")
@operation(
    summary="Attach a picture to the field that a second part names (`field`)",
    auth="citizen",
    tag="mine",
    upload="file",
    returns=Form,
    errors=(401, 404, 413, 422),
)
async def attach(request: Request, form_id: str) -> HTTPResponse:
    session, s = await citizen_session(request), services_of(request)
    files = [f for listed in (request.files or {}).values() for f in listed]
    if len(files) != 1:
        raise InvalidInput(fields={"file": "one"})
    upload_id = await s.conversations.upload(session=session, body=files[0].body)
    view = await s.forms.attach(form_id=form_id, person_id=session.person_id, upload=upload_id, field=(request.form or {}).get("field"))
    return reply(_form(request, view))


@blueprint.post("/forms/<form_id:str>/submit")
@operation(summary="Submit a complete form", auth="citizen", tag="mine", returns=Submitted, errors=(401, 404, 409, 422))
async def submit(request: Request, form_id: str) -> HTTPResponse:
    session, s = await citizen_session(request), services_of(request)
    case = await s.forms.submit(form_id=form_id, person_id=session.person_id, turn_id=f"page:{form_id}")
    card = with_text(s.cases.message(case=case))
    await s.conversations.post(conversation_id=session.conversation_id, messages=[card.model_copy(update={"sender": "system"})])
    return reply({"case": as_read(request, card)})


def _form(request: Request, view: object) -> Form:
    return as_read(request, services_of(request).forms.message(view=view))


@blueprint.get("/cases/<case_id:str>/form.pdf")
@operation(summary="The filled form as PDF", auth="link", tag="mine", query={"key": "signature"}, media="application/pdf", errors=(403, 404))
async def case_pdf(request: Request, case_id: str) -> HTTPResponse:
    body = await services_of(request).cases.pdf(case_id=case_id, key=request.args.get("key") or "")
    return raw(body, content_type="application/pdf", headers={"Cache-Control": "private, no-store"})


@blueprint.get("/appointments/<appointment_id:str>/visit.ics")
@operation(summary="Calendar entry of a visit", auth="link", tag="mine", query={"key": "signature"}, media="text/calendar", errors=(403, 404))
async def visit_ics(request: Request, appointment_id: str) -> HTTPResponse:
    body = await services_of(request).appointments.visit_ics(appointment_id=appointment_id, key=request.args.get("key") or "")
    return raw(body, content_type="text/calendar; charset=utf-8", headers={"Cache-Control": "private, no-store"})


@blueprint.get("/appointments/<appointment_id:str>/qr.svg")
@operation(summary="QR code of the appointment code", auth="link", tag="mine", query={"key": "signature"}, media="image/svg+xml", errors=(403, 404))
async def visit_qr(request: Request, appointment_id: str) -> HTTPResponse:
    body = await services_of(request).appointments.qr_svg(appointment_id=appointment_id, key=request.args.get("key") or "")
    return raw(body, content_type="image/svg+xml", headers={"Cache-Control": "private, no-store"})
