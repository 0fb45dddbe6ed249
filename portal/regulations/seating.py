"""Whether the bodies on the routes of approval can decide: each has a member who sits in no other seat of the route."""

from collections.abc import Iterable, Mapping, Sequence

from flask import render_template

from portal.accounts.models import Person
from portal.accounts.queries import house_today
from portal.bodies.lacks import BodyLack
from portal.bodies.models import Body
from portal.bodies.names import KNOWN
from portal.bodies.queries import members_of
from portal.core.i18n import gettext as _
from portal.regulations.profiles import Profile
from portal.regulations.queries import profiles_in_force

BODY = "body:"
People = Mapping[str, Sequence[Person]]


def warnings() -> list[BodyLack]:
    """What is in the way of the routes of all profiles in force, once for each body. Two statements."""
    routes = {profile.key: (profile, _route_of(profile)) for profile in profiles_in_force().values()}
    members = members_of({key for _profile, route in routes.values() for key in route}, house_today())
    found: dict[str, BodyLack] = {}
    for profile, route in routes.values():
        for key, clause in route.items():
            words = _lack(key, profile, route, members)
            if words and key not in found:
                found[key] = BodyLack(key, words, clause)
    return list(found.values())


def _route_of(profile: Profile) -> dict[str, str]:
    """The bodies that take part in the approval, each with the clause that asks for it."""
    route = {seat.removeprefix(BODY): step.clause for step in profile.steps for seat in step.seats if BODY in seat}
    if profile.submits.startswith(BODY):
        route.setdefault(profile.submits.removeprefix(BODY), "")
    return route


def _lack(key: str, profile: Profile, route: Iterable[str], members: People) -> str:
    name = str(KNOWN.get(key, key))
    if not members[key]:
        return _("%(body)s has no member: “%(profile)s” needs it.", body=name, profile=profile.title)
    if len(members[key]) > 1:
        return ""
    only = members[key][0]
    others = [other for other in route if other != key and only in members[other]]
    if not others:
        return ""
    return _(
        "%(body)s has one member, %(name)s, who also sits in “%(other)s” on the route of “%(profile)s”.",
        body=name, name=only.name, other=KNOWN.get(others[0], others[0]), profile=profile.title,
    )


def panel(actor: Person) -> str:
    """What is lacking, for the page of all bodies."""
    return render_template("bodies/_warnings.html", warnings=warnings())


def panel_of(body: Body, actor: Person) -> str:
    """What is lacking of one body."""
    return render_template("bodies/_warnings.html", warnings=[one for one in warnings() if one.key == body.key])
