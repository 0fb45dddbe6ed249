"""The desk, on a phone: two letters of a name or a badge, Enter, next. Works without JavaScript too."""

from datetime import datetime, timedelta

from flask import Response, abort, flash, jsonify, make_response, redirect, request, url_for

from portal.accounts import naming
from portal.accounts.session import me
from portal.attendance import commands, policy, queries
from portal.attendance.forms import PersonForm, number_in
from portal.attendance.models import Way
from portal.attendance.views import arranged, bp, fits
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import clock_time
from portal.core.i18n import gettext as _
from portal.core.spelling import spellings
from portal.meetings.links import attendee_by_badge
from portal.meetings.models import Attendee, Meeting
from portal.web.fragments import carry_out, done, page

# How long a mark may wait in a phone without a network.
LONGEST_WAIT = timedelta(hours=12)


@bp.get("/meetings/<int:meeting_id>/desk")
def desk(meeting_id: int) -> Response:
    """All names, to be found by a few letters; `?q=` finds them without JavaScript."""
    meeting, words = arranged(meeting_id), request.args.get("q", "")[:100]
    return _desk(meeting, words)


def _desk(meeting: Meeting, words: str, form: PersonForm | None = None, status: int | None = None) -> Response:
    lines = queries.lines_of(meeting)
    last = next((line for line in lines if line.mark and line.mark.id == number_in(request.args.get("last"))), None)
    now = clock.now()
    suggested = naming.suggested(request.args.get("person", ""))
    return page(
        "attendance/desk.html", block="desk", meeting=meeting, words=words, last=last, spellings=spellings,
        lines=[line for line in lines if fits(line.attendee, words)] if words else lines,
        counts=queries.counts_in(meeting, lines), is_open=policy.is_open(meeting, now), suggested=suggested,
        opens_at=policy.opens_at(meeting), may_add=policy.may_add(me(), meeting),
        form=form or PersonForm(formdata=None), status=status,
    )


@bp.get("/meetings/<int:meeting_id>/desk/marks")
def desk_state(meeting_id: int) -> Response:
    """Who is marked, as JSON: what other desks have done meanwhile."""
    meeting = arranged(meeting_id)
    counts, marked = queries.counts_and_marks(meeting)
    return jsonify(marked={one: clock_time(at) for one, at in marked.items()}, said=counted(counts))


def counted(counts: queries.Counts) -> str:
    """How many are there, and the quorum if there is one, in a few words."""
    words = _("%(here)s of %(all)s are here", here=counts.here, all=counts.awaited)
    quorum = counts.quorum
    if quorum is None:
        return words
    if quorum.is_reached:
        return f"{words} · " + _("%(here)s of %(all)s: quorum reached", here=quorum.counted, all=quorum.entitled)
    return f"{words} · " + _("%(here)s of %(needed)s for the quorum", here=quorum.counted, needed=quorum.needed)


@bp.post("/meetings/<int:meeting_id>/desk/marks")
def desk_mark(meeting_id: int) -> Response:
    """Mark the `attendee`, or whom the `words` mean: a badge, or a name that only one fits.

    `ago` says how many seconds ago it was, if the network was away meanwhile. Answers JSON to whoever accepts it.
    """
    meeting = arranged(meeting_id)
    words = request.form.get("words", "").strip()[:300]
    meant = _meant(meeting, words)
    if meant is None and not _wants_json():
        return make_response(redirect(url_for(".desk", meeting_id=meeting_id, q=words), code=303))
    try:
        if meant is None:
            raise DomainError(_("No name and no badge fits “%(words)s”.", words=words))
        attendee, way = meant
        answer = _said(meeting_id, attendee, commands.mark(me(), meeting, attendee, way, _arrived_at()))
        db.session.commit()
    except DomainError as error:
        db.session.rollback()
        return _refused(meeting_id, str(error))
    return answer


def _meant(meeting: Meeting, words: str) -> tuple[Attendee, Way] | None:
    """Whom the desk means, and how it knows."""
    attendee_id = number_in(request.form.get("attendee"))
    if "attendee" in request.form:
        return (queries.attendee_in(meeting.id, attendee_id) or abort(404)), Way.DESK
    if not words or "\0" in words:
        return None
    badge = attendee_by_badge(words, meeting.id) or queries.person_with_badge(meeting.id, words)
    if badge is not None:
        return badge, Way.BADGE
    found = [line.attendee for line in queries.lines_of(meeting) if fits(line.attendee, words)]
    return (found[0], Way.DESK) if len(found) == 1 else None


def _arrived_at() -> datetime | None:
    """When it was, if it was a while ago."""
    ago = timedelta(seconds=min(request.form.get("ago", 0, type=number_in), int(LONGEST_WAIT.total_seconds())))
    return clock.now() - ago if ago > timedelta(seconds=30) else None


def _said(meeting_id: int, attendee: Attendee, marked: commands.Marked) -> Response:
    """The answer, put together before the commit, after which all of it would be read once more."""
    time = clock_time(marked.mark.arrived_at)
    if marked.is_new:
        words = _("%(person)s is signed in.", person=attendee.name)
    else:
        words = _("%(person)s has been signed in since %(time)s.", person=attendee.name, time=time)
    if not _wants_json():
        flash(words)
        last = marked.mark.id if marked.is_new else None
        return make_response(redirect(url_for(".desk", meeting_id=meeting_id, last=last), code=303))
    return jsonify(attendee=attendee.id, mark=marked.mark.id if marked.is_new else None, time=time, words=words)


def _refused(meeting_id: int, words: str) -> Response:
    if _wants_json():
        return make_response(jsonify(refused=words), 422)
    flash(words)
    return make_response(redirect(url_for(".desk", meeting_id=meeting_id), code=303))


@bp.post("/meetings/<int:meeting_id>/desk/undo")
def desk_undo(meeting_id: int) -> Response:
    """Take back the `mark` that was just made."""
    meeting = arranged(meeting_id)
    try:
        attendee = commands.undo(me(), meeting, number_in(request.form.get("mark")))
        words, undone = _("%(person)s is no longer signed in.", person=attendee.name), attendee.id
        db.session.commit()
    except DomainError as error:
        db.session.rollback()
        return _refused(meeting_id, str(error))
    if _wants_json():
        return jsonify(undone=undone, words=words)
    flash(words)
    return make_response(redirect(url_for(".desk", meeting_id=meeting_id), code=303))


@bp.post("/meetings/<int:meeting_id>/desk/observers")
def desk_observer(meeting_id: int) -> Response:
    """Let in somebody who is not on the list."""
    meeting, form = arranged(meeting_id), PersonForm()
    if form.validate_on_submit():
        marked = carry_out(form, _let_in, meeting, form)
        if marked is not None:
            words = _("%(person)s is signed in as an observer.", person=marked.mark.attendee.name)
            return done(words, url_for(".desk", meeting_id=meeting_id, last=marked.mark.id))
    return _desk(meeting, "", form, 422)


def _let_in(meeting: Meeting, form: PersonForm) -> commands.Marked:
    person = naming.person_meant(form.person.data, "person")
    assert person is not None, "the form asks for it"
    return commands.let_in(me(), meeting, person)


def _wants_json() -> bool:
    return request.headers.get("Accept") == "application/json"

