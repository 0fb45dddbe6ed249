"""The notice of a meeting: its words, its preview, sending it, and urging the silent."""

from typing import Any

from flask import Response, abort, request, url_for

from portal.accounts.session import me
from portal.agenda.queries import notice_papers
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext
from portal.core.records import load
from portal.invitations import lead_time, notice_queries, urging, wording
from portal.invitations.attaching import LARGEST_MAIL, total_size
from portal.invitations.builtin import LAYOUTS
from portal.invitations.builtin import wording as built_in
from portal.invitations.fields import FIELDS
from portal.invitations.models import Layout, MeetingNotice
from portal.invitations.notice_forms import NoticeForm
from portal.invitations.preview import preview
from portal.invitations.sending import send_again, send_notice
from portal.invitations.views import bp
from portal.invitations.writing import OWN_FIELDS, Words
from portal.meetings import policy
from portal.meetings.models import Answer, Attendee, Meeting
from portal.meetings.pages import meeting_page
from portal.meetings.queries import people_in
from portal.web.addresses import record_number
from portal.web.forms import Form
from portal.web.fragments import carry_out, go


@bp.route("/meetings/<int:meeting_id>/notice", methods=["GET", "POST"])
def notice(meeting_id: int) -> Response:
    """The words of the notice beside what one person will see; a POST saves them.

    `?template=` begins with the words of a template, `?as=` is the attendee for whom it is shown.
    """
    meeting = editable(meeting_id)
    if request.method == "POST":
        form = NoticeForm()
        saved = form.validate() and carry_out(
            form, wording.word_notice, me(), meeting, form.wording(), form.own()
        )
        if saved:
            return go(_("The words of the notice are saved."), _address(meeting))
        return _page(meeting, form)
    saved = db.session.get(MeetingNotice, meeting.id)
    words = _chosen(meeting) or saved
    return _page(meeting, _filled(words, saved) if words else None)


@bp.post("/meetings/<int:meeting_id>/notice/preview")
def notice_preview(meeting_id: int) -> Response:
    """What one person would see with the words as they are typed; nothing is saved."""
    meeting = editable(meeting_id)
    form = NoticeForm() if "body" in request.form else None
    if form is not None and form.validate():
        try:
            wording.check(form.wording())
        except DomainError as refusal:
            form.refuse(refusal)
    return _page(meeting, form, block="preview")


@bp.get("/meetings/<int:meeting_id>/notice/sheet")
def notice_sheet(meeting_id: int) -> Response:
    """The notice alone, for printing."""
    meeting = editable(meeting_id)
    saved = db.session.get(MeetingNotice, meeting.id)
    shown = preview(
        meeting, people_in(meeting.id), _wanted(), saved, saved.fields if saved else {}, notice_papers(meeting.id)
    )
    return meeting_page("invitations/sheet.html", block="meeting_content", meeting=meeting, preview=shown)


@bp.post("/meetings/<int:meeting_id>/notice/usual")
def unword(meeting_id: int) -> Response:
    """Go back to the portal's usual words."""
    meeting = editable(meeting_id)
    wording.unword_notice(me(), meeting)
    db.session.commit()
    return go(_("The notice goes out in the usual words."), _address(meeting))


@bp.post("/meetings/<int:meeting_id>/notice/sending")
def send(meeting_id: int) -> Response:
    """Tell those who have not been told."""
    meeting: Meeting = load("meeting", meeting_id, me())
    form = Form()
    told = carry_out(form, send_notice, me(), meeting, reason=request.form.get("reason", ""))
    if told is None:
        saved = db.session.get(MeetingNotice, meeting.id)
        return _page(meeting, _filled(saved, saved) if saved else None, status=422, refusal=form.refusal)
    words = ngettext("The notice is on its way to %(num)s person.", "The notice is on its way to %(num)s people.", told)
    return go(words if told else _("Everyone has been told already."), _address(meeting))


@bp.post("/meetings/<int:meeting_id>/notice/again/<int:attendee_id>")
def again(meeting_id: int, attendee_id: int) -> Response:
    """Send a mail again that was given up."""
    meeting = editable(meeting_id)
    attendee = db.session.get(Attendee, attendee_id) or abort(404)
    send_again(me(), meeting, attendee)
    db.session.commit()
    return go(_("The mail to %(person)s is on its way again.", person=attendee.name), _address(meeting))


@bp.post("/meetings/<int:meeting_id>/notice/urging")
def urge(meeting_id: int) -> Response:
    """Remind those who have not answered."""
    meeting = editable(meeting_id)
    count = urging.urge(me(), meeting)
    db.session.commit()
    return go(ngettext("%(num)s person is reminded.", "%(num)s people are reminded.", count), _address(meeting))


def editable(meeting_id: int) -> Meeting:
    """The meeting, for whoever may change it."""
    meeting: Meeting = load("meeting", meeting_id, me())
    allow(policy.may_edit(me(), meeting))
    return meeting


def _address(meeting: Meeting) -> str:
    return url_for(".notice", meeting_id=meeting.id)


def _wanted() -> int | None:
    return request.values.get("as", type=record_number)


def _chosen(meeting: Meeting) -> Words | None:
    """The words of `?template=`, which is the name of a layout or a template's number."""
    wanted = request.args.get("template", "")
    if wanted in {layout for layout, _label in LAYOUTS}:
        return built_in(Layout(wanted))
    fitting = notice_queries.templates_for(meeting.kind_id) if wanted else []
    return next((template for template in fitting if str(template.id) == wanted), None)


def _filled(words: Words, saved: MeetingNotice | None) -> NoticeForm:
    own = saved.fields if saved else {}
    return NoticeForm(
        formdata=None, layout=words.layout, subject=words.subject, body=words.body,
        english_subject=words.english_subject, english_body=words.english_body,
        **{name: own.get(name, "") for name in OWN_FIELDS},
    )


def _page(meeting: Meeting, form: NoticeForm | None, *, block: str = "notice", **more: Any) -> Response:
    people, papers = people_in(meeting.id), notice_papers(meeting.id)
    states = notice_queries.states(meeting.id, people)
    ahead = meeting.ends_at > clock.now() and meeting.cancelled_at is None and meeting.postponed_at is None
    shown = None
    if form is None or not form.errors:
        words, own = (form.wording(), form.own()) if form else (None, {})
        shown = preview(meeting, people, _wanted(), words, own, papers)
    return meeting_page(
        "invitations/notice.html", block=block, meeting=meeting, form=form, people=people, preview=shown,
        saved=db.session.get(MeetingNotice, meeting.id), templates=notice_queries.templates_for(meeting.kind_id),
        layouts=LAYOUTS, fields=FIELDS, papers=papers, papers_too_large=total_size(papers) > LARGEST_MAIL,
        untold=[one for one in people if one.invited_at is None], ahead=ahead,
        silent=urging.silent_in(people) if ahead else [], states=states,
        failed=[one for one in people if one.id in states and states[one.id].name == "failed"],
        last_day=lead_time.last_day(meeting), is_late=lead_time.is_late(meeting),
        urges=notice_queries.urges_of(meeting.id), coming_urgings=_coming(meeting) if ahead else [],
        may_keep_templates=policy.may_keep_kinds(me()),
        answered=sum(one.answer != Answer.NONE for one in people), **more,
    )


def _coming(meeting: Meeting) -> list[Any]:
    return [at for _days, at in urging.urgings_of(meeting) if at > clock.now()]
