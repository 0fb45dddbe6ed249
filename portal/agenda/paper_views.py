"""Papers: giving them, handing them out, taking them off."""

from typing import Any

from flask import Response, abort, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge

from portal.accounts.session import me
from portal.agenda import papers, policy, queries
from portal.agenda.forms import NoticeMarkForm, PaperForm, SeenForm
from portal.agenda.models import Paper
from portal.agenda.views import agenda_done, agenda_page, bp, item_of
from portal.core.access import allow
from portal.core.db import db, expect_only_reads
from portal.core.errors import DomainError
from portal.core.file_types import ENDINGS
from portal.core.i18n import gettext as _
from portal.core.records import load
from portal.core.uploads import LARGEST, MEGABYTE
from portal.meetings import policy as meetings
from portal.meetings.models import Meeting
from portal.meetings.pages import meeting_page
from portal.web import errors
from portal.web.files import file_response
from portal.web.fragments import carry_out, done

# The form around the file needs some room too.
MOST_SENT = LARGEST + MEGABYTE
UPLOADS = {"agenda.add_paper", "agenda.replace_paper"}


@bp.url_value_preprocessor
def let_files_in(endpoint: str | None, _values: Any) -> None:
    """Only where papers are given may a request be that large. It runs before anything reads the request."""
    if endpoint in UPLOADS:
        request.max_content_length = MOST_SENT


@bp.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> Response:
    """The form with the words beside its field: nothing of what was sent has been read."""
    words = _("A file has %(count)s MB at most.", count=LARGEST // MEGABYTE)
    if request.endpoint not in UPLOADS:
        return errors.answer(413, words)
    expect_only_reads(True)
    try:
        return _refused(words)
    except DomainError as refusal:
        return errors.answer(404, str(refusal))


def _refused(words: str) -> Response:
    values = request.view_args or {}
    form = PaperForm(formdata=None)
    form.refuse(DomainError(words, "file"))
    if request.endpoint == "agenda.replace_paper":
        paper = _paper(values["paper_id"])
        response = _form(paper.meeting, form, replaces=paper)
    else:
        response = _form(load("meeting", values["meeting_id"], me()), form)
    response.status_code = 413
    # A piece that is refused goes back where it came from, not among the messages.
    response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#dialog", "innerHTML"
    return response


@bp.route("/meetings/<int:meeting_id>/papers", methods=["GET", "POST"])
def add_paper(meeting_id: int) -> Response:
    """Give a paper to the line `?item=`, or to the whole meeting."""
    meeting = load("meeting", meeting_id, me())
    wanted = request.args.get("item", "")
    form = PaperForm(**({"item_id": wanted} if wanted else {}))
    _offer(meeting, form)
    if not form.validate_on_submit() or not (paper := carry_out(form, _add, meeting, form)):
        return _form(meeting, form)
    return _done(meeting, _("“%(paper)s” is added.", paper=paper.title), paper)


def _add(meeting: Meeting, form: PaperForm) -> Paper:
    item_id = int(form.item_id.data) if form.item_id.data else None
    return papers.add_paper(
        me(), meeting, form.upload(), item_id=item_id, title=form.title.data,
        goes_with_notice=form.goes_with_notice.data,
    )


@bp.route("/papers/<int:paper_id>/versions", methods=["GET", "POST"])
def replace_paper(paper_id: int) -> Response:
    """Give the paper a new version."""
    paper = _paper(paper_id)
    allow(policy.may_change_paper(me(), paper))
    form = PaperForm(title=paper.title, goes_with_notice=paper.goes_with_notice)
    del form.item_id
    if not form.validate_on_submit() or not (newer := carry_out(form, _replace, paper, form)):
        return _form(paper.meeting, form, replaces=paper)
    words = _("“%(paper)s” has version %(number)s now.", paper=newer.title, number=newer.version)
    return _done(newer.meeting, words, newer)


def _replace(paper: Paper, form: PaperForm) -> Paper:
    return papers.replace_paper(
        me(), paper, form.upload(), title=form.title.data, goes_with_notice=form.goes_with_notice.data
    )


def _offer(meeting: Meeting, form: PaperForm) -> None:
    """The lines that the reader may give papers to; raises NotAllowed if there is none."""
    editor = meetings.may_edit(me(), meeting)
    mine = [
        (str(item.id), f"{number}. {item.title}")
        for number, item in enumerate(queries.lines_of(meeting.id), 1) if editor or item.presenter_id == me().id
    ]
    allow(editor or (bool(mine) and policy.may_add_paper(me(), meeting, item_of(meeting, int(mine[0][0])))))
    form.offer([("", _("the whole meeting")), *mine] if editor else mine)


def _form(meeting: Meeting, form: PaperForm, replaces: Paper | None = None) -> Response:
    if replaces is None and not form.item_id.choices:
        _offer(meeting, form)
    return meeting_page(
        "agenda/paper.html", block="form", meeting=meeting, form=form, replaces=replaces, endings=ENDINGS,
        largest=LARGEST, may_mark=policy.may_add_paper(me(), meeting, None),
    )


def _done(meeting: Meeting, words: str, paper: Paper) -> Response:
    return done(words, url_for("agenda.agenda", meeting_id=meeting.id), changed="agenda", focus=f"paper-{paper.id}")


@bp.get("/papers/<int:paper_id>")
def paper(paper_id: int) -> Response:
    """The file. What a browser shows safely it may show; all else is saved."""
    found = _paper(paper_id)
    if found.meeting.is_secret:
        # The log keeps who read it, for which the reading so far has to end.
        db.session.rollback()
        expect_only_reads(False)
    papers.open_paper(me(), found)
    db.session.commit()
    return paper_response(found)


def paper_response(paper: Paper) -> Response:
    """The file of a paper, for whoever was found to have the right to it."""
    return file_response(paper.content_hash, paper.file_name, paper.media_type, paper.added_at)


@bp.post("/papers/<int:paper_id>/removal")
def remove_paper(paper_id: int) -> Response:
    """Take the paper off with all its versions, and offer to put it back."""
    found, form = _paper(paper_id), SeenForm()
    title = found.title
    if not carry_out(form, _did, papers.remove_paper, found):
        return agenda_page(found.meeting, above=form)
    return agenda_done(found.meeting, _("“%(paper)s” is removed.", paper=title), focus="undo", paper=paper_id)


@bp.post("/papers/<int:paper_id>/restoration")
def restore_paper(paper_id: int) -> Response:
    """Put a removed paper back."""
    found, form = db.session.get(Paper, paper_id) or abort(404), SeenForm()
    load("meeting", found.meeting_id, me())
    if not carry_out(form, _did, papers.restore_paper, found):
        return agenda_page(found.meeting, above=form)
    return agenda_done(found.meeting, _("“%(paper)s” is back.", paper=found.title), focus=f"paper-{paper_id}")


@bp.post("/papers/<int:paper_id>/notice")
def mark_paper(paper_id: int) -> Response:
    """Let the notice carry the paper, or not."""
    found, form = _paper(paper_id), NoticeMarkForm()
    goes = form.goes_with_notice.data
    if not carry_out(form, _did, papers.mark_paper, found, goes_with_notice=goes):
        return agenda_page(found.meeting, above=form)
    words = _("“%(paper)s” goes with the notice.") if goes else _("“%(paper)s” does not go with the notice.")
    return agenda_done(found.meeting, words % {"paper": found.title}, focus=f"mark-{paper_id}")


def _did(command: Any, paper: Paper, **values: Any) -> bool:
    command(me(), paper, **values)
    return True


def _paper(id: int) -> Paper:
    """A paper of a meeting that the reader may see, and that they may read or change."""
    found = db.session.get(Paper, id) or abort(404)
    load("meeting", found.meeting_id, me())
    if found.removed_at is not None or not policy.may_read_papers(me(), found.meeting):
        abort(404)
    return found
