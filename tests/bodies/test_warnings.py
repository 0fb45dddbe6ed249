"""What bodies lack: members on the routes of approval, and that those who supervise run no meetings."""

from datetime import date

import pytest

from portal.bodies import commands
from portal.bodies.models import Part
from portal.core.db import db
from portal.meetings import body_panels
from portal.meetings import commands as meetings
from portal.meetings.details import Details
from portal.regulations import seating
from tests.conftest import at

TODAY = date(2026, 11, 23)


@pytest.fixture
def appoint(adam):
    def appoint(key, person):
        commands.appoint(adam, key, person, Part.MEMBER, starts_on=TODAY)
        db.session.commit()

    return appoint


def said(key):
    return [one for one in seating.warnings() if one.key == key]


def test_a_body_on_a_route_needs_a_member_of_its_own(appoint, leo, bob, sign_in):
    assert "has no member" in said("review_hr")[0].words
    for address in ("/bodies", "/bodies/review_hr"):
        assert "Review: human resources has no member" in sign_in(bob).get(address).text
    appoint("review_hr", leo)
    assert said("review_hr") == []
    appoint("leading_group", leo)
    warning = said("review_hr")[0]
    assert "one member, Leo, who also sits in “Leading group”" in warning.words
    assert warning.clause == "FOR-3.2.b"
    appoint("review_hr", bob)
    assert said("review_hr") == []


def test_who_supervises_runs_no_meetings(appoint, bob, leo, sign_in):
    appoint("supervisory_body", bob)
    assert body_panels.warnings() == []
    meetings.make_meeting_elsewhere(leo, at(9, days=1), at(10, days=1), subject="Hers", details=Details(venue="Hall"))
    assert body_panels.warnings() == []
    meetings.make_meeting_elsewhere(
        leo, at(9, days=1), at(10, days=1), subject="Secret word", details=Details(venue="Hall", chair=bob)
    )
    db.session.commit()
    warning = body_panels.warnings()[0]
    assert (warning.key, warning.clause) == ("supervisory_body", "AGY-10.1")
    for address in ("/bodies", "/bodies/supervisory_body"):
        page = sign_in(leo).get(address).text
        assert "Bob supervises, and yet runs meetings" in page
        assert "Secret word" not in page


def test_a_body_lists_the_meetings_that_the_reader_may_know_of(appoint, bob, leo, sign_in):
    appoint("leading_group", bob)
    body = commands.written("leading_group")
    meetings.make_meeting_elsewhere(
        leo, at(9, days=1), at(10, days=1), subject="Sitting", details=Details(venue="Hall", body_id=body.id)
    )
    db.session.commit()
    assert "Sitting" in sign_in(leo).get("/bodies/leading_group").text
    assert "Sitting" not in sign_in(bob).get("/bodies/leading_group").text
