"""Everything that can be done to papers. A new version replaces the one before; both stay, with who gave them."""

from portal.accounts.models import Person
from portal.agenda import policy, queries
from portal.agenda.models import Paper
from portal.audit.commands import record
from portal.core import clock, files
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError, Missing
from portal.core.file_types import LONGEST_NAME
from portal.core.i18n import gettext as _
from portal.core.uploads import MEGABYTE, Upload, checked
from portal.meetings.changing import insist_standing, lock, one_line
from portal.meetings.models import AgendaItem, Attendee, Meeting

# What all papers of a notice may weigh: mail servers refuse more, and every person gets it.
LARGEST_NOTICE = 10 * MEGABYTE
MOST_PAPERS = 300


def add_paper(
    actor: Person, meeting: Meeting, upload: Upload, *, item_id: int | None = None, title: str = "",
    goes_with_notice: bool = False,
) -> Paper:
    """Add a paper to one line, or without `item_id` to the whole meeting.

    Without a title it is called as its file is. Raises NotAllowed, Missing for a line that is not
    there, or DomainError for what is no paper or too large.
    """
    item = _line(meeting, item_id)
    allow(policy.may_add_paper(actor, meeting, item))
    _take(meeting)
    paper = Paper(meeting=meeting, item=item, version=1)
    _fill(paper, actor, upload, title)
    if len(queries.papers_of(meeting.id)) >= MOST_PAPERS:
        raise DomainError(_("A meeting has at most %(count)s papers.", count=MOST_PAPERS), "file")
    # Who presents a line does not choose what goes to everybody by mail.
    goes = goes_with_notice and policy.may_add_paper(actor, meeting, None)
    return _keep(actor, paper, upload, goes, "meeting.paper_added")


def replace_paper(
    actor: Person, paper: Paper, upload: Upload, *, title: str = "", goes_with_notice: bool | None = None
) -> Paper:
    """Give the paper a new version. Raises DomainError if somebody else has replaced or removed it meanwhile."""
    allow(policy.may_change_paper(actor, paper))
    _take(paper.meeting)
    db.session.refresh(paper)
    _insist_newest(paper)
    newer = Paper(meeting=paper.meeting, item=paper.item, version=paper.version + 1, replaces_id=paper.id)
    _fill(newer, actor, upload, title or paper.title)
    chooses = goes_with_notice is not None and policy.may_add_paper(actor, paper.meeting, None)
    goes = bool(goes_with_notice) if chooses else paper.goes_with_notice
    return _keep(actor, newer, upload, goes, "meeting.paper_replaced")


def remove_paper(actor: Person, paper: Paper) -> None:
    """Take the paper off with all its versions; `restore_paper` puts it back."""
    allow(policy.may_change_paper(actor, paper))
    _take(paper.meeting)
    if paper.removed_at is not None:
        return
    _insist_newest(paper)
    now = clock.now()
    for version in queries.versions_of(paper):
        version.removed_at = now
    db.session.flush()
    record(actor, "meeting.paper_removed", paper.meeting, paper=paper.title)


def restore_paper(actor: Person, paper: Paper) -> None:
    """Put a removed paper back with all its versions."""
    allow(policy.may_change_paper(actor, paper))
    _take(paper.meeting)
    if paper.removed_at is None:
        return
    for version in queries.versions_of(paper):
        version.removed_at = None
    _insist_mailable(paper)
    db.session.flush()
    record(actor, "meeting.paper_restored", paper.meeting, paper=paper.title)


def mark_paper(actor: Person, paper: Paper, *, goes_with_notice: bool) -> None:
    """Let the notices from now on carry the paper, or not."""
    allow(policy.may_add_paper(actor, paper.meeting, None))
    _take(paper.meeting)
    if paper.goes_with_notice == goes_with_notice:
        return
    paper.goes_with_notice = goes_with_notice
    _insist_mailable(paper)
    db.session.flush()
    record(actor, "meeting.paper_marked", paper.meeting, paper=paper.title, with_notice=goes_with_notice)


def open_paper(actor: Person, paper: Paper) -> Paper:
    """Hand the paper out; of a secret meeting the log keeps who read it. Raises Missing for whoever may not read it."""
    off = paper.removed_at is not None or (paper.item is not None and paper.item.removed_at is not None)
    if off or not policy.may_read_papers(actor, paper.meeting):
        raise Missing(_("There is no such paper."))
    if paper.meeting.is_secret:
        record(actor, "meeting.paper_read", paper.meeting, paper=paper.title, version=paper.version)
    return paper


def note_reading(attendee: Attendee, paper: Paper) -> None:
    """Of a secret meeting the log also keeps who read a paper by the signed link in their mail."""
    if paper.meeting.is_secret:
        record(
            attendee.person, "meeting.paper_read", paper.meeting, paper=paper.title, version=paper.version,
            person=attendee.name, way="link",
        )


def _take(meeting: Meeting) -> None:
    """Lock the meeting, and make sure that it takes papers."""
    lock(meeting)
    insist_standing(meeting)
    if meeting.closed_at is not None:
        raise DomainError(_("This meeting is closed."))


def _line(meeting: Meeting, item_id: int | None) -> AgendaItem | None:
    if item_id is None:
        return None
    item = db.session.get(AgendaItem, item_id)
    if item is None or item.meeting_id != meeting.id or item.removed_at is not None:
        raise Missing(_("There is no such line any more."))
    return item


def _fill(paper: Paper, actor: Person, upload: Upload, title: str) -> None:
    name, media_type = checked(upload)
    paper.file_name, paper.media_type, paper.size = name, media_type, len(upload.content)
    paper.title = (one_line(title) or name.rpartition(".")[0] or name)[:LONGEST_NAME]
    paper.added_by, paper.added_at = actor, clock.now()


def _keep(actor: Person, paper: Paper, upload: Upload, goes_with_notice: bool, action: str) -> Paper:
    paper.goes_with_notice = goes_with_notice
    paper.content_hash = files.keep(upload.content)
    db.session.add(paper)
    db.session.flush()
    _insist_mailable(paper)
    line = paper.item.title if paper.item else ""
    record(actor, action, paper.meeting, paper=paper.title, version=paper.version, line=line, file=paper.file_name)
    return paper


def _insist_newest(paper: Paper) -> None:
    if paper.removed_at is not None:
        raise DomainError(_("Somebody else has removed this paper meanwhile."))
    if not queries.newest_of(paper):
        raise DomainError(_("Somebody else has added a newer version meanwhile. Look at it first."))


def _insist_mailable(paper: Paper) -> None:
    db.session.flush()
    if paper.goes_with_notice:
        weight = sum(one.size for one in queries.notice_papers(paper.meeting_id))
        if weight > LARGEST_NOTICE:
            raise DomainError(
                _("All papers that go with the notice have %(count)s MB at most together.",
                  count=LARGEST_NOTICE // MEGABYTE),
                "goes_with_notice",
            )
