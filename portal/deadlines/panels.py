"""What last moments add to other pages."""

from typing import Any

from flask import render_template

from portal.accounts.models import Person
from portal.deadlines.queries import kinds_under_profiles


def of_new_meeting(_person: Person, booking: Any) -> str:
    """What would be too late already, beside the form for a new meeting; fetched when kind or time change."""
    return render_template("deadlines/_new_meeting.html", booking=booking) if kinds_under_profiles() else ""
