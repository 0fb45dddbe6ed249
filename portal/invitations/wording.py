"""Commands on the words of notices: templates of the house, and the words of one meeting."""

from collections.abc import Mapping

from sqlalchemy import select

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.invitations import fields
from portal.invitations.builtin import Wording
from portal.invitations.models import Layout, MeetingNotice, NoticeTemplate
from portal.invitations.writing import OWN_FIELDS
from portal.meetings.changing import one_line, take
from portal.meetings.models import Meeting, MeetingKind
from portal.meetings.policy import may_keep_kinds

LONGEST_SUBJECT = 200
LONGEST_BODY = 20_000
LONGEST_OWN = 500


def add_template(actor: Person, *, name: str, kind: MeetingKind | None, words: Wording) -> NoticeTemplate:
    """Keep words for notices under a name. Raises NotAllowed, or DomainError beside the field that is wrong."""
    allow(may_keep_kinds(actor))
    template = NoticeTemplate(name=_checked_name(name), kind=kind, changed_at=clock.now(), **_checked(words))
    db.session.add(template)
    db.session.flush()
    record(actor, "notice_template.added", template, name=template.name)
    return template


def change_template(
    actor: Person, template: NoticeTemplate, *, name: str, kind: MeetingKind | None, words: Wording
) -> None:
    """Give a template other words; what meetings have taken from it stays. Raises what `add_template` does."""
    allow(may_keep_kinds(actor))
    template.name, template.kind, template.changed_at = _checked_name(name, template), kind, clock.now()
    for column, value in _checked(words).items():
        setattr(template, column, value)
    db.session.flush()
    record(actor, "notice_template.changed", template, name=template.name)


def retire_template(actor: Person, template: NoticeTemplate) -> None:
    """Offer the template no more."""
    allow(may_keep_kinds(actor))
    template.retired_at = template.retired_at or clock.now()
    db.session.flush()
    record(actor, "notice_template.retired", template, name=template.name)


def reopen_template(actor: Person, template: NoticeTemplate) -> None:
    """Offer the template again."""
    allow(may_keep_kinds(actor))
    template.retired_at = None
    db.session.flush()
    record(actor, "notice_template.reopened", template, name=template.name)


def word_notice(actor: Person, meeting: Meeting, words: Wording, own: Mapping[str, str]) -> MeetingNotice:
    """Let the meeting be announced in these words; `own` are the values of fields that the office fills in itself."""
    take(actor, meeting)
    columns = _checked(words)
    for name in own:
        if name not in OWN_FIELDS or len(own[name]) > LONGEST_OWN:
            raise DomainError(_("At most %(count)s characters, please.", count=LONGEST_OWN), name)
    notice = db.session.get(MeetingNotice, meeting.id) or MeetingNotice(meeting_id=meeting.id)
    for column, value in columns.items():
        setattr(notice, column, value)
    notice.fields = {name: value for name, value in own.items() if value}
    notice.changed_at, notice.changed_by_id = clock.now(), actor.id
    db.session.add(notice)
    db.session.flush()
    record(actor, "meeting.notice_worded", meeting, notice_layout=words.layout)
    return notice


def unword_notice(actor: Person, meeting: Meeting) -> None:
    """Let the meeting be announced in the portal's usual words."""
    take(actor, meeting)
    notice = db.session.get(MeetingNotice, meeting.id)
    if notice is not None:
        db.session.delete(notice)
        db.session.flush()
        record(actor, "meeting.notice_unworded", meeting)


def check(words: Wording) -> None:
    """Raise DomainError beside the field whose words cannot be a notice's."""
    _checked(words)


def _checked_name(name: str, but: NoticeTemplate | None = None) -> str:
    line = one_line(name)
    if not line:
        raise DomainError(_("Please fill this in."), "name")
    namesake = db.session.scalars(select(NoticeTemplate.id).where(NoticeTemplate.name == line)).first()
    if namesake not in (None, but.id if but else None):
        raise DomainError(_("There is a template %(name)s already.", name=line), "name")
    return line


def _checked(words: Wording) -> dict[str, str]:
    """The columns of the words, each checked; those of the second half only where there is one."""
    is_bilingual = words.layout == Layout.BILINGUAL
    columns = {"subject": one_line(words.subject), "body": words.body.strip()}
    english = {"english_subject": one_line(words.english_subject), "english_body": words.english_body.strip()}
    for field, text in {**columns, **(english if is_bilingual else {})}.items():
        if not text:
            raise DomainError(_("Please fill this in."), field)
        longest = LONGEST_SUBJECT if field.endswith("subject") else LONGEST_BODY
        if len(text) > longest:
            raise DomainError(_("At most %(count)s characters, please.", count=longest), field)
        fields.check(text, field)
    return {"layout": words.layout, **columns, **(english if is_bilingual else dict.fromkeys(english, ""))}
