"""Reports of one resolution: handed in, signed, given back; and their files."""

from typing import Any

from flask import Response, abort, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge

from portal.accounts.session import me
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.uploads import LARGEST, MEGABYTE
from portal.resolutions import reporting
from portal.resolutions.models import ProgressReport, ReportFile, Resolution
from portal.resolutions.report_files import MOST_SENT
from portal.resolutions.report_forms import ReportForm, ReturnForm, VersionForm
from portal.resolutions.report_region import may_read, report_region
from portal.resolutions.views import bp, resolution_page, seen
from portal.web import errors
from portal.web.files import file_response
from portal.web.forms import Form
from portal.web.fragments import announce, carry_out, go, wants_fragment

UPLOADS = {"resolutions.report"}


@bp.url_value_preprocessor
def let_files_in(endpoint: str | None, _values: Any) -> None:
    """Only where a report is handed in may a request be that large. It runs before anything reads the request."""
    if endpoint in UPLOADS:
        request.max_content_length = MOST_SENT


@bp.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> Response:
    """The browser refuses large files before they travel, so that nothing typed is lost; nothing was read of this."""
    return errors.answer(413, _("All files of a report have %(count)s MB at most.", count=LARGEST // MEGABYTE))


@bp.post("/resolutions/<int:resolution_id>/reports")
def report(resolution_id: int) -> Response:
    """Say how far it has come, or that nothing has changed."""
    found, form = seen(resolution_id), ReportForm()
    if "nothing_new" in request.form:
        if carry_out(form, reporting.report_nothing_new, me(), found, seen=form.seen.data):
            return _done(found, _("Your report is kept."))
    elif form.validate() and carry_out(form, reporting.report, me(), found, **form.values()):
        return _done(found, _("Your report is kept."))
    return resolution_page(found, form)


@bp.post("/resolutions/<int:resolution_id>/reports/<int:report_id>/signature")
def sign_report(resolution_id: int, report_id: int) -> Response:
    """Let the report count as it stands."""
    made, form = _report(resolution_id, report_id), VersionForm()
    if carry_out(form, _signed, made, form.seen.data):
        return _done(made.resolution, _("The report is signed."))
    return _refused(made.resolution, form)


def _signed(made: ProgressReport, seen: str | None) -> ProgressReport:
    reporting.sign(me(), made, seen=seen)
    return made


@bp.post("/resolutions/<int:resolution_id>/reports/<int:report_id>/return")
def return_report(resolution_id: int, report_id: int) -> Response:
    """Give the report back to its owner, and say why."""
    made, form = _report(resolution_id, report_id), ReturnForm()
    if form.validate() and carry_out(form, _returned, made, form.words.data):
        return _done(made.resolution, _("The report is given back."))
    return _refused(made.resolution, form, returning=form)


def _returned(made: ProgressReport, said: str) -> ProgressReport:
    reporting.return_report(me(), made, said)
    return made


@bp.get("/resolutions/<int:resolution_id>/files/<int:file_id>")
def report_file(resolution_id: int, file_id: int) -> Response:
    """A file of a report, for those who may read it."""
    found = db.session.get(ReportFile, file_id) or abort(404)
    made = _report(resolution_id, found.report_id)
    return file_response(found.content_hash, found.file_name, found.media_type, made.reported_at)


def _report(resolution_id: int, report_id: int) -> ProgressReport:
    """A report that the reader may read, of a resolution that they may see."""
    resolution, made = seen(resolution_id), db.session.get(ProgressReport, report_id)
    if made is None or made.resolution_id != resolution.id or not may_read(me(), made):
        abort(404)
    return made


def _done(found: Resolution, words: str) -> Response:
    if not wants_fragment():
        return go(words, url_for(".resolution", resolution_id=found.id))
    return announce(resolution_page(found), words, focus="reports-title")


def _refused(found: Resolution, said: Form, **more: Any) -> Response:
    """The page as it stands now, with what was said of a button in it."""
    form = report_region(me(), found)["form"]
    for words in said.form_errors:
        form.refuse(DomainError(words))
    response = resolution_page(found, form, **more)
    response.status_code = 422
    return response
