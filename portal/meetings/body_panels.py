"""What meetings add to the pages of bodies: when the body meets, and that who supervises runs no meetings."""

from collections.abc import Sequence

from flask import render_template
from sqlalchemy import or_, select

from portal.accounts.models import Person
from portal.accounts.queries import house_today
from portal.bodies.lacks import BodyLack
from portal.bodies.models import Body
from portal.bodies.queries import members_of
from portal.core import clock
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.meetings.models import Attendee, Meeting, Part
from portal.meetings.seeing import seen_by

SUPERVISORY, CLAUSE = "supervisory_body", "AGY-10.1"
MOST = 10


def of_body(body: Body, actor: Person) -> str:
    """The meetings of the body that the reader may know of, the latest first. One statement."""
    if body.id is None:
        return ""
    found = db.session.scalars(
        select(Meeting)
        .where(Meeting.body_id == body.id, Meeting.cancelled_at.is_(None), seen_by(actor))
        .order_by(Meeting.starts_at.desc())
        .limit(MOST)
    ).all()
    return render_template("meetings/_of_body.html", meetings=found, now=clock.now())


def warnings() -> list[BodyLack]:
    """Who supervises and yet organizes or chairs meetings to come. Two statements at most."""
    members = members_of({SUPERVISORY}, house_today())[SUPERVISORY]
    names = [person.name for person in _running(members)] if members else []
    return [
        BodyLack(SUPERVISORY, _("%(name)s supervises, and yet runs meetings that are to come.", name=name), CLAUSE)
        for name in names
    ]


def _running(people: Sequence[Person]) -> Sequence[Person]:
    ids = [person.id for person in people]
    runs = or_(
        Person.id == Meeting.organizer_id,
        select(Attendee.id)
        .where(Attendee.meeting_id == Meeting.id, Attendee.person_id == Person.id, Attendee.part == Part.CHAIR)
        .exists(),
    )
    to_come = (Meeting.cancelled_at.is_(None), Meeting.ends_at > clock.now())
    return db.session.scalars(
        select(Person).where(Person.id.in_(ids), select(Meeting.id).where(*to_come, runs).exists()).order_by(Person.id)
    ).all()


def panel(actor: Person) -> str:
    """That warning, for the page of all bodies."""
    return render_template("bodies/_warnings.html", warnings=warnings())


def panel_of(body: Body, actor: Person) -> str:
    """The same for the page of the supervisory body."""
    return render_template("bodies/_warnings.html", warnings=warnings()) if body.key == SUPERVISORY else ""
