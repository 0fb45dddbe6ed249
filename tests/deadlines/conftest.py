"""A meeting under the regulation of operations: Alice organizes, three weeks ahead; Sue supervises."""

from collections.abc import Callable

import pytest

from portal.accounts.models import Person, Role
from portal.core.db import db
from portal.meetings.details import Details
from portal.meetings.models import Meeting, MeetingKind
from tests.conftest import at
from tests.meetings.conftest import make_meeting, told  # noqa: F401  (fixtures)


@pytest.fixture
def sue(add_person: Callable[..., Person]) -> Person:
    return add_person("Sue", Role.SUPERVISOR)


@pytest.fixture
def make_kind(app: object) -> Callable[..., MeetingKind]:
    def make(profile: str = "operations", **more: object) -> MeetingKind:
        kind = MeetingKind(name=f"Kind {profile}", prefix=profile[:3].upper(), profile=profile, **more)
        db.session.add(kind)
        db.session.commit()
        return kind

    return make


@pytest.fixture
def kind(make_kind: Callable[..., MeetingKind]) -> MeetingKind:
    return make_kind()


@pytest.fixture
def make_regulated(
    make_meeting: Callable[..., Meeting], make_kind: Callable[..., MeetingKind]  # noqa: F811
) -> Callable[..., Meeting]:
    """A draft under the regulation, on the 14th of December unless said otherwise."""
    known: list[MeetingKind] = []

    def make(days: int = 21, *, of: MeetingKind | None = None, **more: object) -> Meeting:
        if of is None:
            known[:] = known or [make_kind()]
        details = Details(kind_id=(of or known[0]).id)
        return make_meeting(
            details=details, starts_at=at(9, days=days), ends_at=at(10, days=days), **more  # type: ignore[arg-type]
        )

    return make


@pytest.fixture
def regulated(make_regulated: Callable[..., Meeting]) -> Meeting:
    return make_regulated()
