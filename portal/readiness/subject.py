"""Meetings have tasks."""

from collections.abc import Collection

from sqlalchemy import select

from portal.accounts.models import Person
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import span
from portal.meetings import policy as meetings
from portal.meetings.changing import insist_standing
from portal.meetings.models import Meeting
from portal.meetings.seeing import hidden_from
from portal.readiness.checklist import FORM_KEYS
from portal.readiness.policy import may_look
from portal.tasks.models import Task
from portal.tasks.subjects import About, Subject, add_subject

KIND = "meeting"


def about(person: Person, ids: Collection[int]) -> dict[int, About]:
    """Title, time and place; of secret ones only to who knows of them. Two statements at most."""
    found = db.session.scalars(select(Meeting).where(Meeting.id.in_(ids))).all()
    secret = [meeting.id for meeting in found if meeting.is_secret]
    hidden = hidden_from(person, secret) if secret else set()
    return {
        meeting.id: About(meeting.subject, f"{span(meeting.starts_at, meeting.ends_at)} · {meeting.location}")
        for meeting in found if meeting.id not in hidden
    }


def title_for_all(meeting: Meeting) -> str:
    """What everybody who has a task of it may be told, although they may not be invited."""
    return "" if meeting.is_secret else f"{meeting.subject}\n{span(meeting.starts_at, meeting.ends_at)}"


def insist_open(meeting: Meeting) -> None:
    insist_standing(meeting)
    if meeting.closed_at is not None:
        raise DomainError(_("This meeting is closed."))


def insist_doable(task: Task) -> None:
    """A form counts as done once it is signed, and not before."""
    if task.key in FORM_KEYS.values():
        raise DomainError(_("Fill in the form and sign it: then this is done."))


add_subject(Subject(KIND, meetings.may_edit, may_look, about, title_for_all, insist_open, insist_doable))
