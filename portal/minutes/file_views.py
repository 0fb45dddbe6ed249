"""Files of minutes: giving them, handing them out, taking them off."""

from collections.abc import Callable
from typing import Any

from flask import Response, abort, request, send_file, url_for
from werkzeug.exceptions import RequestEntityTooLarge

from portal.accounts.models import Person
from portal.accounts.session import me
from portal.core import files as kept
from portal.core.access import allow
from portal.core.db import db, expect_only_reads
from portal.core.errors import DomainError, Missing
from portal.core.file_types import type_of
from portal.core.i18n import gettext as _
from portal.core.uploads import LARGEST, MEGABYTE
from portal.meetings.pages import meeting_page
from portal.minutes import files, policy, queries
from portal.minutes.copy_forms import SORTS, MinutesFileForm
from portal.minutes.models import FileSort, Minutes, MinutesFile
from portal.minutes.recordings import ENDINGS, KINDS, LARGEST_RECORDING
from portal.minutes.views import bp
from portal.web import errors
from portal.web.addresses import record_number
from portal.web.forms import Form
from portal.web.fragments import announce, carry_out, done, wants_fragment

# The form around the file needs some room too.
MOST_SENT = LARGEST_RECORDING + MEGABYTE
UPLOAD = "minutes.add_minutes_file"


@bp.url_value_preprocessor
def let_files_in(endpoint: str | None, _values: Any) -> None:
    """Only where files are given may a request be that large. It runs before anything reads the request."""
    if endpoint == UPLOAD:
        request.max_content_length = MOST_SENT


@bp.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> Response:
    """The form with the words beside its field: nothing of what was sent has been read."""
    words = _("A file has %(count)s MB at most.", count=LARGEST_RECORDING // MEGABYTE)
    if request.endpoint != UPLOAD:
        return errors.answer(413, words)
    expect_only_reads(True)
    form = MinutesFileForm(formdata=None)
    form.refuse(DomainError(words, "file"))
    try:
        response = _form(_to_change((request.view_args or {})["meeting_id"]), form)
    except DomainError as refusal:
        return errors.answer(404, str(refusal))
    response.status_code = 413
    # A piece that is refused goes back where it came from, not among the messages.
    response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#dialog", "innerHTML"
    return response


@bp.get("/meetings/<int:meeting_id>/minutes/files")
def minutes_files(meeting_id: int) -> Response:
    """The files of the minutes; `?removed=` is one that can be put back."""
    return _page(_minutes(meeting_id), request.args.get("removed", type=record_number))


def _page(minutes: Minutes, removed: int | None = None) -> Response:
    return meeting_page(
        "minutes/files.html", block="files", meeting=minutes.meeting, **region(me(), minutes, removed)
    )


def region(actor: Person, minutes: Minutes, removed: int | None = None) -> dict[str, Any]:
    """What the list of files shows, on its page as in a panel."""
    may_change = policy.may_write(actor, minutes)
    found = db.session.get(MinutesFile, removed) if removed and may_change else None
    is_off = found is not None and found.minutes_id == minutes.id and found.removed_at is not None
    return {
        "minutes": minutes, "files": files.files_of(minutes.id), "sorts": dict(SORTS), "may_change": may_change,
        "removed": found if is_off else None,
    }


@bp.route("/meetings/<int:meeting_id>/minutes/files/new", methods=["GET", "POST"])
def add_minutes_file(meeting_id: int) -> Response:
    """Add a paper that was handed round, a recording, or something else."""
    minutes = _to_change(meeting_id)
    form = MinutesFileForm()
    if not form.validate_on_submit() or not (added := carry_out(form, _add, minutes, form)):
        return _form(minutes, form)
    return _done(minutes, _("“%(file)s” is added.", file=added.title), focus=f"minutes-file-{added.id}")


def _add(minutes: Minutes, form: MinutesFileForm) -> MinutesFile:
    return files.add(me(), minutes, form.upload(), sort=FileSort(form.sort.data), title=form.title.data)


def _form(minutes: Minutes, form: MinutesFileForm) -> Response:
    return meeting_page(
        "minutes/file.html", block="form", meeting=minutes.meeting, form=form, endings=ENDINGS, largest=LARGEST,
        largest_recording=LARGEST_RECORDING,
    )


@bp.get("/meetings/<int:meeting_id>/minutes/files/<int:file_id>")
def minutes_file(meeting_id: int, file_id: int) -> Response:
    """The file. What a browser shows safely it may show; all else is saved."""
    minutes = _minutes(meeting_id)
    found = files.file_in(minutes, file_id)
    if found.removed_at is not None:
        abort(404)
    if minutes.meeting.is_secret:
        # The log keeps who read it, for which the reading so far has to end.
        db.session.rollback()
        expect_only_reads(False)
        files.note_reading(me(), minutes, found)
        db.session.commit()
    kind = type_of(found.file_name, KINDS)
    response = send_file(
        kept.place_of(found.content_hash), mimetype=found.media_type, download_name=found.file_name,
        as_attachment=kind is None or not kind.is_shown, etag=found.content_hash, last_modified=found.added_at,
    )
    response.headers["Content-Type"] = found.media_type
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.post("/meetings/<int:meeting_id>/minutes/files/<int:file_id>/removal")
def remove_minutes_file(meeting_id: int, file_id: int) -> Response:
    """Take the file off; the page offers to put it back."""
    return _changed(meeting_id, file_id, files.remove, lambda title: _("“%(file)s” is removed.", file=title))


@bp.post("/meetings/<int:meeting_id>/minutes/files/<int:file_id>/restoration")
def restore_minutes_file(meeting_id: int, file_id: int) -> Response:
    """Put a removed file back."""
    return _changed(meeting_id, file_id, files.restore, lambda title: _("“%(file)s” is back.", file=title))


def _changed(
    meeting_id: int, file_id: int, command: Callable[..., None], said: Callable[[str], str]
) -> Response:
    minutes, form = _to_change(meeting_id), Form()
    found = files.file_in(minutes, file_id)
    title = found.title
    if not form.validate():
        abort(400)
    command(me(), minutes, found)
    db.session.commit()
    expect_only_reads(True)
    removed = file_id if command is files.remove else None
    if not wants_fragment():
        return done(said(title), _address(meeting_id, removed))
    return announce(_page(minutes, removed), said(title), focus="undo" if removed else f"minutes-file-{file_id}")


def _done(minutes: Minutes, words: str, focus: str) -> Response:
    return done(words, _address(minutes.meeting_id), changed="minutes-files", focus=focus)


def _address(meeting_id: int, removed: int | None = None) -> str:
    return url_for("minutes.minutes_files", meeting_id=meeting_id, removed=removed)


def _minutes(meeting_id: int) -> Minutes:
    """The minutes of that meeting, for whoever may read them; raises Missing for all others."""
    minutes = queries.minutes_of(meeting_id)
    if minutes is None or not policy.may_read(me(), minutes):
        raise Missing(_("There are no minutes yet."))
    return minutes


def _to_change(meeting_id: int) -> Minutes:
    """The same for those who keep the record; raises NotAllowed for other readers."""
    minutes = _minutes(meeting_id)
    allow(policy.may_keep(me(), minutes.meeting))
    return minutes
