"""What a proposal shows on the page of its meeting, and names as missing there."""

from collections.abc import Iterable

from flask import render_template, url_for

from portal.accounts.models import Person
from portal.core.i18n import gettext as _
from portal.meetings.kinds import is_regulated
from portal.meetings.missing import Lack
from portal.meetings.models import Meeting
from portal.meetings.phases import has_lapsed
from portal.meetings.queries import Tally
from portal.proposals import lacking, policy, queries
from portal.proposals.records import blank, profile_for, proposal_of
from portal.proposals.showing import way


def of_meeting(meeting: Meeting, person: Person) -> str:
    """By which regulation it goes, and where its approval stands, for those who may read the proposal."""
    if not policy.may_look(person, meeting):
        return ""
    stored = proposal_of(meeting)
    profile = profile_for(meeting, stored)
    context = way(person, meeting, profile, stored, queries.cases_of(meeting))
    return render_template("proposals/_panel.html", meeting=meeting, profile=profile, **context)


def missing_in_draft(meeting: Meeting, _tally: Tally) -> Iterable[Lack]:
    """What its proposal lacks before it may be submitted. Nothing of a meeting under no regulation."""
    if not is_regulated(meeting) or meeting.submitted_at is not None:
        return
    stored = proposal_of(meeting)
    asked = lacking.asked_of(meeting, stored or blank(), profile_for(meeting, stored), has_lessons=False)
    if lacks := [one for one in asked if not one.is_said]:
        words = _("Its proposal does not say yet: %(what)s.", what="; ".join(lack.words for lack in lacks))
        yield Lack(words, url_for("proposals.proposal", meeting_id=meeting.id), _("Write the proposal"))


def missing_after_notice(meeting: Meeting, _tally: Tally) -> Iterable[Lack]:
    """An approval that has lapsed."""
    if has_lapsed(meeting) and meeting.submitted_at is None:
        words = _("What was approved has changed since. It has to be submitted and approved again.")
        yield Lack(words, url_for("proposals.proposal", meeting_id=meeting.id), _("To the proposal"))
