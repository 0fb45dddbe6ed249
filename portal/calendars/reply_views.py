"""The page of replies that came by mail: what counted, what did not and why."""

from flask import Response, request
from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from portal.accounts.session import me
from portal.calendars import policy
from portal.calendars.models import CalendarReply, ReplyOutcome
from portal.calendars.views import bp
from portal.core.access import allow
from portal.meetings.models import Attendee
from portal.web.fragments import page
from portal.web.paging import leaf


@bp.get("/calendar/replies")
def replies() -> Response:
    """Replies that changed nothing, latest first; with `?which=all` those that counted too. Three statements."""
    allow(policy.may_see_replies(me()))
    shows_all = request.args.get("which") == "all"
    query = (
        select(CalendarReply)
        .outerjoin(CalendarReply.meeting)
        .options(
            contains_eager(CalendarReply.meeting),
            joinedload(CalendarReply.attendee).options(joinedload(Attendee.person), joinedload(Attendee.guest)),
        )
        .order_by(CalendarReply.id.desc())
    )
    if not shows_all:
        query = query.where(CalendarReply.outcome != ReplyOutcome.COUNTED)
    found = leaf(query, request.args.get("page", 1, type=int))
    return page("calendars/replies.html", block="replies", leaf=found, shows_all=shows_all)
