"""Pages on which papers are chosen and seats are given, and the papers themselves."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, abort, request

from portal.accounts.session import me
from portal.core import pdf
from portal.core.access import allow
from portal.core.errors import DomainError
from portal.core.i18n import LOCALES, reader, speaking_to
from portal.core.i18n import gettext as _
from portal.core.records import load
from portal.meetings.models import Attendee, Meeting
from portal.meetings.pages import meeting_page
from portal.printing import choosing, policy, queries
from portal.printing.documents import DOCUMENTS
from portal.printing.jobs import Job, Printed
from portal.printing.shapes import Layout
from portal.web.documents import PDF, attachment, face_for

bp = Blueprint("printing", __name__)


@bp.get("/meetings/<int:meeting_id>/prints")
def prints(meeting_id: int) -> Response:
    """Choose what to print, for whom, on which paper and in which language."""
    meeting = _meeting(meeting_id)
    people = queries.by_precedence(meeting.id)
    texts = [text for one in people for text in (one.name, one.unit, one.post)]
    return meeting_page(
        "printing/prints.html", block="meeting_content", meeting=meeting, documents=DOCUMENTS.values(),
        groups=choosing.groups(people), languages=LOCALES.items(), plan=queries.plan_of(meeting.id),
        lacking=pdf.lacking(face_for(reader().locale), [*texts, meeting.subject, meeting.location]),
    )


@bp.get("/meetings/<int:meeting_id>/prints/<name>.pdf")
def printed(meeting_id: int, name: str) -> Response:
    """One document; `?who=`, `?paper=` and `?language=` say for whom, on which and in which."""
    meeting = _meeting(meeting_id)
    document = DOCUMENTS.get(name) or abort(404)
    language = _offered(request.args.get("language") or reader().locale, LOCALES)
    paper = _offered(request.args.get("paper") or document.papers[0][0], dict(document.papers))
    everybody = queries.by_precedence(meeting.id)
    people = choosing.chosen(everybody, request.args.get("who") or "expected")
    with speaking_to(language, reader().zone):
        job = _job(document, meeting, people, everybody, paper, language)
        return attachment(document.draw(job), PDF, f"{job.title}.pdf")


def _job(
    document: Printed, meeting: Meeting, people: Sequence[Attendee], everybody: Sequence[Attendee], paper: str,
    language: str,
) -> Job:
    """What to draw; raises DomainError if there is nothing to draw."""
    plan = queries.plan_of(meeting.id)
    if document.needs_plan:
        people = everybody
        if plan is None:
            raise DomainError(_("There is no seating plan yet."))
    if document.needs_people and not people:
        raise DomainError(_("Nobody is invited yet."))
    places, layout = (queries.places_in(plan), Layout.of(plan)) if plan else ({}, None)
    return Job(str(document.label), meeting, people, paper, face_for(language), places, layout)


def _meeting(id: int) -> Meeting:
    meeting: Meeting = load("meeting", id, me())
    allow(policy.may_print(me(), meeting))
    return meeting


def _offered(value: str, offered: Any) -> str:
    return value if value in offered else abort(404)
