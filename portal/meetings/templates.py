"""Templates: what a new meeting may begin with, saved from one held before."""

from sqlalchemy import ColumnElement, func, select

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.meetings import policy
from portal.meetings.changing import one_line
from portal.meetings.copying import content_of
from portal.meetings.models import Meeting, MeetingTemplate

LONGEST_NAME = 100


def save_template(actor: Person, meeting: Meeting, name: str) -> MeetingTemplate:
    """Keep the meeting's words, agenda and people for others to begin with.

    Raises NotAllowed, or DomainError for a secret meeting, which nobody else may know of, or a name that is taken.
    """
    allow(policy.may_keep_kinds(actor) and policy.may_see(actor, meeting))
    if meeting.is_secret:
        raise DomainError(_("What is in a template, everybody may read. A secret meeting becomes none."))
    template = MeetingTemplate(
        name=_fitting_name(name, None), kind_id=meeting.kind_id, content=content_of(meeting), made_by_id=actor.id,
        made_at=clock.now(),
    )
    db.session.add(template)
    db.session.flush()
    record(actor, "meeting_template.saved", template, name=template.name)
    return template


def rename_template(actor: Person, template: MeetingTemplate, name: str) -> None:
    """Call a template otherwise. Raises NotAllowed, or DomainError for a name that is taken."""
    allow(policy.may_keep_kinds(actor))
    template.name = _fitting_name(name, template)
    db.session.flush()
    record(actor, "meeting_template.renamed", template, name=template.name)


def retire_template(actor: Person, template: MeetingTemplate) -> None:
    """Offer the template no longer."""
    allow(policy.may_keep_kinds(actor))
    if template.retired_at is not None:
        raise DomainError(_("This template is out of use already."))
    template.retired_at = clock.now()
    db.session.flush()
    record(actor, "meeting_template.retired", template, name=template.name)


def reopen_template(actor: Person, template: MeetingTemplate) -> None:
    """Offer the template again."""
    allow(policy.may_keep_kinds(actor))
    if template.retired_at is None:
        raise DomainError(_("This template is in use already."))
    if not template.content:
        raise DomainError(_("This template is empty: its meeting has become secret."))
    template.retired_at = None
    db.session.flush()
    record(actor, "meeting_template.reopened", template, name=template.name)


def _fitting_name(name: str, template: MeetingTemplate | None) -> str:
    line = one_line(name)
    if not 0 < len(line) <= LONGEST_NAME:
        raise DomainError(_("Please give a name of at most %(count)s characters.", count=LONGEST_NAME), "name")
    same: list[ColumnElement[bool]] = [func.lower(MeetingTemplate.name) == line.lower()]
    if template is not None:
        same.append(MeetingTemplate.id != template.id)
    if db.session.scalars(select(MeetingTemplate.id).where(*same)).first() is not None:
        raise DomainError(_("Another template is called that."), "name")
    return line
