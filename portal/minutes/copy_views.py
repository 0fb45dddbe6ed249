"""Pages on which final minutes are handed out, and who has read them."""

from collections.abc import Sequence

from flask import Response, request, url_for

from portal.accounts.queries import departments
from portal.accounts.session import me
from portal.core.access import allow
from portal.core.db import db, expect_only_reads
from portal.core.errors import Missing
from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext
from portal.meetings.pages import meeting_page
from portal.minutes import copies, policy, queries
from portal.minutes.copy_forms import HandOutForm
from portal.minutes.models import Minutes, MinutesCopy
from portal.minutes.views import bp
from portal.web.forms import Form
from portal.web.fragments import carry_out, done


def note_opening(minutes: Minutes) -> None:
    """Whoever opens their copy for the first time has read it from then on; for pages that show final minutes."""
    if copies.unread_copy(me(), minutes) is None:
        return
    # It is written down, for which the reading so far has to end.
    db.session.rollback()
    expect_only_reads(False)
    copies.mark_opened(me(), minutes)
    db.session.commit()
    expect_only_reads(True)


@bp.get("/meetings/<int:meeting_id>/minutes/copies")
def minutes_copies(meeting_id: int) -> Response:
    """Who has a copy and who has read it; `?read=yes` and `?read=no` show only those."""
    return _page(_kept(meeting_id), HandOutForm(formdata=None, participants=True))


@bp.post("/meetings/<int:meeting_id>/minutes/copies")
def hand_out_minutes(meeting_id: int) -> Response:
    """Give copies to the participants and to whole departments."""
    minutes, form = _kept(meeting_id), HandOutForm()
    form.offer(departments())
    if not form.validate() or not (made := carry_out(form, _hand_out, minutes, form)):
        return _page(minutes, form)
    words = ngettext("%(num)s person has a copy now.", "%(num)s people have a copy now.", len(made))
    return _done(minutes, words)


def _hand_out(minutes: Minutes, form: HandOutForm) -> Sequence[MinutesCopy]:
    people = [one.id for one in copies.participants_of(minutes)] if form.participants.data else []
    return copies.hand_out(me(), minutes, people, form.departments.data or [])


@bp.post("/meetings/<int:meeting_id>/minutes/copies/reminders")
def remind_readers(meeting_id: int) -> Response:
    """Remind those who have not opened their copy."""
    minutes, form = _kept(meeting_id), Form()
    if not form.validate() or not (count := carry_out(form, copies.remind, me(), minutes)):
        return _page(minutes, HandOutForm(formdata=None, participants=True), reminding=form)
    return _done(minutes, ngettext("%(num)s person was reminded.", "%(num)s people were reminded.", count))


def _done(minutes: Minutes, words: str) -> Response:
    return done(words, url_for("minutes.minutes_copies", meeting_id=minutes.meeting_id), changed="copies")


def _kept(meeting_id: int) -> Minutes:
    """The final minutes, for those who keep the record; raises Missing for strangers and before they are final."""
    minutes = queries.minutes_of(meeting_id)
    if minutes is None or minutes.final_at is None or not policy.may_read(me(), minutes):
        raise Missing(_("There are no final minutes yet."))
    allow(policy.may_keep(me(), minutes.meeting))
    return minutes


def _page(minutes: Minutes, form: HandOutForm, reminding: Form | None = None) -> Response:
    found = copies.copies_of(minutes.id)
    read = [copy for copy in found if copy.read_at is not None]
    unread = [copy for copy in found if copy.read_at is None]
    wanted = request.args.get("read", "")
    shown = {"yes": read, "no": unread}.get(wanted, found)
    offered = [] if minutes.meeting.is_secret else list(departments())
    form.offer(offered)
    refused = reminding is not None and bool(reminding.errors)
    return meeting_page(
        "minutes/copies.html", block="copies", meeting=minutes.meeting, minutes=minutes, form=form,
        reminding=reminding, shown=shown, wanted=wanted, counts=(len(found), len(read), len(unread)),
        participants=copies.participants_of(minutes), have={copy.person_id for copy in found}, departments=offered,
        status=422 if refused else None,
    )
