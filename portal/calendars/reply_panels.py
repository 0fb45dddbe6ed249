"""What replies and proposals add to the pages of a meeting, for those who may move it."""

from flask import render_template

from portal.accounts.models import Person
from portal.calendars import proposals, reply_queries
from portal.calendars.reply_forms import DecisionForm
from portal.meetings import policy as meetings
from portal.meetings.models import Meeting


def proposed(meeting: Meeting, person: Person) -> str:
    """The other times that wait for a decision, and how many replies did not count. Two statements."""
    if meeting.announced_at is None or not meetings.may_edit(person, meeting):
        return ""
    waiting, uncounted = proposals.open_proposals(meeting), reply_queries.uncounted(meeting)
    if not waiting and not uncounted:
        return ""
    return render_template(
        "calendars/_proposals.html", meeting=meeting, proposals=waiting, uncounted=uncounted,
        form=DecisionForm(formdata=None), refused_id=None,
    )


def not_counted(meeting: Meeting, person: Person) -> str:
    """The way to the replies of calendars, and how many did not count. One statement."""
    if not meetings.may_edit(person, meeting):
        return ""
    return render_template(
        "calendars/_to_replies.html", meeting=meeting, uncounted=reply_queries.uncounted(meeting)
    )
