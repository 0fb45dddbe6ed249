"""A meeting may be of a body: by its form, on its page, and in what the body's next meeting finds open."""

from datetime import date

import pytest

from portal.bodies import commands as bodies
from portal.bodies.models import Part
from portal.core.db import db
from portal.core.errors import DomainError
from portal.invitations.sending import send_notice
from portal.meetings import commands, copying
from portal.meetings.details import Details
from portal.meetings.models import Meeting
from portal.meetings.people import invite
from portal.resolutions.commands import Duty, resolve
from portal.supervision import carrying
from tests.conftest import at, typed

TODAY = date(2026, 11, 23)
TIMES = {"starts_at": typed(at(9, days=1)), "ends_at": typed(at(10, days=1)), "venue": "Hall"}


@pytest.fixture
def group(adam, leo):
    term = bodies.appoint(adam, "leading_group", leo, Part.CHAIR, starts_on=TODAY)
    db.session.commit()
    return term.body


@pytest.fixture
def meet(olive, leo):
    def meet(days, **details):
        made = commands.make_meeting_elsewhere(
            olive, at(9, days=days), at(10, days=days), subject=f"Day {days}", details=Details(venue="Hall", **details)
        )
        invite(olive, made, [leo])
        send_notice(olive, made)
        db.session.commit()
        return made

    return meet


def test_the_form_offers_bodies_with_members_and_the_page_names_it(sign_in, olive, group):
    browser = sign_in(olive)
    form = browser.get("/meetings/new").text
    assert "Body that meets" in form
    assert "Review: publicity" not in form
    answer = browser.post("/meetings/new", data={**TIMES, "subject": "Sitting", "body_id": group.id})
    assert answer.status_code == 303
    made = db.session.query(Meeting).one()
    assert copying.content_of(made)["body_id"] == group.id
    assert "/bodies/leading_group" in browser.get(f"/meetings/{made.id}").text
    change = browser.get(f"/meetings/{made.id}/change").text
    assert f'<option selected value="{group.id}">' in change


def test_without_any_body_nothing_is_asked(sign_in, olive):
    assert "Body that meets" not in sign_in(olive).get("/meetings/new").text


def test_a_dissolved_body_meets_no_more(meet, adam):
    made = bodies.found(adam, name="Choir")
    bodies.retire(adam, made.key)
    with pytest.raises(DomainError, match="does not exist any more"):
        meet(1, body_id=made.id)


def test_what_a_body_left_open_comes_before_its_next_meeting_whatever_its_kind(meet, olive, group, alice, works):
    first, other, following = meet(0, body_id=group.id), meet(1), meet(2, body_id=group.id)
    duty = Duty(text="Paint", department_id=works.id, owner_id=alice.id, due_on=date(2026, 12, 7))
    item = resolve(olive, first, duty)
    assert [one.resolution for one in carrying.items_of(following, olive)] == [item]
    assert carrying.items_of(other, olive) == []
