"""What findings show on other pages: of a meeting, of a body, and on My day; and putting them on an agenda."""

from collections.abc import Sequence
from functools import partial

from flask import render_template, url_for
from sqlalchemy import select

from portal.accounts.models import Person
from portal.agenda.lines import add_lines
from portal.agenda.typed import LONGEST_TITLE, Line
from portal.bodies.models import Body
from portal.bodies.queries import serves_in
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.inspections import policy, queries
from portal.inspections.models import Finding, Inspection, Violation
from portal.inspections.names import FINDING_STATES, STATE_ICONS
from portal.inspections.queries import Wanted
from portal.inspections.words import as_agenda, finding_title, title_of, violation_title
from portal.meetings import policy as meetings
from portal.meetings.models import Meeting
from portal.notifications.words import shorten
from portal.proposals.lessons import Lesson

MOST, MOST_LESSONS = 5, 20


def _shows(findings: Sequence[Finding], **more: object) -> str:
    measures = queries.measures_of([one.id for one in findings])
    return render_template(
        "inspections/_findings.html", findings=findings, finding_title=finding_title, STATES=FINDING_STATES,
        icons=STATE_ICONS,
        states={one.id: queries.finding_state(one, measures.get(one.id, [])) for one in findings}, **more,
    )


def to_show(meeting: Meeting, actor: Person) -> Sequence[Finding]:
    """The open findings of the body whose next meeting this is, for its members, those who prepare it, and those who
    read inspections. Two statements at most, and those of the policy."""
    if meeting.body is None or not queries.is_next_of_body(meeting):
        return []
    may_read = (
        meetings.may_record(actor, meeting) or policy.may_read_inspections(actor) or serves_in(actor, meeting.body.key)
    )
    return queries.open_of_body(meeting.body.id) if may_read else []


def of_meeting(meeting: Meeting, actor: Person) -> str:
    """The panel of the page of a body's next meeting."""
    found = to_show(meeting, actor)
    if not found:
        return ""
    on_agenda = {item.title for item in meeting.agenda}
    missing = any(line.title not in on_agenda for line in lines_of(found))
    return _shows(found, meeting=meeting, may_put=missing and meetings.may_edit(actor, meeting), is_of_body=False)


def of_body(body: Body, actor: Person) -> str:
    """The panel of a body's page: what its next meeting will be shown, for those who may read it."""
    if body.id is None or not (policy.may_read_inspections(actor) or serves_in(actor, body.key)):
        return ""
    found = queries.open_of_body(body.id)
    return _shows(found, meeting=None, may_put=False, is_of_body=True) if found else ""


def lines_of(findings: Sequence[Finding]) -> list[Line]:
    """A line of an agenda for each."""
    return [Line(shorten(title, LONGEST_TITLE)) for title in as_agenda(findings)]


def put_on_agenda(actor: Person, meeting: Meeting) -> int:
    """Put the findings that the meeting is shown on its agenda, unless they are on it; answers how many were put.

    Raises NotAllowed, or DomainError if there are none.
    """
    there = {item.title for item in meeting.agenda}
    lines = [line for line in lines_of(to_show(meeting, actor)) if line.title not in there]
    if not lines:
        raise DomainError(_("No finding is to be put on this agenda."))
    return len(add_lines(actor, meeting, lines))


def lessons(actor: Person, meeting: Meeting) -> list[Lesson]:
    """The open findings that a proposal of that meeting has to answer: those of its body, for those who prepare it, and
    those about meetings of its kind that the actor may see. Two statements at most, and those of the policy."""
    found: dict[int, Finding] = {}
    if meeting.body_id is not None and meetings.may_edit(actor, meeting):
        found = {one.id: one for one in queries.open_of_body(meeting.body_id)}
    if meeting.kind_id is not None:
        of_kind = queries.findings(actor, Wanted(state="open")).join(Finding.meeting).where(
            Meeting.kind_id == meeting.kind_id
        )
        found |= {one.id: one for one in db.session.scalars(of_kind.limit(MOST_LESSONS))}
    return [
        Lesson(line.title, partial(url_for, "inspections.finding", finding_id=one.id))
        for one, line in zip(found.values(), lines_of(list(found.values())), strict=True)
    ]


def my_day(actor: Person) -> str:
    """The inspections that I am to hold, and the violations that wait for my decision. Two statements at most, and
    those of the policy."""
    held = db.session.scalars(
        select(Inspection)
        .where(Inspection.inspector_id == actor.id, Inspection.held_at.is_(None))
        .order_by(Inspection.due_on)
        .limit(MOST)
    ).all()
    waiting = db.session.scalars(
        select(Violation).where(Violation.decided_at.is_(None)).order_by(Violation.id).limit(MOST)
    ).all() if policy.decides_any(actor) else []
    waiting = [one for one in waiting if policy.may_decide(actor, one)]
    if not (held or waiting):
        return ""
    return render_template(
        "inspections/_mine.html", held=held, waiting=waiting, title_of=title_of, violation_title=violation_title
    )
