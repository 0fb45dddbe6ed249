"""Putting one's name to a clause of a meeting or of the organisation, setting one aside, and taking either back."""

from typing import Any

from flask import Response, abort, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge

from portal.accounts.session import me
from portal.compliance import commands, policy, queries
from portal.compliance.forms import HouseSignOffForm, SetAsideForm, SignOffForm
from portal.compliance.holders import hand_of
from portal.compliance.models import Said, SignOff
from portal.compliance.views import bp, names, opened
from portal.core.access import allow
from portal.core.db import db, expect_only_reads
from portal.core.errors import DomainError, Missing
from portal.core.file_types import ENDINGS
from portal.core.i18n import gettext as _
from portal.core.uploads import LARGEST, MEGABYTE
from portal.meetings.models import Meeting
from portal.meetings.pages import meeting_page
from portal.regulations.profiles import Clause
from portal.web import errors
from portal.web.files import file_response
from portal.web.forms import Form
from portal.web.fragments import carry_out, done, page

UPLOADS = {"compliance.sign", "compliance.sign_for_house"}


@bp.url_value_preprocessor
def let_files_in(endpoint: str | None, _values: Any) -> None:
    """Only where proofs are given may a request be that large; the form around the file needs some room too."""
    if endpoint in UPLOADS:
        request.max_content_length = LARGEST + MEGABYTE


@bp.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> Response:
    """The form with the words beside its field: nothing of what was sent has been read."""
    words = _("A file has %(count)s MB at most.", count=LARGEST // MEGABYTE)
    if request.endpoint not in UPLOADS:
        return errors.answer(413, words)
    expect_only_reads(True)
    try:
        response = _refused(words, **(request.view_args or {}))
    except DomainError as refusal:
        return errors.answer(404, str(refusal))
    response.status_code = 413
    # A piece that is refused goes back where it came from, not among the messages.
    response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#dialog", "innerHTML"
    return response


def _refused(words: str, clause_id: str, meeting_id: int | None = None) -> Response:
    form = SignOffForm(formdata=None) if meeting_id else HouseSignOffForm(formdata=None)
    form.refuse(DomainError(words, "file"))
    meeting = opened(meeting_id) if meeting_id else None
    clause = queries.clause_of(meeting, clause_id) if meeting else queries.house_clause(clause_id)
    allow(policy.may_sign(hand_of(me()), clause, meeting))
    return _form("compliance/sign.html", meeting, clause, form) if meeting else _house_form(clause, form)


# --- Of a meeting ---


@bp.route("/meetings/<int:meeting_id>/compliance/<clause_id>/sign-off", methods=["GET", "POST"])
def sign(meeting_id: int, clause_id: str) -> Response:
    """Say that the clause was kept, with what proves it."""
    meeting = opened(meeting_id)
    clause, form = queries.clause_of(meeting, clause_id), SignOffForm()
    allow(policy.may_sign(hand_of(me()), clause, meeting))
    if form.validate_on_submit() and carry_out(
        form, commands.sign, me(), clause_id, meeting, form.words.data, upload=form.upload()
    ):
        return _signed(meeting, clause)
    return _form("compliance/sign.html", meeting, clause, form)


@bp.route("/meetings/<int:meeting_id>/compliance/<clause_id>/exemption", methods=["GET", "POST"])
def set_aside(meeting_id: int, clause_id: str) -> Response:
    """Say why the clause does not apply to the meeting."""
    meeting = opened(meeting_id)
    clause, form = queries.clause_of(meeting, clause_id), SetAsideForm()
    allow(policy.may_set_aside(me(), clause))
    if form.validate_on_submit() and carry_out(
        form, commands.set_aside, me(), clause_id, meeting, form.words.data
    ):
        return _signed(meeting, clause)
    return _form("compliance/set_aside.html", meeting, clause, form)


def _form(template: str, meeting: Meeting, clause: Clause, form: Form) -> Response:
    return meeting_page(
        template, block="form", meeting=meeting, clause=clause, form=form, endings=ENDINGS, largest=LARGEST,
        action=request.path, back=_page_of(meeting, clause), **names(),
    )


def _signed(meeting: Meeting, clause: Clause) -> Response:
    words = _("Your name stands under clause %(clause)s.", clause=clause.id)
    return done(words, _page_of(meeting, clause), changed="compliance", focus=f"clause-{clause.id}")


def _page_of(meeting: Meeting, clause: Clause) -> str:
    return url_for(".meeting_compliance", meeting_id=meeting.id, _anchor=f"clause-{clause.id}")


@bp.post("/meetings/<int:meeting_id>/compliance/<clause_id>/sign-off/revocation")
def revoke(meeting_id: int, clause_id: str) -> Response:
    """Take back what stands under somebody's name."""
    meeting = opened(meeting_id)
    signed = queries.standing(meeting.id, clause_id)
    _revoke(signed)
    words = _("The name under clause %(clause)s is taken back.", clause=signed.clause)
    to = url_for(".meeting_compliance", meeting_id=meeting_id, _anchor=f"clause-{signed.clause}")
    return done(words, to, changed="compliance", focus=f"clause-{signed.clause}")


def _revoke(signed: SignOff) -> None:
    if not Form().validate():
        abort(400)
    commands.revoke(me(), signed)
    db.session.commit()
    expect_only_reads(True)


@bp.get("/meetings/<int:meeting_id>/compliance/<clause_id>/proof")
def proof(meeting_id: int, clause_id: str) -> Response:
    """The file that proves it."""
    return _proof(queries.standing(opened(meeting_id).id, clause_id))


def _proof(signed: SignOff) -> Response:
    if signed.content_hash is None or signed.said != Said.KEPT:
        raise Missing(_("There is no such file."))
    return file_response(signed.content_hash, signed.file_name, signed.media_type, signed.at)


# --- Of the organisation ---


@bp.route("/compliance/clauses/<clause_id>/sign-off", methods=["GET", "POST"])
def sign_for_house(clause_id: str) -> Response:
    """Say that the organisation keeps the clause, perhaps until a day."""
    clause, form = queries.house_clause(clause_id), HouseSignOffForm()
    allow(policy.may_sign(hand_of(me()), clause, None))
    if form.validate_on_submit() and carry_out(
        form, commands.sign, me(), clause_id, None, form.words.data, upload=form.upload(), valid_until=form.until
    ):
        words = _("Your name stands under clause %(clause)s.", clause=clause.id)
        return done(words, _house(clause.id), changed="compliance", focus=f"clause-{clause.id}")
    return _house_form(clause, form)


def _house_form(clause: Clause, form: Form) -> Response:
    return page(
        "compliance/sign_for_house.html", block="form", clause=clause, form=form, endings=ENDINGS, largest=LARGEST,
        action=request.path, back=_house(clause.id), **names(),
    )


@bp.post("/compliance/clauses/<clause_id>/sign-off/revocation")
def revoke_for_house(clause_id: str) -> Response:
    """Take back what stands under somebody's name for the organisation."""
    signed = queries.standing(None, clause_id)
    _revoke(signed)
    words = _("The name under clause %(clause)s is taken back.", clause=clause_id)
    return done(words, _house(clause_id), changed="compliance", focus=f"clause-{clause_id}")


@bp.get("/compliance/clauses/<clause_id>/proof")
def proof_for_house(clause_id: str) -> Response:
    """The file that proves it."""
    allow(policy.may_open_house(me()))
    return _proof(queries.standing(None, clause_id))


def _house(clause_id: str) -> str:
    return url_for("compliance.house", _anchor=f"clause-{clause_id}")
