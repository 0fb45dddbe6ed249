"""Oscar's meeting under the rules of operations, announced, with Rosa recording and Tom in it."""

from collections.abc import Callable
from typing import Any

import pytest

from portal.accounts.models import Person, Role
from portal.bodies.models import Body, Membership
from portal.compliance.judging import Judged, judge
from portal.compliance.queries import batch_of
from portal.core import clock
from portal.core.db import db
from portal.meetings.models import Confidentiality, Meeting, MeetingKind
from tests.conftest import at
from tests.resolutions.conftest import draft, meeting, oscar, rosa, tom  # noqa: F401  (fixtures)

# Clauses by how they are judged.
BY_ORGANIZER, BY_OFFICE, BY_FINANCE, OF_GUESTS = "OPS-2.7", "OPS-2.4", "OPS-4.6", "OPS-9.9"
OF_HOUSE, BY_CHECK, OF_RESOLUTIONS = "OPS-5.10", "OPS-2.5", "OPS-4.5"


@pytest.fixture
def under() -> Callable[..., Meeting]:
    """Put a meeting under a regulation."""

    def under(meeting: Meeting, profile: str = "operations") -> Meeting:  # noqa: F811
        kind = db.session.query(MeetingKind).filter_by(profile=profile).one_or_none()
        if kind is None:
            kind = MeetingKind(name=f"Under {profile}", prefix=profile[:3].upper(), profile=profile)
        meeting.kind = kind
        db.session.commit()
        return meeting

    return under


@pytest.fixture
def ruled(under: Callable[..., Meeting], meeting: Meeting) -> Meeting:  # noqa: F811
    return under(meeting)


@pytest.fixture
def sue(add_person: Callable[..., Person]) -> Person:
    """A supervisor."""
    return add_person("Sue", Role.SUPERVISOR)


@pytest.fixture
def seat(app: Any) -> Callable[[Person, str], None]:
    """Let somebody serve in a body."""

    def seat(person: Person, key: str) -> None:
        body = db.session.query(Body).filter_by(key=key).one_or_none()
        body = body or Body(key=key, created_at=clock.now())
        db.session.add(Membership(body=body, person=person, starts_on=at(0).date()))
        db.session.commit()

    return seat


@pytest.fixture
def judged() -> Callable[[Meeting, str], Judged]:
    """How one clause of a meeting stands."""

    def judged(meeting: Meeting, clause: str) -> Judged:  # noqa: F811
        [judgement] = judge(batch_of([meeting]))
        return next(line for line in judgement.lines if line.clause.id == clause)

    return judged


@pytest.fixture
def secret() -> Callable[[Meeting], None]:
    def hide(meeting: Meeting) -> None:  # noqa: F811
        meeting.confidentiality = Confidentiality.SECRET
        db.session.commit()

    return hide
