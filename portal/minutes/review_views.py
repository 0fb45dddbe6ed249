"""Pages on which minutes are reviewed, made final and added to."""

from collections.abc import Callable
from typing import Any

from flask import Response, request

from portal.accounts.session import me
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.minutes import reviewing
from portal.minutes.forms import AddendumForm, CommentForm, ReturnForm
from portal.minutes.models import Minutes
from portal.minutes.views import bp
from portal.minutes.writing_views import address, minutes_page, written
from portal.web.addresses import record_number
from portal.web.forms import Form
from portal.web.fragments import carry_out, done, go, wants_fragment


@bp.post("/meetings/<int:meeting_id>/minutes/submission")
def submission(meeting_id: int) -> Response:
    """Ask the chair to review them."""
    return _step(meeting_id, reviewing.submit, _("The minutes are in review."))


@bp.post("/meetings/<int:meeting_id>/minutes/return")
def give_back(meeting_id: int) -> Response:
    """Make them a draft again, and say why."""
    minutes, form = written(meeting_id), ReturnForm()
    if form.validate():
        carry_out(form, reviewing.give_back, me(), minutes, form.words.data)
    if form.errors:
        return minutes_page(minutes.meeting, minutes, return_form=form, form=form)
    return go(_("The minutes are a draft again."), address(meeting_id))


@bp.post("/meetings/<int:meeting_id>/minutes/final")
def final(meeting_id: int) -> Response:
    """Freeze them, and issue what the meeting resolved."""
    return _step(meeting_id, reviewing.make_final, _("The minutes are final."))


def _step(meeting_id: int, command: Callable[[Any, Minutes], None], words: str) -> Response:
    minutes, form = written(meeting_id), Form()
    carry_out(form, command, me(), minutes)
    if form.errors:
        return minutes_page(minutes.meeting, minutes, form=form)
    return go(words, address(meeting_id))


@bp.post("/meetings/<int:meeting_id>/minutes/comments")
def comment(meeting_id: int) -> Response:
    """Say something of a line (`?line=`), or of the whole."""
    minutes, form = written(meeting_id), CommentForm()
    line_id = request.args.get("line", type=record_number)
    if form.validate() and carry_out(form, reviewing.comment, me(), minutes, form.words.data, line_id):
        return done(_("Your comment is kept."), address(meeting_id, _anchor=_place(line_id)), changed="minutes")
    if wants_fragment():
        # Its form stays as it is; the words go where messages are shown.
        raise DomainError(" ".join(str(error) for errors in form.errors.values() for error in errors))
    return minutes_page(minutes.meeting, minutes, comment_form=form, commented=line_id or 0, form=form)


@bp.post("/meetings/<int:meeting_id>/minutes/comments/<int:comment_id>/settlement")
def settlement(meeting_id: int, comment_id: int) -> Response:
    """Say that a comment is dealt with."""
    found = reviewing.settle(me(), written(meeting_id), comment_id)
    db.session.commit()
    return done(_("The comment is settled."), address(meeting_id, _anchor=_place(found.line_id)), changed="minutes")


def _place(line_id: int | None) -> str:
    return f"line-{line_id}" if line_id else "whole"


@bp.post("/meetings/<int:meeting_id>/minutes/addenda")
def addendum(meeting_id: int) -> Response:
    """Correct or add something after they are final."""
    minutes, form = written(meeting_id), AddendumForm()
    if form.validate() and carry_out(form, reviewing.add_addendum, me(), minutes, form.words.data):
        return go(_("The addendum is added."), address(meeting_id))
    return minutes_page(minutes.meeting, minutes, addendum_form=form, form=form)
