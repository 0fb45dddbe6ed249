"""Pages of meetings: the list, today's, and the overview of one."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.blueprints import BlueprintSetupState

from portal.accounts.session import me
from portal.core import clock
from portal.core.db import db
from portal.core.records import load
from portal.meetings import listing, policy, queries
from portal.meetings.approving import may_approve, to_sign
from portal.meetings.missing import missing
from portal.meetings.models import Meeting, Phase
from portal.meetings.names import CONFIDENTIALITIES, FORMATS, MEANINGS, PHASES
from portal.meetings.pages import meeting_page
from portal.meetings.panels import mine_today
from portal.meetings.tabs import tabs_of
from portal.rooms import policy as rooms
from portal.web.fragments import page, wants_fragment
from portal.web.paging import leaf
from portal.web.tables import wanted_format

bp = Blueprint("meetings", __name__)
bp.add_app_template_global(tabs_of, "meeting_tabs")

AHEAD = (Phase.DRAFT, Phase.APPROVED, Phase.ANNOUNCED, Phase.RUNNING)
NAMES = {
    "CONFIDENTIALITIES": dict(CONFIDENTIALITIES), "CONFIDENTIALITY_MEANINGS": MEANINGS,
    "MEETING_FORMATS": dict(FORMATS), "MEETING_PHASES": dict(PHASES),
}


@bp.record
def _name_things(state: BlueprintSetupState) -> None:
    """The templates of every slice call them alike."""
    state.app.jinja_env.globals.update(NAMES)


@bp.get("/meetings")
def mine() -> Response:
    """Meetings that I organize or was told of, or all that I may know of: `?which=&when=&kind=&q=`, also as a file."""
    wanted = listing.Wanted.from_address(request.args)
    query = listing.found(me(), wanted)
    if file := wanted_format():
        meetings = db.session.scalars(query).all()
        return listing.as_file(meetings, queries.parts_of(me().id, meetings), file)
    found = leaf(query, request.args.get("page", 1, type=int))
    more: dict[str, Any] = {} if wants_fragment() else {
        "kinds": queries.kinds_in_use(), "may_approve": listing.may_approve_some(me()),
        "may_keep": policy.may_keep_kinds(me()), "to_approve": listing.to_approve_count(me()),
    }
    return page(
        "meetings/mine.html", block="meetings", leaf=found, wanted=wanted,
        parts=queries.parts_of(me().id, found.rows), **more,
    )


@bp.get("/meetings/today")
def today() -> Response:
    """The panel of My day, for refreshing itself."""
    return page("meetings/today.html", block="panel", **mine_today(me()))


@bp.get("/meetings/<int:meeting_id>")
def meeting(meeting_id: int) -> Response:
    """One meeting: phase, what is missing, facts, agenda, its people in figures; HTMX gets phase and figures anew."""
    found: Meeting = load("meeting", meeting_id, me())
    phase, tally = found.phase(clock.now()), queries.tally(found.id)
    may_edit, may_decide = policy.may_edit(me(), found), may_approve(me(), found)
    return meeting_page(
        "meetings/meeting.html", block="live", meeting=found, tally=tally, leads=queries.leads_of(found.id),
        phase=phase, ahead=phase in AHEAD and found.ends_at > clock.now(), may_edit=may_edit,
        lacks=missing(found, tally, phase) if may_edit else [], may_decide=may_decide,
        to_sign=to_sign(found) if may_decide else None,
        may_arrange=policy.may_arrange(me(), found), may_record=policy.may_record(me(), found),
        may_keep=policy.may_keep_kinds(me()) and not found.is_secret, is_fragment=wants_fragment(),
        may_move=bool(found.booking and rooms.may_change(me(), found.booking)) if may_edit else False,
    )


def address_of(meeting: Meeting) -> str:
    return url_for("meetings.meeting", meeting_id=meeting.id)
