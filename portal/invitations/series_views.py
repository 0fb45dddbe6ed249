"""The dates of a recurring meeting on one page, and the notice of all of them."""

from flask import Response, request, url_for
from sqlalchemy import select

from portal.accounts.session import me
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Missing
from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext
from portal.core.records import load
from portal.invitations.series_people import counts, dates_ahead, share_people
from portal.invitations.series_sending import dates_to_tell, lacks_of, send_series_notice
from portal.invitations.views import bp
from portal.meetings import policy, queries
from portal.meetings.models import Meeting, MeetingSeries
from portal.meetings.seeing import seen_by
from portal.web.forms import Form
from portal.web.fragments import carry_out, go, page


@bp.get("/meetings/recurring/<int:series_id>")
def series(series_id: int) -> Response:
    """The dates that the reader may see; to whoever may edit them also what is still to be told."""
    return _page(load("meeting_series", series_id, me()), Form())


@bp.post("/meetings/recurring/<int:series_id>/notice")
def send_series(series_id: int) -> Response:
    """Tell all those who have not been told."""
    found: MeetingSeries = load("meeting_series", series_id, me())
    form = Form()
    told = carry_out(form, send_series_notice, me(), found, reason=request.form.get("reason", ""))
    if told is None:
        return _page(found, form, status=422)
    words = ngettext("The notice is on its way to %(num)s person.", "The notice is on its way to %(num)s people.", told)
    return go(words if told else _("Everyone has been told already."), url_for(".series", series_id=series_id))


@bp.post("/meetings/recurring/<int:series_id>/people")
def share_series_people(series_id: int) -> Response:
    """Put the people of one date into all the others."""
    found: MeetingSeries = load("meeting_series", series_id, me())
    form = Form()
    of_date = db.session.get(Meeting, request.form.get("meeting_id", 0, type=int))
    if of_date is None or of_date.series_id != found.id:
        raise Missing(_("There is no such meeting."))
    added = carry_out(form, share_people, me(), of_date)
    if added is None:
        return _page(found, form, status=422)
    words = ngettext("%(num)s person was added to a date.", "%(num)s people were added to dates.", added)
    return go(words if added else _("Everybody is in all dates already."), url_for(".series", series_id=series_id))


def _page(found: MeetingSeries, form: Form, status: int = 200) -> Response:
    meetings = db.session.scalars(
        select(Meeting).where(Meeting.series_id == found.id, seen_by(me())).order_by(Meeting.starts_at)
    ).all()
    to_tell = [date for date in dates_to_tell(found) if policy.may_edit(me(), date.meeting)]
    return page(
        "invitations/series.html", block="series", status=status, series=found, meetings=meetings,
        parts=queries.parts_of(me().id, meetings), to_tell=to_tell, lacks=lacks_of(me(), to_tell),
        untold=sum(len(date.untold) for date in to_tell), is_late=any(date.is_late for date in to_tell),
        people=counts(found), given=[date for date in dates_ahead(found.id) if policy.may_edit(me(), date)],
        ahead=sum(meeting.ends_at > clock.now() for meeting in meetings), form=form, refusal=form.refusal,
    )
