"""The page of all answers to one meeting, noting one for somebody, and the list of needs."""

from typing import Any

from flask import Response, abort, request, url_for

from portal.accounts.session import me
from portal.answers import policy, queries, replying, tally
from portal.answers.forms import ANSWERS, NEEDS, DecisionForm, NoteForm, filled_with
from portal.answers.quorum import quorum_of
from portal.answers.views import bp
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.records import load
from portal.meetings import queries as meetings
from portal.meetings.models import Answer, Attendee, Meeting
from portal.meetings.names import public_title
from portal.meetings.pages import meeting_page
from portal.web.fragments import carry_out, done
from portal.web.tables import table_response, wanted_format


@bp.get("/meetings/<int:meeting_id>/answers")
def overview(meeting_id: int) -> Response:
    """Tallies, quorum, leave to decide, substitutes, needs and comments; HTMX gets them anew."""
    meeting = _arranged(meeting_id)
    people = meetings.people_in(meeting.id)
    rows, whole = tally.by_unit(people)
    needing = queries.with_needs(meeting.id)
    told = [one for one in people if one.invited_at is not None]
    return meeting_page(
        "answers/answers.html", block="leave" if request.args.get("part") == "leave" else "tallies",
        meeting=meeting, people=people, rows=rows, whole=whole, columns=tally.WORDS,
        quorum=quorum_of(meeting, told, lambda one: one.answer == Answer.ACCEPTED),
        requests=queries.requests_of(meeting.id), to_decide=_to_decide(meeting), form=DecisionForm(formdata=None),
        substitutes=[one for one in people if one.substitutes_id], by_id={one.id: one for one in people},
        needing=needing, needs=tally.of_needs(needing), need_names=NEEDS,
        taken=tally.seats_taken(people), may_note=policy.may_answer_for(me(), meeting),
        is_fragment=bool(request.args.get("part")), takes_answers=replying.can_answer(meeting),
    )


def _to_decide(meeting: Meeting) -> Any:
    return db.session.scalars(
        queries.to_decide(me(), clock.now()).where(Attendee.meeting_id == meeting.id)
    ).all()


def _arranged(meeting_id: int) -> Meeting:
    meeting: Meeting = load("meeting", meeting_id, me())
    allow(policy.may_see_answers(me(), meeting))
    return meeting


@bp.route("/meetings/<int:meeting_id>/answers/<int:attendee_id>", methods=["GET", "POST"])
def note(meeting_id: int, attendee_id: int) -> Response:
    """Write down what somebody said on the telephone, and what they need."""
    meeting = load("meeting", meeting_id, me())
    allow(policy.may_answer_for(me(), meeting))
    attendee = next((one for one in meeting.attendees if one.id == attendee_id), None) or abort(404)
    needs = filled_with({need.kind: need.words for need in attendee.needs})
    form = NoteForm(comment=attendee.comment, **needs)
    if form.validate_on_submit():
        answer = Answer(form.answer.data) if form.answer.data else None
        carry_out(form, replying.reply_for, me(), meeting, attendee, answer, form.comment.data, form.needs)
        if not form.errors:
            words = _("The answer of %(person)s is noted.", person=attendee.name)
            return done(words, url_for(".overview", meeting_id=meeting.id), changed="answers")
    return meeting_page(
        "answers/note.html", block="form", meeting=meeting, attendee=attendee, form=form, answers=ANSWERS
    )


@bp.get("/meetings/<int:meeting_id>/needs-list")
def needs_list(meeting_id: int) -> Response:
    """Who needs what, as a file: `?format=csv` or `xlsx`."""
    meeting = _arranged(meeting_id)
    rows = [
        (one.name, one.unit, str(tally.WORDS[one.answer]), str(NEEDS[need.kind]), need.words)
        for one in queries.with_needs(meeting.id) for need in one.needs
    ]
    columns = (_("Name"), _("Unit"), _("Answer"), _("Need"), _("Words"))
    return table_response(rows, columns, f"{_('Needs')} {public_title(meeting)}", wanted_format() or "xlsx")
