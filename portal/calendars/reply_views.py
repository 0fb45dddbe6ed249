"""Pages of replies from calendars: all for the office, those to one meeting for its editors; and proposed times."""

from typing import Any

from flask import Response, abort, request, url_for

from portal.accounts.session import me
from portal.calendars import policy, proposals, receiving
from portal.calendars.models import CalendarReply, Decision, ReplyMethod, ReplyOutcome
from portal.calendars.reply_forms import DecisionForm, DropForm
from portal.calendars.reply_queries import replies as replies_query
from portal.calendars.reply_queries import reply_to
from portal.calendars.views import bp
from portal.core.access import allow
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext
from portal.core.records import load
from portal.meetings import policy as meetings
from portal.meetings.models import Meeting
from portal.meetings.pages import meeting_page
from portal.web.fragments import carry_out, go, page
from portal.web.paging import leaf


@bp.route("/calendar/replies", methods=["GET", "POST"])
def replies() -> Response:
    """Replies that changed nothing, latest first; with `?which=all` those that counted too. A POST puts in a file."""
    allow(policy.may_see_replies(me()))
    form = DropForm()
    if request.method == "POST" and (words := _dropped(form, None)):
        return go(words, url_for(".replies", which="all"))
    return page("calendars/replies.html", block="replies", form=form, **_listed(None))


@bp.route("/meetings/<int:meeting_id>/replies", methods=["GET", "POST"])
def meeting_replies(meeting_id: int) -> Response:
    """The same for one meeting, with the times that were proposed for it."""
    meeting = _edited(meeting_id)
    form = DropForm()
    if request.method == "POST" and (words := _dropped(form, meeting)):
        return go(words, url_for(".meeting_replies", meeting_id=meeting_id, which="all"))
    return _replies_page(meeting, form)


@bp.post("/meetings/<int:meeting_id>/proposals/<int:reply_id>")
def proposal(meeting_id: int, reply_id: int) -> Response:
    """Take the proposed time, or decline it."""
    meeting = _edited(meeting_id)
    found = reply_to(meeting, reply_id) or abort(404)
    form = DecisionForm()
    if not form.validate():
        abort(400)
    takes = form.decision.data == Decision.TAKEN
    carry_out(form, proposals.take if takes else proposals.decline, me(), found)
    if form.errors:
        return _replies_page(meeting, form, refused_id=reply_id)
    words = _("The meeting is moved.") if takes else _("The proposed time is declined; who proposed it is told.")
    return go(words, url_for("meetings.meeting", meeting_id=meeting_id))


def _edited(meeting_id: int) -> Meeting:
    meeting: Meeting = load("meeting", meeting_id, me())
    allow(meetings.may_edit(me(), meeting))
    return meeting


def _replies_page(meeting: Meeting, form: DropForm | DecisionForm, refused_id: int | None = None) -> Response:
    return meeting_page(
        "calendars/meeting_replies.html", block="replies", meeting=meeting, form=form, refused_id=refused_id,
        proposals=proposals.open_proposals(meeting), **_listed(meeting),
    )


def _listed(meeting: Meeting | None) -> dict[str, Any]:
    """One page of the list. One statement."""
    shows_all = request.args.get("which") == "all"
    query = replies_query(only_uncounted=not shows_all, meeting_id=meeting.id if meeting else None)
    return {"leaf": leaf(query, request.args.get("page", 1, type=int)), "shows_all": shows_all}


def _dropped(form: DropForm, meeting: Meeting | None) -> str:
    """Let the file count and say what came of it; nothing if it did not count, and the form says why."""
    if not form.validate():
        return ""
    notes = carry_out(form, receiving.drop, me(), form.octets(), meeting)
    counted = [note for note in notes or [] if note.outcome == ReplyOutcome.COUNTED]
    if counted:
        return _said_of(counted)
    if notes:
        form.refuse(DomainError(notes[0].reason, "file"))
    return ""


def _said_of(counted: list[CalendarReply]) -> str:
    name = counted[0].attendee.name if counted[0].attendee else counted[0].sender
    if counted[0].method == ReplyMethod.COUNTER:
        return _("The time that %(person)s proposes is noted.", person=name)
    if len(counted) == 1:
        return _("The answer of %(person)s is noted.", person=name)
    return ngettext(
        "%(num)s answer of %(person)s is noted.", "%(num)s answers of %(person)s are noted.", len(counted), person=name
    )
