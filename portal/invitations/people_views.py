"""The page of a meeting's people: looked through, added to, given parts, taken off."""

from typing import Any

from flask import Response, request, url_for
from flask_wtf import FlaskForm

from portal.accounts import queries as accounts
from portal.accounts.session import me
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError, Missing
from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext
from portal.core.records import load
from portal.invitations import groups
from portal.invitations.importing import whole_people
from portal.invitations.people_export import people_table
from portal.invitations.people_forms import AddForm, PartForm
from portal.invitations.people_list import Wanted, people_of, tallies_of, wanted_by
from portal.invitations.views import bp
from portal.meetings import policy, queries
from portal.meetings.admission import Ineligible, Invitee, objections_to
from portal.meetings.models import Attendee, Meeting, Part
from portal.meetings.pages import meeting_page
from portal.meetings.parts import PARTS
from portal.meetings.people import change_part, change_parts, invite_all, uninvite_all
from portal.meetings.roster import columns_for
from portal.web.addresses import record_number
from portal.web.fragments import done, page, wants_fragment
from portal.web.paging import leaf
from portal.web.tables import wanted_format

SIZE = 50


@bp.get("/meetings/<int:meeting_id>/people")
def people(meeting_id: int) -> Response:
    """Who is in the meeting, by the page; `?q=WORDS` finds people to add, `?format=` is the list as a file."""
    found = load("meeting", meeting_id, me())
    wanted = wanted_by(request.args)
    if wanted_file := wanted_format():
        return people_table(found, wanted, wanted_file)
    if wants_fragment() and "q" in request.args:
        return _found(found)
    return _people(found, wanted)


def _people(meeting: Meeting, wanted: Wanted) -> Response:
    """To HTMX the list alone, to others the whole page with who may be added."""
    shown = leaf(people_of(meeting.id, wanted), request.args.get("page", 1, type=int), SIZE)
    may_change = _may_change(meeting)
    words = request.args.get("q", "")[:100]
    adding = may_change and _is_ahead(meeting)
    more: dict[str, Any] = {}
    if not wants_fragment():
        tallies = tallies_of(meeting.id)
        more = {"tallies": tallies, "departments": accounts.departments()}
        if adding:
            known = queries.people_in(meeting.id) if words.strip() else []
            more |= {"groups": groups.groups_for(me()), "people": queries.people_to_add(words, known)}
    return meeting_page(
        "invitations/people.html", block="roster", meeting=meeting, leaf=shown, wanted=wanted, parts=PARTS,
        columns=columns_for(meeting, me(), shown.rows), may_change=may_change, adding=adding, words=words,
        is_inside=may_change or policy.told_part(me(), meeting) is not None, **more,
    )


def _found(meeting: Meeting) -> Response:
    allow(policy.may_edit(me(), meeting))
    words = request.args["q"][:100]
    people = queries.people_to_add(words, queries.people_in(meeting.id))
    return page("invitations/people.html", block="found", meeting=meeting, words=words, people=people, is_found=True)


@bp.get("/meetings/<int:meeting_id>/people/tallies")
def tallies(meeting_id: int) -> Response:
    """How many there are of each kind, for a page that keeps itself up to date."""
    found = load("meeting", meeting_id, me())
    return meeting_page(
        "invitations/tallies.html", block="tallies", meeting=found, tallies=tallies_of(found.id), parts=PARTS,
        wanted=Wanted(), may_change=_may_change(found), adding=_is_ahead(found),
    )


def _may_change(meeting: Meeting) -> bool:
    return policy.may_edit(me(), meeting) and meeting.cancelled_at is None


def _is_ahead(meeting: Meeting) -> bool:
    return meeting.cancelled_at is None and meeting.ends_at > clock.now()


# --- Adding ---


@bp.post("/meetings/<int:meeting_id>/people")
def add_people(meeting_id: int) -> Response:
    """Add a person, a department or a group; whom a rule keeps out is named, and may be admitted with a reason."""
    found = load("meeting", meeting_id, me())
    allow(policy.may_edit(me(), found))
    form = AddForm()
    if not form.validate():
        raise DomainError(_("Please choose whom to add."))
    invitees = _chosen(form, found)
    if form.leave_out.data:
        against = {objection.person.id for objection in objections_to(found, invitees)}
        invitees = [invitee for invitee in invitees if invitee.person.id not in against]
    try:
        added = invite_all(me(), found, invitees, waiver=form.waiver.data)
    except Ineligible as refusal:
        return _name_objections(found, refusal, form, ways_out=len(refusal.objections) < len(invitees))
    db.session.commit()
    words = ngettext("%(num)s person is added.", "%(num)s people are added.", len(added))
    if not added:
        words = _("They are in the meeting already.") if invitees else _("Nobody is added.")
    back = url_for(".people", meeting_id=found.id, **({"q": form.q.data} if form.q.data else {}))
    return done(words, back, changed="answers", focus="people-q" if form.person_id.data else "")


def _chosen(form: AddForm, meeting: Meeting) -> list[Invitee]:
    """One person, a group in its usual parts, or a department without the organizer, who is there anyway."""
    part = Part(form.part.data) if form.part.data else None
    chosen: list[Invitee] = []
    if form.person_id.data:
        chosen = [Invitee(one, part or Part.REQUIRED, form.duty.data) for one in whole_people([form.person_id.data])]
    elif form.group_id.data:
        group = load("people_group", form.group_id.data, me())
        chosen = [Invitee(one.person, part or Part(one.part)) for one in groups.members_of(group)]
    elif form.department_id.data:
        members = accounts.members_of(form.department_id.data)
        chosen = [Invitee(one, part or Part.REQUIRED) for one in members if one.id != meeting.organizer_id]
    if not chosen:
        raise DomainError(_("Please choose whom to add."))
    return chosen


def _name_objections(meeting: Meeting, refusal: Ineligible, form: FlaskForm, *, ways_out: bool) -> Response:
    """Say whom rules keep out, and take a reason to admit them, or leave them out if there are others."""
    db.session.rollback()
    kept = [
        (name, value) for name, value in request.form.items(multi=True)
        if name not in {"csrf_token", "waiver", "leave_out"}
    ]
    response = meeting_page(
        "invitations/objections.html", block="form", meeting=meeting, objections=refusal.objections, kept=kept,
        address=request.path, ways_out=ways_out, form=form, status=422,
    )
    response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#dialog", "innerHTML"
    return response


# --- Parts, and taking off ---


@bp.get("/meetings/<int:meeting_id>/people/<int:attendee_id>")
def attendee(meeting_id: int, attendee_id: int) -> Response:
    """The part and duty of one person, to be changed."""
    found = load("meeting", meeting_id, me())
    one = attendee_of(found, attendee_id)
    form = PartForm(None, part=one.part, duty=one.duty)
    return meeting_page("invitations/part.html", block="form", meeting=found, attendee=one, form=form)


@bp.post("/meetings/<int:meeting_id>/people/<int:attendee_id>")
def part(meeting_id: int, attendee_id: int) -> Response:
    """Make somebody chair, recorder, speaker and so on."""
    found = load("meeting", meeting_id, me())
    one, form = attendee_of(found, attendee_id), PartForm()
    if not form.validate():
        raise DomainError(_("Please choose a part."))
    name, so_far = one.name, one.id
    try:
        changed = change_part(
            me(), found, one, Part(form.part.data), duty=form.duty.data, waiver=form.waiver.data
        )
    except Ineligible as refusal:
        return _name_objections(found, refusal, form, ways_out=False)
    db.session.commit()
    words = _("The part of %(person)s is changed.", person=name) if changed else _("Nothing was changed.")
    return done(words, url_for(".people", meeting_id=found.id), changed="answers", focus=f"part-{so_far}")


@bp.post("/meetings/<int:meeting_id>/people/<int:attendee_id>/removal")
def removal(meeting_id: int, attendee_id: int) -> Response:
    """Take somebody off the meeting."""
    found = load("meeting", meeting_id, me())
    one = attendee_of(found, attendee_id)
    name = one.name
    uninvite_all(me(), found, [one])
    db.session.commit()
    words = _("%(person)s is off the meeting.", person=name)
    return done(words, url_for(".people", meeting_id=found.id), changed="answers", focus="people-title")


@bp.post("/meetings/<int:meeting_id>/people/many")
def many(meeting_id: int) -> Response:
    """Give all that are ticked, or that the filter finds, another part, or take them off after a second look."""
    found = load("meeting", meeting_id, me())
    allow(policy.may_edit(me(), found))
    ticked = _ticked(found)
    form = PartForm()
    if request.form.get("do") == "off":
        return _take_off(found, ticked)
    if not form.validate():
        raise DomainError(_("Please choose a part."))
    try:
        count = change_parts(me(), found, ticked, Part(form.part.data), duty=form.duty.data, waiver=form.waiver.data)
    except Ineligible as refusal:
        return _name_objections(found, refusal, form, ways_out=False)
    db.session.commit()
    words = ngettext("%(num)s person has another part.", "%(num)s people have another part.", count)
    return done(words, url_for(".people", meeting_id=found.id), changed="answers", focus="people-title")


def _ticked(meeting: Meeting) -> list[Attendee]:
    if request.form.get("everyone"):
        chosen = list(db.session.scalars(people_of(meeting.id, wanted_by(request.form, "in_"))))
    else:
        ids = request.form.getlist("attendee", type=record_number)[:5000]
        chosen = list(db.session.scalars(people_of(meeting.id).where(Attendee.id.in_(ids))))
    if not chosen:
        raise DomainError(_("Nobody is ticked."))
    return chosen


def _take_off(meeting: Meeting, ticked: list[Attendee]) -> Response:
    if not request.form.get("sure"):
        response = meeting_page(
            "invitations/off.html", block="form", meeting=meeting, ticked=ticked,
            told=sum(1 for one in ticked if one.invited_at is not None and one.person_id != me().id),
        )
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#dialog", "innerHTML"
        return response
    count = uninvite_all(me(), meeting, ticked)
    db.session.commit()
    words = ngettext("%(num)s person is off the meeting.", "%(num)s people are off the meeting.", count)
    return done(words, url_for(".people", meeting_id=meeting.id), changed="answers", focus="people-title")


def attendee_of(meeting: Meeting, attendee_id: int) -> Attendee:
    """Somebody of this meeting, for whoever may edit it."""
    allow(policy.may_edit(me(), meeting))
    one = db.session.get(Attendee, attendee_id)
    if one is None or one.meeting_id != meeting.id:
        raise Missing(_("There is no such person in this meeting."))
    return one
