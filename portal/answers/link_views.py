"""The page behind the signed link in a mail: whoever holds it answers without signing in, and guests find the way.

Looking changes nothing, for scanners of mail follow links too. No session is read or set.
"""

from typing import Any

import segno
from flask import Response, current_app, make_response, redirect, render_template, request, send_file, url_for
from flask.blueprints import BlueprintSetupState

from portal.agenda.papers import note_reading
from portal.agenda.queries import notice_papers
from portal.answers import guests, replying
from portal.answers.forms import ANSWERS, LinkForm, filled_with
from portal.answers.views import bp, said
from portal.core import clock
from portal.core.db import db, expect_only_reads
from portal.core.files import place_of
from portal.core.i18n import LOCALES, best_locale, reader, speak_to
from portal.core.settings import Settings
from portal.meetings.links import attendee_by_token, badge_code
from portal.meetings.models import Answer, Attendee
from portal.meetings.telling import zone_of
from portal.web.access import open_to_machines
from portal.web.fragments import carry_out


@bp.route("/i/<token>", methods=["GET", "POST"])
@open_to_machines
def by_link(token: str) -> Response:
    """One attendee's own page; `?answer=accepted` asks to confirm that answer, and only a POST gives it."""
    attendee = _attendee(token)
    if attendee is None:
        return _nobody()
    form = LinkForm(**filled_with({need.kind: need.words for need in attendee.needs}), comment=attendee.comment)
    if request.method == "GET":
        return _page(attendee, token, form)
    expect_only_reads(False)
    if not form.validate() or not carry_out(
        form, replying.reply_by_link, attendee, Answer(form.answer.data), form.comment.data, form.needs,
        seen=form.sequence.data,
    ):
        return _page(attendee, token, form, 422)
    return _guarded(make_response(redirect(url_for(".by_link", token=token, done=1), code=303)), attendee)


@bp.get("/i/<token>/papers/<int:paper_id>")
@open_to_machines
def paper_by_link(token: str, paper_id: int) -> Response:
    """A paper that goes with the notice, for whoever was sent the notice."""
    attendee = _attendee(token)
    papers = notice_papers(attendee.meeting_id) if attendee else []
    paper = next((one for one in papers if one.id == paper_id), None)
    if attendee is None or paper is None or not place_of(paper.content_hash).is_file():
        return _nobody()
    if attendee.meeting.is_secret:
        # As on the paper's own page: the reading so far has to end.
        db.session.rollback()
        expect_only_reads(False)
        note_reading(attendee, paper)
        db.session.commit()
    return _guarded(
        send_file(
            place_of(paper.content_hash), mimetype=paper.media_type, as_attachment=True,
            download_name=paper.file_name, etag=False,
        )
    )


def _attendee(token: str) -> Attendee | None:
    """Whom the link was sent to, while it holds; from here on the portal speaks to them."""
    settings: Settings = current_app.config["PORTAL"]
    speak_to(best_locale(request.headers.get("Accept-Language", ""), settings.locale), settings.timezone)
    attendee = attendee_by_token(token)
    if attendee is None or attendee.invited_at is None or not _holds(attendee):
        return None
    looks = guests.looks_of(attendee, request)
    speak_to(looks.locale, looks.zone)
    return attendee


def _holds(attendee: Attendee) -> bool:
    """Until a month after the meeting, and for persons until they leave."""
    is_here = attendee.person is None or attendee.person.is_active
    return is_here and attendee.meeting.ends_at + guests.KEPT > clock.now()


def _page(attendee: Attendee, token: str, form: LinkForm, status: int = 200) -> Response:
    meeting = attendee.meeting
    asked = request.args.get("answer", "")
    context: dict[str, Any] = {
        **replying.shown(attendee), "form": form, "token": token, "can_answer": replying.can_answer(meeting),
        "chosen": asked if asked in dict(ANSWERS) and status == 200 else "",
        "said": said(attendee) if request.args.get("done") and attendee.answered_at else "",
        "papers": notice_papers(meeting.id), "zones": guests.zones_to_choose(meeting, reader().zone),
        "meeting_zone": zone_of(meeting), "languages": LOCALES.items(), "room": _room(attendee),
        "badge": _badge(attendee) if attendee.answer not in {Answer.DECLINED, Answer.DELEGATED} else "",
    }
    return _guarded(make_response(render_template("answers/link.html", **context), status), attendee)


def _room(attendee: Attendee) -> Any:
    booking = attendee.meeting.booking
    return booking.room if booking is not None and booking.is_standing else None


def _badge(attendee: Attendee) -> str:
    code: str = segno.make(badge_code(attendee), error="m").svg_data_uri(scale=4, border=4, light="#fff", dark="#000")
    return code


def _nobody() -> Response:
    return _guarded(make_response(render_template("answers/no_such_link.html"), 404))


def _guarded(response: Response, attendee: Attendee | None = None) -> Response:
    """No cache keeps it, and no other site learns the address."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    if attendee is not None and attendee.guest_id is not None:
        guests.remember_guest(response, attendee, guests.Looks(*reader()))
    return response


@bp.record
def _needs_no_token(state: BlueprintSetupState) -> None:
    """There is no session that could be misused: who forges a request would have to know the link."""
    state.app.extensions["csrf"].exempt(by_link)
