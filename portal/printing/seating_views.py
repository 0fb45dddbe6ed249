"""The page on which seats are set up and given, by drag, by keys or by choosing from lists."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask import Response, flash, make_response, redirect, request, url_for

from portal.accounts.session import me
from portal.core.access import allow
from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext
from portal.core.records import load
from portal.meetings.models import Attendee, Meeting
from portal.meetings.pages import meeting_page
from portal.printing import commands, policy, queries
from portal.printing.forms import ArrangementForm, FillForm, LayoutForm, MoveForm, SeenForm
from portal.printing.models import SeatPlan
from portal.printing.plan_sheet import front_name
from portal.printing.shapes import Layout, Picture, Spot, picture, seat_name, suggested
from portal.printing.views import bp
from portal.web.fragments import announce, carry_out, wants_fragment


class Chair(NamedTuple):
    """A seat as the page shows it."""

    spot: Spot
    name: str
    attendee: Attendee | None
    is_expected: bool


@bp.get("/meetings/<int:meeting_id>/seating")
def seating(meeting_id: int) -> Response:
    """Who sits where; `?person=` and `?place=` are already chosen in the form that moves somebody."""
    chosen = {"person": request.args.get("person", type=int), "place": request.args.get("place", type=int)}
    return _page(_meeting(meeting_id), **chosen)


@bp.post("/meetings/<int:meeting_id>/seating/layout")
def layout(meeting_id: int) -> Response:
    """Set the seats up in another shape or number."""
    meeting, form = _meeting(meeting_id), LayoutForm()
    if not form.validate() or not carry_out(form, _set_up, meeting, form):
        return _page(meeting, layout_form=form)
    return _done(meeting, _("The seats are set up."), focus="plan-title")


@bp.get("/meetings/<int:meeting_id>/seating/<any(layout, moves, filling, arrangement):_change>")
def after_change(meeting_id: int, _change: str) -> Response:
    """Where a form without JavaScript left its reader, opened again."""
    return make_response(redirect(url_for(".seating", meeting_id=_meeting(meeting_id).id)))


def _set_up(meeting: Meeting, form: LayoutForm) -> SeatPlan:
    plan = commands.lay_out(me(), meeting, form.layout(), seen=form.version)
    if form.fill.data:
        commands.fill(me(), meeting, seen=plan.version)
    return plan


@bp.post("/meetings/<int:meeting_id>/seating/moves")
def move(meeting_id: int) -> Response:
    """Give somebody a seat, or take it away."""
    meeting, form = _meeting(meeting_id), MoveForm()
    before = _written(queries.plan_of(meeting.id))
    if not form.validate():
        return _page(meeting, form=form)
    place = form.place.data
    moved = carry_out(form, commands.move, me(), meeting, form.attendee_id.data, place, seen=form.version)
    if moved is None:
        return _page(meeting, form=form, person=form.attendee_id.data, place=place)
    if place is None:
        return _done(meeting, _("%(person)s has no seat.", person=moved.name), undo=before, focus="unseated-title")
    return _done(meeting, _("%(person)s is seated.", person=moved.name), undo=before, focus=f"seat-{place}")


@bp.post("/meetings/<int:meeting_id>/seating/filling")
def filling(meeting_id: int) -> Response:
    """Fill the free seats by precedence, or all of them anew."""
    meeting, form = _meeting(meeting_id), FillForm()
    before = _written(queries.plan_of(meeting.id))
    seated = None
    if form.validate():
        seated = carry_out(form, commands.fill, me(), meeting, anew=form.anew.data, seen=form.version)
    if seated is None:
        return _page(meeting, form=form)
    words = ngettext("%(num)s person sat down.", "%(num)s people sat down.", seated)
    return _done(meeting, words, undo=before, focus="plan-title")


@bp.post("/meetings/<int:meeting_id>/seating/arrangement")
def arrangement(meeting_id: int) -> Response:
    """Put exactly this arrangement: nobody, or what it was before."""
    meeting, form = _meeting(meeting_id), ArrangementForm()
    before = _written(queries.plan_of(meeting.id))
    if not form.validate() or not carry_out(form, _arrange, meeting, form):
        return _page(meeting, form=form)
    return _done(meeting, _("The seats are as you wanted them."), undo=before, focus="plan-title")


def _arrange(meeting: Meeting, form: ArrangementForm) -> bool:
    commands.arrange(me(), meeting, form.arrangement(), seen=form.version)
    return True


def _done(meeting: Meeting, words: str, *, undo: str = "", focus: str) -> Response:
    """The page with what was done and the way back; a second sending of the same is refused by its version."""
    if wants_fragment():
        return announce(_page(meeting, undo=undo), words, focus=focus)
    flash(words)
    return _page(meeting, undo=undo)


def _page(meeting: Meeting, **more: Any) -> Response:
    people, plan = queries.by_precedence(meeting.id), queries.plan_of(meeting.id)
    shown = _seats(plan, people) if plan else {}
    seated = set(queries.places_in(plan)) if plan else set()
    form = more.get("form") or more.get("layout_form")
    unseated = [one for one in people if one.id not in seated and queries.is_expected(one)]
    usual = Layout.of(plan) if plan else suggested(len(unseated))
    blank = SeenForm(formdata=None, seen=_version(plan))
    return meeting_page(
        "printing/seating.html", block="plan", meeting=meeting, plan=plan, people=people, unseated=unseated,
        seated=seated, version=_version(plan), may_seat=policy.may_seat(me(), meeting),
        **{
            "layout_form": LayoutForm(formdata=None, fill=plan is None, **usual._asdict()),
            "form": form or blank, "person": None, "place": None, "undo": "", **shown, **more,
        },
    )


def _seats(plan: SeatPlan, people: Sequence[Attendee]) -> Mapping[str, Any]:
    """The picture's rows of cells, and every seat by name."""
    usual = Layout.of(plan)
    drawn = picture(usual)
    known = {one.id: one for one in people}
    sitting = {place: known[person] for person, place in queries.places_in(plan).items() if person in known}
    chairs = [
        Chair(spot, seat_name(usual, spot), who := sitting.get(spot.place), who is None or queries.is_expected(who))
        for spot in drawn.spots
    ]
    return {"rows": _rows(drawn, chairs), "chairs": chairs, "front": front_name(usual), "shape": usual.shape}


def _rows(drawn: Picture, chairs: Sequence[Chair]) -> list[list[Chair | str]]:
    """Row by row what stands in each cell: a seat, "table", or nothing."""
    cells: dict[tuple[int, int], Chair | str] = {(chair.spot.down, chair.spot.across): chair for chair in chairs}
    cells |= dict.fromkeys(drawn.surface, "table")
    return [[cells.get((down, across), "") for across in range(drawn.width)] for down in range(drawn.height)]


def _version(plan: SeatPlan | None) -> str:
    return str(plan.version) if plan else ""


def _written(plan: SeatPlan | None) -> str:
    """An arrangement as `ArrangementForm` reads it."""
    return ",".join(f"{person}:{place}" for person, place in queries.places_in(plan).items()) if plan else ""


def _meeting(id: int) -> Meeting:
    meeting: Meeting = load("meeting", id, me())
    allow(policy.may_print(me(), meeting))
    return meeting
