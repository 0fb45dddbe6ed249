"""How a meeting stands to each clause of its regulation: its page, its meter, and the same as a file."""

from typing import Any

from flask import Blueprint, Response, current_app, make_response, request, url_for

from portal.accounts.models import Role
from portal.accounts.session import me
from portal.compliance import export, policy
from portal.compliance.dossier import Batch
from portal.compliance.holders import hand_of
from portal.compliance.judging import Judgement, judge
from portal.compliance.lines import Wanted, by_chapter, digest_of, lines_of
from portal.compliance.queries import batch_of, with_facts
from portal.compliance.words import ICONS, STATES
from portal.core.db import db
from portal.core.errors import Missing
from portal.core.i18n import gettext as _
from portal.meetings import policy as meetings
from portal.meetings.models import Meeting
from portal.meetings.pages import meeting_page
from portal.regulations.labels import LATER, PHASES, person_name
from portal.web.fragments import page, wants_fragment

bp = Blueprint("compliance", __name__)
# Where somebody reports that a clause was broken.
REPORTING = "inspections.new_violation"


def opened(meeting_id: int) -> Meeting:
    """The meeting, if the reader may see how its clauses were kept; raises Missing."""
    meeting = db.session.get(Meeting, meeting_id, options=with_facts())
    if meeting is None or not policy.may_open(me(), meeting):
        raise Missing(_("There is no such record."))
    return meeting


def judged(meeting: Meeting) -> Judgement:
    """How the meeting stands to each clause."""
    batch: Batch = batch_of([meeting])
    return judge(batch)[0]


@bp.get("/meetings/<int:meeting_id>/compliance")
def meeting_compliance(meeting_id: int) -> Response:
    """Every clause and how it stands: `?state=&phase=&whose=mine`, as a file too; `?seen=` answers what is new only."""
    meeting, wanted = opened(meeting_id), Wanted.from_address(request.args)
    judgement = judged(meeting)
    lines = lines_of(judgement, me())
    chosen = [line for line in lines if wanted.takes(line)]
    if (file := export.wanted()) is not None:
        return export.meeting_file(judgement, chosen, me(), file)
    seen = digest_of(lines)
    if wants_fragment() and request.args.get("seen") == seen:
        return make_response("", 204)
    return meeting_page(
        "compliance/meeting.html", block="compliance", meeting=meeting, judgement=judgement,
        profile=judgement.dossier.profile, groups=by_chapter(judgement, chosen), wanted=wanted, seen=seen,
        mine=sum(line.is_mine for line in lines), shown=len(chosen), **names(),
        ways_out=_ways_out(judgement), report=_reporting(meeting),
    )


@bp.get("/meetings/<int:meeting_id>/compliance/meter")
def meter(meeting_id: int) -> Response:
    """How many clauses stand how, for the head of the meeting's page."""
    meeting = opened(meeting_id)
    return page(
        "compliance/meter.html", block="meter", meeting=meeting, counts=judged(meeting).counts, **names()
    )


def names() -> dict[str, Any]:
    """What templates call things."""
    return {"STATES": STATES, "ICONS": ICONS, "PHASES": PHASES, "LATER": LATER, "called": person_name}


def _ways_out(judgement: Judgement) -> dict[str, tuple[str, str]]:
    """By clause where the reader goes to waive it, or to ask for that: the address and what the way is called."""
    meeting, hand = judgement.dossier.meeting, hand_of(me())
    found: dict[str, tuple[str, str]] = {}
    for one in judgement.dossier.profile.requirements:
        if not (one.clause and one.waiver) or not meetings.may_see(me(), meeting):
            continue
        if meeting.organizer_id != me().id and any(hand.holds(key) for key in one.waiver):
            found[one.clause] = url_for("deadlines.waiver", meeting_id=meeting.id, key=one.key), _("Waive it")
        elif meetings.may_edit(me(), meeting):
            found[one.clause] = (
                url_for("deadlines.waiver_request", meeting_id=meeting.id, key=one.key), _("Ask for a waiver")
            )
    return found


def _reporting(meeting: Meeting) -> str:
    """Where the reader reports that a clause was broken; nothing if that is not their business."""
    if REPORTING not in current_app.view_functions or not me().has_role(Role.SUPERVISOR):
        return ""
    return url_for(REPORTING, meeting=meeting.id)
