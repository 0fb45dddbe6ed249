"""Versions of minutes side by side, and the files that minutes are exported to."""

from collections.abc import Sequence

from flask import Response, abort, request, url_for

from portal.accounts.session import me
from portal.core.access import allow
from portal.core.i18n import gettext as _
from portal.core.i18n import reader
from portal.meetings.pages import meeting_page
from portal.minutes import contents, copies, pdf, plain, policy, queries, versions
from portal.minutes.copy_views import note_opening
from portal.minutes.differences import differences
from portal.minutes.models import Minutes, MinutesVersion
from portal.minutes.sheet import Sheet, sheet_of
from portal.minutes.views import bp
from portal.web.addresses import record_number
from portal.web.documents import PDF, attachment, face_for
from portal.web.forms import Form
from portal.web.fragments import carry_out, done

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MEDIA_TYPES = {"docx": DOCX, "pdf": PDF, "txt": "text/plain; charset=utf-8"}

bp.add_app_template_global(sheet_of, "minutes_sheet")


@bp.get("/meetings/<int:meeting_id>/minutes.<any(docx, pdf, txt):form>")
def exported(meeting_id: int, form: str) -> Response:
    """The minutes as a file in the reader's language: what was frozen if they are final, else a draft."""
    minutes = minutes_read(meeting_id)
    note_opening(minutes)
    sheet = sheet_of(
        contents.shown(minutes, me()), contents.addenda_of(minutes.id), copies.units_of(copies.copies_of(minutes.id))
    )
    return attachment(_file(sheet, form), MEDIA_TYPES[form], f"{sheet.file_title}.{form}")


def _file(sheet: Sheet, form: str) -> bytes:
    if form == "docx":
        # It takes a moment to load, and most processes never write one.
        from portal.minutes import docx  # noqa: PLC0415

        return docx.written(sheet)
    return pdf.written(sheet, face_for(reader().locale)) if form == "pdf" else plain.written(sheet)


def minutes_read(meeting_id: int) -> Minutes:
    """The minutes of that meeting; 404 for whoever may not read them as they are."""
    minutes = queries.minutes_of(meeting_id)
    return minutes if minutes is not None and policy.may_read(me(), minutes) else abort(404)


def minutes_kept(meeting_id: int) -> Minutes:
    """The minutes, for those who keep the record; 404 for strangers, NotAllowed for other readers."""
    minutes = minutes_read(meeting_id)
    allow(policy.may_keep(me(), minutes.meeting))
    return minutes


# --- Versions ---


@bp.get("/meetings/<int:meeting_id>/minutes/versions")
def minutes_versions(meeting_id: int) -> Response:
    """All that were kept; two of them can be told apart."""
    return _versions_page(minutes_kept(meeting_id), Form(formdata=None))


@bp.post("/meetings/<int:meeting_id>/minutes/versions")
def keep_minutes(meeting_id: int) -> Response:
    """Keep a version of the draft as it is now."""
    minutes, form = minutes_kept(meeting_id), Form()
    if not form.validate() or not (kept := carry_out(form, versions.keep, me(), minutes)):
        return _versions_page(minutes, form)
    words = _("Version %(number)s is kept.", number=kept.number)
    return done(words, url_for("minutes.minutes_versions", meeting_id=meeting_id), changed="versions")


def _versions_page(minutes: Minutes, form: Form) -> Response:
    return meeting_page(
        "minutes/versions.html", block="versions", meeting=minutes.meeting, minutes=minutes, form=form,
        versions=versions.versions_of(minutes.id), why=versions.WHY,
    )


@bp.get("/meetings/<int:meeting_id>/minutes/differences")
def minutes_difference(meeting_id: int) -> Response:
    """What differs from version `?from=` to version `?to=`, by default from the last but one to the last.

    `?all=1` shows what is the same too.
    """
    minutes = minutes_kept(meeting_id)
    kept = versions.versions_of(minutes.id)
    if len(kept) < 2:
        abort(404)
    before, after = _chosen(kept, "from", kept[1]), _chosen(kept, "to", kept[0])
    rows = differences(*(contents.veiled(one.content, minutes, me()) for one in (before, after)))
    return meeting_page(
        "minutes/difference.html", block="difference", meeting=minutes.meeting, minutes=minutes, versions=kept,
        before=before, after=after, rows=rows, shows_all=request.args.get("all") == "1",
    )


def _chosen(kept: Sequence[MinutesVersion], name: str, otherwise: MinutesVersion) -> MinutesVersion:
    number = request.args.get(name, type=record_number)
    if number is None:
        return otherwise
    return next((one for one in kept if one.number == number), None) or abort(404)
