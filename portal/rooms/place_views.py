"""Pages that areas and single resources have alike: opening hours, rules, and who keeps them."""

from flask import Response, abort, request, url_for

from portal.accounts import naming
from portal.accounts.models import Person
from portal.accounts.session import me
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import Missing
from portal.core.i18n import gettext as _
from portal.rooms import entitling, keeping, policy, ruling
from portal.rooms.hours_form import HoursForm, weekday_names
from portal.rooms.models import Area, Resource
from portal.rooms.resource_queries import area, whole
from portal.rooms.rule_form import RuleForm
from portal.rooms.rules import NONE, Rules
from portal.rooms.settings_forms import PersonForm
from portal.rooms.views import bp
from portal.web.fragments import carry_out, go, page

PLACE = "/<any(areas, rooms):kind>/<int:place_id>"


def place_of(kind: str, place_id: int) -> Area | Resource:
    """The area or resource of that number, if the reader keeps it; raises Missing or NotAllowed."""
    found: Area | Resource = area(place_id) if kind == "areas" else whole(place_id)
    allow(policy.keeps_place(me(), found))
    return found


def back_to(kind: str, place_id: int) -> str:
    """The page that lists the area, or that of the resource."""
    return url_for("rooms.kept") if kind == "areas" else url_for("rooms.room", room_id=place_id)


@bp.route(f"{PLACE}/hours", methods=["GET", "POST"])
def opening_hours(kind: str, place_id: int) -> Response:
    """When it is open on each weekday."""
    place = place_of(kind, place_id)
    name, usual = place.name, _usual(place)
    form = HoursForm.of(place)
    if form.validate_on_submit():
        carry_out(form, keeping.set_hours, me(), place, form.week())
        if not form.errors:
            return go(_("The opening hours of %(name)s are set.", name=name), back_to(kind, place_id))
    return page(
        "rooms/hours_form.html", block="form", form=form, name=name, usual=usual, weekdays=weekday_names(),
        action=request.path, back=back_to(kind, place_id),
    )


def _usual(place: Area | Resource) -> str:
    shared = place if isinstance(place, Area) else place.area
    return f"{shared.opens_at:%H:%M}–{shared.closes_at:%H:%M}"


@bp.route(f"{PLACE}/policy", methods=["GET", "POST"])
def rules(kind: str, place_id: int) -> Response:
    """What its bookings keep to."""
    place = place_of(kind, place_id)
    name = place.name
    form = RuleForm.of(place.policy)
    form.beneath(_beneath(place))
    if form.validate_on_submit():
        carry_out(form, ruling.set_policy, me(), place, form.limits())
        if not form.errors:
            return go(_("The rules of %(area)s are set.", area=name), back_to(kind, place_id))
    return page(
        "rooms/policy_form.html", block="form", form=form, name=name, action=request.path,
        back=back_to(kind, place_id), is_area=kind == "areas",
    )


def _beneath(place: Area | Resource) -> Rules | None:
    """What the area says where a resource says nothing; None for an area."""
    if isinstance(place, Area):
        return None
    shared = place.area.policy
    return Rules(*(getattr(shared, name) for name in Rules._fields)) if shared else NONE


# --- Who keeps it ---


@bp.route(f"{PLACE}/keepers", methods=["GET", "POST"])
def keepers(kind: str, place_id: int) -> Response:
    """Who looks after it; room managers name them."""
    place = place_of(kind, place_id)
    form = PersonForm()
    if form.validate_on_submit():
        carry_out(form, _name_keeper, place, form)
        if not form.errors:
            return go(_("%(name)s is named.", name=form.said), request.path)
        place = place_of(kind, place_id)
    return page(
        "rooms/keepers.html", block="keepers", form=form, place=place, kind=kind, back=back_to(kind, place_id),
        people=naming.suggested(request.args.get("person", "")[:100]), may_name=policy.may_manage_rooms(me()),
    )


def _name_keeper(place: Area | Resource, form: PersonForm) -> None:
    person = meant(form)
    form.said = person.name
    entitling.name_keeper(me(), place, person)


def meant(form: PersonForm) -> Person:
    """The colleague whom the form names; raises DomainError for words that mean nobody, or several."""
    return naming.person_meant(form.person.data, "person") or abort(400)


@bp.post(f"{PLACE}/keepers/<int:keeper_id>/dismissal")
def dismissal(kind: str, place_id: int, keeper_id: int) -> Response:
    """Somebody looks after it no more."""
    place = place_of(kind, place_id)
    keeper = next((one for one in place.keepers if one.id == keeper_id), None)
    if keeper is None:
        raise Missing(_("There is no such record."))
    name = keeper.person.name
    entitling.dismiss_keeper(me(), place, keeper)
    db.session.commit()
    return go(_("%(name)s looks after it no more.", name=name), url_for(".keepers", kind=kind, place_id=place_id))
