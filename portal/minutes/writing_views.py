"""The page of the minutes: opened, written line by line, saved as one types, and read once they are final."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, jsonify, make_response, render_template, request, url_for

from portal.accounts.session import me
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db, expect_only_reads
from portal.core.errors import DomainError, Missing, NotAllowed
from portal.core.i18n import clock_time
from portal.core.i18n import gettext as _
from portal.core.records import load
from portal.meetings.kinds import kind_of
from portal.meetings.models import Meeting
from portal.meetings.pages import meeting_page
from portal.minutes import commands, contents, policy, presence, queries
from portal.minutes.commands import Clash, Typed, mark_of
from portal.minutes.copy_views import note_opening
from portal.minutes.editor import (
    FRAME_TEXTS,
    LINE_TEXTS,
    Editor,
    Piece,
    Refused,
    editor_of,
    piece_of_frame,
    piece_of_line,
)
from portal.minutes.forms import AddendumForm, CommentForm, LineForm, ReturnForm, WritingForm
from portal.minutes.models import Minutes, MinutesLine, State
from portal.minutes.views import bp
from portal.web.forms import Form
from portal.web.fragments import carry_out, done, go


@bp.get("/meetings/<int:meeting_id>/minutes", endpoint="minutes")
def show(meeting_id: int) -> Response:
    """The editor for those who keep the record; for all others who may read them, the final minutes."""
    meeting, minutes = seen(meeting_id)
    if minutes is not None:
        note_opening(minutes)
    return minutes_page(meeting, minutes)


@bp.post("/meetings/<int:meeting_id>/minutes")
def open_minutes(meeting_id: int) -> Response:
    """Begin them, with a line for each of the agenda."""
    meeting: Meeting = load("meeting", meeting_id, me())
    allow(policy.may_keep(me(), meeting))
    form = Form()
    if carry_out(form, commands.open_minutes, me(), meeting) is None:
        return minutes_page(meeting, None, form=form)
    return go(_("The minutes are open. What you type is saved as you go."), address(meeting_id))


def seen(meeting_id: int) -> tuple[Meeting, Minutes | None]:
    """The meeting and its minutes, for those who may read them as they are; others get 403, strangers 404."""
    minutes = queries.minutes_of(meeting_id)
    if minutes is not None and policy.may_read(me(), minutes):
        return minutes.meeting, minutes
    meeting: Meeting = load("meeting", meeting_id, me())
    allow(policy.may_keep(me(), meeting))
    return meeting, minutes


def written(meeting_id: int) -> Minutes:
    """The minutes, for those who keep the record; raises Missing or NotAllowed for others."""
    meeting, minutes = seen(meeting_id)
    allow(policy.may_keep(me(), meeting))
    if minutes is None:
        raise Missing(_("There are no minutes yet."))
    return minutes


def address(meeting_id: int, **more: Any) -> str:
    return url_for("minutes.minutes", meeting_id=meeting_id, **more)


def minutes_page(meeting: Meeting, minutes: Minutes | None, **more: Any) -> Response:
    """The whole page in the state that the minutes are in, with the forms that were refused if some were."""
    context: dict[str, Any] = {
        "minutes": minutes, "may_keep": policy.may_keep(me(), meeting), "has_begun": policy.has_begun(meeting),
        "form": None, "addendum_form": None, "addenda": [], **more,
    }
    if minutes is None:
        return meeting_page("minutes/opening.html", block="minutes", meeting=meeting, **context)
    context["may_finish"] = minutes.state == State.REVIEW and policy.may_finish(me(), minutes)
    if minutes.final_at is not None:
        context["addendum_form"] = context["addendum_form"] or AddendumForm(formdata=None)
        context["addenda"] = contents.addenda_of(minutes.id)
        return meeting_page(
            "minutes/final.html", block="minutes", meeting=meeting, content=contents.shown(minutes, me()), **context
        )
    return meeting_page(
        "minutes/minutes.html", block="minutes", meeting=meeting, presence=presence.of_meeting(meeting),
        **_editing(minutes, context.pop("refused", None)), **{**_forms(), **context},
    )


def _editing(minutes: Minutes, refused: Refused | None = None) -> dict[str, Any]:
    """What the editor and its pieces show."""
    return {
        "editor": editor_of(minutes, me(), refused), "has_votes": kind_of(minutes.meeting).has_votes,
        "is_review": minutes.state == State.REVIEW, "refused": refused,
        "chairs": [person.name for person in policy.chairs_of(minutes.meeting_id)],
    }


def _forms() -> dict[str, Form]:
    return {
        "line_form": LineForm(formdata=None), "comment_form": CommentForm(formdata=None),
        "return_form": ReturnForm(formdata=None),
    }


# --- Writing: by a form, or as one types ---


@bp.post("/meetings/<int:meeting_id>/minutes/lines/<int:line_id>")
def write_line(meeting_id: int, line_id: int) -> Response:
    """Keep discussion and conclusion of a line; a page that saves as one types sends one of them."""
    minutes = written(meeting_id)
    line = commands.line_in(minutes, line_id)

    def write(typed: Mapping[str, Typed]) -> Piece:
        return piece_of_line(commands.write_line(me(), minutes, line_id, typed), me())

    return _write(minutes, line, ("title", *LINE_TEXTS), write)


@bp.post("/meetings/<int:meeting_id>/minutes/words")
def write_frame(meeting_id: int) -> Response:
    """Keep the opening or the closing words."""
    minutes = written(meeting_id)

    def write(typed: Mapping[str, Typed]) -> Piece:
        kept = commands.write_frame(me(), minutes, typed)
        return piece_of_frame(kept, next(iter(typed), "opening"), me())

    return _write(minutes, minutes, FRAME_TEXTS, write)


def _write(
    minutes: Minutes, into: Minutes | MinutesLine, names: tuple[str, ...], write: Callable[[Mapping[str, Typed]], Piece]
) -> Response:
    form, meeting_id = WritingForm(), minutes.meeting_id
    line_id = into.id if isinstance(into, MinutesLine) else 0
    typed = _chosen(form.typed(*names), into)
    try:
        _insist_sound(form)
        piece = write(typed)
        db.session.commit()
    except (NotAllowed, Missing):
        raise
    except DomainError as error:
        db.session.rollback()
        return _refuse(minutes, Refused(line_id, {name: one.text for name, one in typed.items()}, error))
    finally:
        expect_only_reads(True)
    said = _("Saved %(time)s", time=clock_time(clock.now()))
    if _is_autosave():
        marks = {text.name: text.seen for text in piece.texts}
        return jsonify(said=said, seen=marks, known=piece.known)
    return done(said, address(meeting_id, _anchor=piece.key), changed="minutes")


def _is_autosave() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _chosen(typed: Mapping[str, Typed], into: Minutes | MinutesLine) -> dict[str, Typed]:
    """What is to be kept after two texts were shown side by side without JavaScript."""
    kept = dict(typed)
    for name, one in typed.items():
        choice = request.form.get(f"choice_{name}", "")
        if choice == "theirs":
            del kept[name]
        elif choice == "both":
            kept[name] = Typed(f"{getattr(into, name)}\n\n{one.text}", one.seen)
    return kept


def _insist_sound(form: WritingForm) -> None:
    """Raise DomainError for characters that cannot be shown."""
    if not form.validate():
        name, errors = next(iter(form.errors.items()))
        raise DomainError(" ".join(map(str, errors)), name)


def _refuse(minutes: Minutes, refused: Refused) -> Response:
    """Two texts side by side, or why nothing was kept; what was typed stays."""
    if not _is_autosave():
        return minutes_page(minutes.meeting, minutes, refused=refused, status=422)
    if not isinstance(refused.error, Clash):
        return make_response(str(refused.error), 422)
    into = commands.line_in(minutes, refused.line_id) if refused.line_id else minutes
    html = [
        render_template(
            "minutes/_clash.html", name=name, mine=refused.typed[name], theirs=theirs, mark=mark_of(theirs), into=into
        )
        for name, theirs in refused.error.theirs.items()
    ]
    return make_response("".join(html), 409)


# --- What others have changed meanwhile ---


@bp.get("/meetings/<int:meeting_id>/minutes/changes")
def changes(meeting_id: int) -> Response:
    """The pieces of the editor whose state the page does not know: `?known=` of each that it has."""
    minutes = written(meeting_id)
    known = set(request.args.getlist("known"))
    editing = _editing(minutes)
    editor: Editor = editing["editor"]
    if _all_known(editor) <= known:
        return make_response("", 204)
    return make_response(
        render_template(
            "minutes/_changes.html", minutes=minutes, meeting=minutes.meeting, known=known, oob=True,
            may_finish=minutes.state == State.REVIEW and policy.may_finish(me(), minutes), **editing, **_forms(),
        )
    )


def _all_known(editor: Editor) -> set[str]:
    pieces = [editor.opening, editor.closing, *(view.piece for view in editor.lines)]
    return {editor.known, editor.whole_known, *(one.known for one in pieces), *(view.known for view in editor.lines)}


# --- Lines that were on no agenda ---


@bp.post("/meetings/<int:meeting_id>/minutes/lines")
def add_line(meeting_id: int) -> Response:
    """Minute something that was on no agenda."""
    minutes, form = written(meeting_id), LineForm()
    if form.validate() and (line := carry_out(form, commands.add_line, me(), minutes, form.title.data)):
        return go(_("“%(line)s” is added.", line=line.title), address(meeting_id, _anchor=f"line-{line.id}"))
    return minutes_page(minutes.meeting, minutes, line_form=form, form=form)


@bp.post("/meetings/<int:meeting_id>/minutes/lines/<int:line_id>/removal")
def remove_line(meeting_id: int, line_id: int) -> Response:
    """Take such a line off again, if nothing is written on it."""
    minutes = written(meeting_id)
    commands.remove_line(me(), minutes, line_id)
    db.session.commit()
    return go(_("The line is taken off."), address(meeting_id))
