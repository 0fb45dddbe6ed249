"""Files that belong to minutes: papers that were handed round, recordings. With the final minutes they are fixed."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock, files
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError, Missing
from portal.core.i18n import gettext as _
from portal.core.uploads import Upload, checked
from portal.meetings.changing import one_line
from portal.minutes import policy
from portal.minutes.models import FileSort, Minutes, MinutesFile
from portal.minutes.recordings import KINDS, is_recording, largest_for
from portal.minutes.versions import lock

MOST_FILES = 100
LONGEST_TITLE = 200


def add(
    actor: Person, minutes: Minutes, upload: Upload, *, sort: FileSort = FileSort.PAPER, title: str = ""
) -> MinutesFile:
    """Add a file; sound is a recording, whatever it was called. Without a title it is called as its file is.

    Raises NotAllowed, or DomainError: for what no such file may be, for too many, or once the minutes are final.
    """
    _take(actor, minutes)
    name, media_type = checked(upload, KINDS, largest_for(upload.name))
    if is_recording(name):
        sort = FileSort.RECORDING
    elif sort == FileSort.RECORDING:
        raise DomainError(_("A recording is a file of sound: MP3, M4A, WAV or OGG."), "file")
    if len(files_of(minutes.id)) >= MOST_FILES:
        raise DomainError(_("Minutes have at most %(count)s files.", count=MOST_FILES), "file")
    made = MinutesFile(
        minutes_id=minutes.id, sort=sort, title=(one_line(title) or name.rpartition(".")[0] or name)[:LONGEST_TITLE],
        content_hash=files.keep(upload.content), file_name=name, media_type=media_type, size=len(upload.content),
        added_by=actor, added_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    record(actor, "minutes.file_added", minutes, paper=made.title, file=name)
    return made


def remove(actor: Person, minutes: Minutes, file: MinutesFile) -> None:
    """Take the file off; `restore` puts it back. Raises NotAllowed, or DomainError once the minutes are final."""
    _take(actor, minutes)
    if file.removed_at is None:
        file.removed_at = clock.now()
        db.session.flush()
        record(actor, "minutes.file_removed", minutes, paper=file.title, file=file.file_name)


def restore(actor: Person, minutes: Minutes, file: MinutesFile) -> None:
    """Put a removed file back. Raises NotAllowed, or DomainError once the minutes are final."""
    _take(actor, minutes)
    if file.removed_at is not None:
        file.removed_at = None
        db.session.flush()
        record(actor, "minutes.file_restored", minutes, paper=file.title, file=file.file_name)


def note_reading(actor: Person, minutes: Minutes, file: MinutesFile) -> None:
    """Of a secret meeting the log keeps who read a file."""
    if minutes.meeting.is_secret:
        record(actor, "minutes.file_read", minutes, paper=file.title, file=file.file_name)


def files_of(minutes_id: int) -> Sequence[MinutesFile]:
    """Those that were not taken off, in the order of adding, with who added them. One statement."""
    return db.session.scalars(
        select(MinutesFile)
        .options(joinedload(MinutesFile.added_by, innerjoin=True))
        .where(MinutesFile.minutes_id == minutes_id, MinutesFile.removed_at.is_(None))
        .order_by(MinutesFile.id)
    ).all()


def file_in(minutes: Minutes, file_id: int) -> MinutesFile:
    """A file of these minutes, taken off or not; raises Missing."""
    found = db.session.get(MinutesFile, file_id)
    if found is None or found.minutes_id != minutes.id:
        raise Missing(_("There is no such file."))
    return found


def _take(actor: Person, minutes: Minutes) -> None:
    """Make sure that the actor keeps the record, and that nobody makes it final meanwhile."""
    allow(policy.may_keep(actor, minutes.meeting))
    lock(minutes)
    if minutes.final_at is not None:
        raise DomainError(_("These minutes are final: they do not change any more."))
