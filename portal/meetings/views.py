"""Pages of meetings."""

from typing import Any

from flask import Blueprint, Response, abort, request, url_for

from portal.accounts import queries as accounts
from portal.accounts.models import Person
from portal.accounts.session import me
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext
from portal.core.records import load
from portal.meetings import commands, policy, queries
from portal.meetings.forms import PARTS, InviteForm, MeetingForm, PartForm
from portal.meetings.models import Answer, Attendee, Meeting, Part, Phase
from portal.meetings.panels import mine_today
from portal.meetings.people import change_part, invite, uninvite
from portal.meetings.tabs import tabs_of
from portal.web.fragments import carry_out, done, go, page, wants_fragment
from portal.web.paging import leaf

bp = Blueprint("meetings", __name__)
bp.add_app_template_global(tabs_of, "meeting_tabs")


@bp.get("/meetings")
def mine() -> Response:
    """Meetings that I organize or was told of: those ahead, or with `?when=past` those that have ended."""
    past = request.args.get("when") == "past"
    query = (queries.past_meetings if past else queries.coming_meetings)(me().id, clock.now())
    found = leaf(query, request.args.get("page", 1, type=int))
    parts = queries.parts_of(me().id, found.rows)
    return page("meetings/mine.html", block="meetings", leaf=found, parts=parts, past=past)


@bp.get("/meetings/today")
def today() -> Response:
    """The panel of My day, for refreshing itself."""
    return page("meetings/today.html", block="panel", **mine_today(me()))


@bp.route("/bookings/<int:booking_id>/meeting", methods=["GET", "POST"])
def new_meeting(booking_id: int) -> Response:
    """Make a meeting of a booking."""
    booking = load("booking", booking_id, me())
    allow(policy.may_make(me(), booking))
    if existing := queries.meeting_in(booking_id):
        return go(_("This booking is a meeting already."), _address(existing))
    form = MeetingForm(subject=booking.title)
    if form.validate_on_submit():
        made = carry_out(form, commands.make_meeting, me(), booking, **form.values())
        if made:
            return go(_("The meeting is a draft. Add people, then send the notice."), _address(made))
    return page("meetings/new.html", block="form", form=form, booking=booking)


@bp.get("/meetings/<int:meeting_id>")
def meeting(meeting_id: int) -> Response:
    """One meeting: phase, facts, agenda, people and their answers; HTMX gets the people anew."""
    return _page(load("meeting", meeting_id, me()), block="live")


def _page(meeting: Meeting, block: str, **more: Any) -> Response:
    attendees = queries.people_in(meeting.id)
    phase = meeting.phase(clock.now())
    ahead = phase in {Phase.DRAFT, Phase.ANNOUNCED, Phase.RUNNING} and meeting.ends_at > clock.now()
    may_edit = policy.may_edit(me(), meeting)
    return page(
        "meetings/meeting.html", block=block, meeting=meeting, attendees=attendees, phase=phase, ahead=ahead,
        counts=_counts(attendees), may_edit=may_edit, my_part=policy.told_part(me(), meeting),
        parts=PARTS, departments=accounts.departments() if may_edit and ahead and not wants_fragment() else [],
        is_fragment=wants_fragment(), **more,
    )


def _counts(attendees: Any) -> dict[str, int]:
    """How many gave each answer, and under `untold` how many no notice has reached yet."""
    told = [attendee.answer for attendee in attendees if attendee.invited_at]
    return {**{answer.value: told.count(answer) for answer in Answer}, "untold": len(attendees) - len(told)}


@bp.route("/meetings/<int:meeting_id>/change", methods=["GET", "POST"])
def change(meeting_id: int) -> Response:
    """Another subject, purpose or agenda."""
    found = load("meeting", meeting_id, me())
    allow(policy.may_edit(me(), found))
    agenda = "\n".join(item.title for item in found.agenda)
    form = MeetingForm(subject=found.subject, purpose=found.purpose, agenda=agenda, seen=found.version)
    seen = form.seen.data or None
    if form.validate_on_submit() and carry_out(form, commands.change_meeting, me(), found, **form.values(), seen=seen):
        return go(_("The meeting is changed."), _address(found))
    return page("meetings/change.html", block="form", form=form, meeting=found)


@bp.route("/meetings/<int:meeting_id>/people", methods=["GET", "POST"])
def people(meeting_id: int) -> Response:
    """Search for people to add with `?q=WORDS`; a POST adds one person or a whole department."""
    found = load("meeting", meeting_id, me())
    allow(policy.may_edit(me(), found))
    if request.method == "POST":
        return _add_people(found)
    words = request.args.get("q", "")[:100]
    attendees = queries.people_in(found.id)
    return page(
        "meetings/people.html", block="found", meeting=found, words=words, attendees=attendees,
        people=queries.people_to_add(words, attendees), departments=accounts.departments(),
        is_fragment=wants_fragment(),
    )


def _add_people(meeting: Meeting) -> Response:
    form = InviteForm()
    if not form.validate():
        raise DomainError(_("Please choose whom to add."))
    added = invite(me(), meeting, _chosen(form, meeting), Part(form.part.data))
    db.session.commit()
    words = ngettext("%(num)s person is added.", "%(num)s people are added.", len(added))
    if not added:
        words = _("They are in the meeting already.")
    back = url_for(".people", meeting_id=meeting.id, q=form.q.data) if form.q.data else _address(meeting)
    return done(words, back, changed="answers", focus="people-q" if form.person_id.data else "")


def _chosen(form: InviteForm, meeting: Meeting) -> list[Person]:
    """One person, or a department without the organizer, who is there anyway."""
    if form.person_id.data:
        return [_person(form.person_id.data)]
    members = accounts.members_of(form.department_id.data) if form.department_id.data else []
    chosen = [person for person in members if person.id != meeting.organizer_id]
    if not chosen:
        raise DomainError(_("Please choose whom to add."))
    return chosen


def _person(id: int) -> Person:
    person = db.session.get(Person, id)
    if person is None:
        raise DomainError(_("There is no such person."))
    return person


@bp.post("/meetings/<int:meeting_id>/people/<int:attendee_id>")
def part(meeting_id: int, attendee_id: int) -> Response:
    """Make somebody chair, recorder, required or optional."""
    found = load("meeting", meeting_id, me())
    attendee = _attendee(found, attendee_id)
    form = PartForm()
    if not form.validate():
        raise DomainError(_("Please choose a part."))
    change_part(me(), found, attendee, Part(form.part.data))
    db.session.commit()
    words = _("The part of %(person)s is changed.", person=attendee.name)
    return done(words, _address(found), changed="answers", focus=f"part-{attendee.id}")


@bp.post("/meetings/<int:meeting_id>/people/<int:attendee_id>/removal")
def removal(meeting_id: int, attendee_id: int) -> Response:
    """Take somebody off the meeting."""
    found = load("meeting", meeting_id, me())
    attendee = _attendee(found, attendee_id)
    name = attendee.name
    uninvite(me(), found, attendee)
    db.session.commit()
    words = _("%(person)s is off the meeting.", person=name)
    return done(words, _address(found), changed="answers", focus="people-title")


def _attendee(meeting: Meeting, id: int) -> Attendee:
    """Somebody of this meeting, for whoever may edit it."""
    allow(policy.may_edit(me(), meeting))
    return next((attendee for attendee in meeting.attendees if attendee.id == id), None) or abort(404)


@bp.route("/meetings/<int:meeting_id>/cancellation", methods=["GET", "POST"])
def cancellation(meeting_id: int) -> Response:
    """Say what calling the meeting off will do; a POST does it."""
    found = load("meeting", meeting_id, me())
    allow(policy.may_edit(me(), found))
    if request.method == "POST":
        commands.cancel_meeting(me(), found)
        db.session.commit()
        return go(_("The meeting is cancelled."), _address(found))
    told = sum(1 for attendee in found.attendees if attendee.invited_at and attendee.person_id != me().id)
    return page("meetings/cancel.html", block="form", meeting=found, told=told)


def _address(meeting: Meeting) -> str:
    return url_for("meetings.meeting", meeting_id=meeting.id)
