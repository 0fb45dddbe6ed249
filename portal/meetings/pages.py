"""What every page of one meeting is given."""

from typing import Any

from flask import Response

from portal.accounts.session import me
from portal.core import clock
from portal.meetings import policy
from portal.meetings.models import Meeting
from portal.web.fragments import page


def meeting_page(template: str, *, block: str, meeting: Meeting, **more: Any) -> Response:
    """A page that extends `meetings/frame.html`, or to HTMX the named block of it."""
    about = {"phase": meeting.phase(clock.now()), "may_edit": policy.may_edit(me(), meeting)}
    return page(template, block=block, meeting=meeting, **{**about, **more})
