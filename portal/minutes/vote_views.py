"""What hangs on a line of the minutes: its votes, and what was resolved."""

from flask import Response, url_for

from portal.accounts.queries import departments, everybody
from portal.accounts.session import me
from portal.core.db import db
from portal.core.errors import Missing
from portal.core.i18n import gettext as _
from portal.minutes import commands, presence, votes
from portal.minutes.forms import VoteForm
from portal.minutes.models import Minutes, MinutesLine, Vote
from portal.minutes.views import bp
from portal.minutes.writing_views import address, written
from portal.resolutions import commands as resolutions
from portal.resolutions.forms import ResolutionForm
from portal.resolutions.models import Resolution
from portal.web.fragments import carry_out, done, page


@bp.route("/meetings/<int:meeting_id>/minutes/lines/<int:line_id>/votes", methods=["GET", "POST"])
def vote(meeting_id: int, line_id: int) -> Response:
    """Write down a vote; the figures of those present stand there already."""
    minutes = written(meeting_id)
    line = commands.line_in(minutes, line_id)
    found = presence.of_meeting(minutes.meeting)
    quorum = found.quorum.needed if found.quorum else minutes.meeting.quorum
    form = VoteForm(entitled=found.voting, quorum=quorum, question=line.title, abstained=0, against=0)
    if form.validate_on_submit() and carry_out(form, votes.note_vote, me(), minutes, line_id, form.count()):
        return _done(_("The vote is written down."), line)
    return _vote_page(minutes, line, form, None)


@bp.route("/meetings/<int:meeting_id>/minutes/votes/<int:vote_id>", methods=["GET", "POST"])
def correct_vote(meeting_id: int, vote_id: int) -> Response:
    """Write it down otherwise."""
    minutes = written(meeting_id)
    found = votes.vote_in(minutes, vote_id)
    line, form = found.line, VoteForm(found)
    if form.validate_on_submit() and carry_out(form, votes.correct_vote, me(), minutes, vote_id, form.count()):
        return _done(_("The vote is corrected."), line)
    return _vote_page(minutes, line, form, found)


@bp.post("/meetings/<int:meeting_id>/minutes/votes/<int:vote_id>/removal")
def strike_vote(meeting_id: int, vote_id: int) -> Response:
    """Take it off."""
    minutes = written(meeting_id)
    line = votes.vote_in(minutes, vote_id).line
    votes.strike_vote(me(), minutes, vote_id)
    db.session.commit()
    return _done(_("The vote is struck."), line)


def _vote_page(minutes: Minutes, line: MinutesLine, form: VoteForm, found: Vote | None) -> Response:
    return page("minutes/vote.html", block="form", minutes=minutes, line=line, form=form, vote=found)


def _done(words: str, line: MinutesLine) -> Response:
    return done(words, address(line.minutes.meeting_id, _anchor=f"line-{line.id}"), changed="minutes")


# --- What was resolved ---


@bp.route("/meetings/<int:meeting_id>/minutes/lines/<int:line_id>/resolutions", methods=["GET", "POST"])
def resolution(meeting_id: int, line_id: int) -> Response:
    """Write down what was resolved on a line. It is issued when the minutes become final, or by a button."""
    minutes = written(meeting_id)
    line, meeting = commands.line_in(minutes, line_id), minutes.meeting
    form = ResolutionForm(agenda_item_id=line.agenda_item_id)
    form.offer(meeting.agenda, departments(), everybody(), resolutions.earliest_due(meeting))
    if form.validate_on_submit() and carry_out(
        form, commands.resolve_in, me(), minutes, form.duty(), agenda_item_id=form.agenda_item_id.data
    ):
        return _done(_("The resolution is written down."), line)
    action = url_for(".resolution", meeting_id=meeting_id, line_id=line_id)
    return page("minutes/resolution.html", block="form", minutes=minutes, line=line, form=form, action=action)


@bp.post("/meetings/<int:meeting_id>/minutes/resolutions/<int:resolution_id>/issuing")
def issue(meeting_id: int, resolution_id: int) -> Response:
    """Give a resolution to those who owe it before the minutes are final."""
    minutes = written(meeting_id)
    found = db.session.get(Resolution, resolution_id)
    if found is None or found.meeting_id != minutes.meeting_id:
        raise Missing(_("There is no such resolution."))
    resolutions.issue(me(), found)
    db.session.commit()
    return done(_("The resolution is issued."), address(meeting_id), changed="minutes")
