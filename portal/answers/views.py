"""Pages on which people answer for themselves; those of editors, of leave and of links are beside this one."""

from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, request, url_for

from portal.accounts.models import Person
from portal.accounts.session import me
from portal.answers import needs, queries, replying, substitutes
from portal.answers.forms import AnswerForm, NeedsForm, SubstituteForm, filled_with
from portal.answers.models import LeaveRequest
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.records import load
from portal.meetings import policy as meetings
from portal.meetings.models import Answer, Attendee, Meeting
from portal.meetings.pages import meeting_page
from portal.web.addresses import own_address
from portal.web.fragments import announce, carry_out, go, wants_fragment

bp = Blueprint("answers", __name__)


@bp.route("/meetings/<int:meeting_id>/answer", methods=["GET", "POST"])
def answer(meeting_id: int) -> Response:
    """Accept, decline or leave it open; HTMX gets the form with the new state."""
    meeting = load("meeting", meeting_id, me())
    allow(meetings.may_answer(me(), meeting))
    form = AnswerForm()
    if request.method == "GET":
        return _answer_page(meeting)
    if not form.validate() or not carry_out(
        form, replying.reply, me(), meeting, Answer(form.answer.data), form.comment.data, form.needs,
        seen=form.sequence.data,
    ):
        return _answer_page(meeting, form=form, back=form.back.data)
    words = said(own_part(meeting))
    if wants_fragment():
        return announce(_answer_page(meeting, back=form.back.data), words, changed="answers")
    flash(words)
    return make_response(redirect(own_address(form.back.data, _address(meeting)), code=303))


def said(part: Attendee) -> str:
    """What came of an answer, as a sentence."""
    if part.answer != Answer.DECLINED and (newest := queries.newest_request(part.id)) and newest.decided_at is None:
        return _("Your leave is asked for. You will be told what is decided.")
    return {
        Answer.ACCEPTED: _("You have accepted."),
        Answer.TENTATIVE: _("You have answered tentatively."),
        Answer.DECLINED: _("You have declined."),
        Answer.WAITING: _("The meeting is full. You are on the waiting list and will be told when you have a seat."),
    }.get(part.answer, _("Saved."))


def _answer_page(meeting: Meeting, **more: Any) -> Response:
    part = own_part(meeting)
    # My day has no room for needs; the form says whether it showed them.
    with_needs = not wants_fragment() or bool(request.form.get("needs_shown")) or request.method == "GET"
    form = more.get("form")
    shown = form if form is not None and form.needs is not None else _filled(part)
    return meeting_page(
        "answers/answer.html", block="answer", with_needs=with_needs, needs_form=shown,
        **replying.shown(part), **more,
    )


def _filled(part: Attendee) -> NeedsForm:
    return NeedsForm(formdata=None, **filled_with({need.kind: need.words for need in part.needs}))


def own_part(meeting: Meeting) -> Attendee:
    """The part of whoever asks, who was told of the meeting."""
    part = meetings.told_part(me(), meeting)
    assert part is not None
    return part


# --- Needs ---


@bp.route("/meetings/<int:meeting_id>/needs", methods=["GET", "POST"])
def own_needs(meeting_id: int) -> Response:
    """What I need in order to take part."""
    meeting = load("meeting", meeting_id, me())
    allow(meetings.may_answer(me(), meeting))
    part = own_part(meeting)
    form = NeedsForm() if request.method == "POST" else _filled(part)
    if request.method == "POST" and form.validate():
        carry_out(form, needs.state_needs, me(), meeting, part, form.needs or {})
        if not form.errors:
            return go(_("Your needs are noted. Only those who arrange the meeting see them."), _address(meeting))
    return meeting_page("answers/needs.html", block="form", meeting=meeting, form=form)


# --- Somebody goes instead ---


@bp.route("/meetings/<int:meeting_id>/substitute", methods=["GET", "POST"])
def substitute(meeting_id: int) -> Response:
    """Who may go in my place, of my department or whom `?q=WORDS` fit; a POST sends somebody."""
    meeting = load("meeting", meeting_id, me())
    allow(meetings.may_answer(me(), meeting))
    form = SubstituteForm()
    if request.method == "POST" and form.validate():
        sent = carry_out(form, _send, meeting, form.person_id.data, form.comment.data)
        if sent:
            return go(_said_of(sent), _address(meeting))
    words = request.values.get("q", "").replace("\0", "")[:100]
    return meeting_page(
        "answers/substitute.html", block="found" if request.args.get("part") == "found" else "form",
        meeting=meeting, form=form, words=words, suggested=queries.substitutes_for(me(), meeting, words),
        approves_substitute=substitutes.needs_approval(meeting), is_found=request.args.get("part") == "found",
    )


def _send(meeting: Meeting, person_id: int, reason: str) -> LeaveRequest:
    person = db.session.get(Person, person_id)
    if person is None:
        raise DomainError(_("There is no such person."), "person_id")
    return substitutes.send(me(), meeting, person, reason)


def _said_of(sent: LeaveRequest) -> str:
    name = sent.substitute.name if sent.substitute else ""
    if sent.decided_at is None:
        return _("It is asked for that %(person)s goes in your place. You will be told what is decided.", person=name)
    return _("%(person)s goes in your place and has been told.", person=name)


@bp.post("/meetings/<int:meeting_id>/substitute/removal")
def substitute_removal(meeting_id: int) -> Response:
    """I come after all."""
    meeting = load("meeting", meeting_id, me())
    part = substitutes.take_back(me(), meeting)
    db.session.commit()
    return go(said(part), _address(meeting))


def _address(meeting: Meeting) -> str:
    return url_for("meetings.meeting", meeting_id=meeting.id)


