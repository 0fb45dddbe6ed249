"""Files that bear a report out: what may be one is what may be a paper."""

from collections.abc import Collection, Sequence

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import files
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.uploads import LARGEST, MEGABYTE, Upload, checked
from portal.resolutions.models import ProgressReport, ReportFile

# Of all files of one report; a request holds them all, and the words besides.
MOST_FILES = 10
MOST_SENT = LARGEST + MEGABYTE


def attach(actor: Person, report: ProgressReport, uploads: Sequence[Upload], dropped: Collection[int] = ()) -> None:
    """Keep these files with the report, without those of the ids that are dropped.

    Raises DomainError naming `file` for what may be no paper, or for too many.
    """
    report.files = [file for file in report.files if file.id not in dropped]
    if len(report.files) + len(uploads) > MOST_FILES:
        raise DomainError(_("A report has at most %(count)s files.", count=MOST_FILES), "file")
    for upload in uploads:
        name, media_type = checked(upload)
        report.files.append(
            ReportFile(
                content_hash=files.keep(upload.content), file_name=name, media_type=media_type,
                size=len(upload.content),
            )
        )
        record(actor, "resolution.report_file_added", report.resolution, file=name)
    db.session.flush()
