"""What minutes add to the pages of meetings and resolutions."""

from flask import render_template

from portal.accounts.models import Person
from portal.meetings import policy as meetings
from portal.meetings.models import Meeting
from portal.minutes import policy, queries
from portal.resolutions.models import Resolution


def shows_tab(person: Person, meeting: Meeting) -> bool:
    """For those who keep the record once the meeting has begun; for others who see it once they are final."""
    if policy.may_keep(person, meeting) and policy.has_begun(meeting):
        return True
    if not meetings.may_see(person, meeting):
        return False
    return bool(queries.is_final(meeting.id))


def of_resolution(resolution: Resolution, actor: Person) -> str:
    """What led to it: how its line of the agenda was voted on and concluded, and the way to the minutes."""
    if resolution.agenda_item_id is None:
        return ""
    line = queries.line_of_item(resolution.agenda_item_id)
    if line is None or not policy.may_read(actor, line.minutes):
        return ""
    return render_template("minutes/_of_resolution.html", line=line, minutes=line.minutes)
