"""One room more than the whole portal's tests have, and what is booked besides rooms."""

from collections.abc import Callable
from typing import Any

import pytest

from portal.core.db import db
from portal.rooms import keeping
from portal.rooms.models import Area, Equipment, Interpreter, Resource, Room


@pytest.fixture
def west(app: object) -> Area:
    area = keeping.add_area(None, "West wing", "Asia/Shanghai", position=1)
    db.session.commit()
    return area


@pytest.fixture
def third_room(west: Area) -> Room:
    room = keeping.add_room(None, west, "W201", 40)
    db.session.commit()
    return room


@pytest.fixture
def add_resource(area: Area) -> Callable[..., Any]:
    """Put a resource into use in the east wing: `add_resource(Equipment, "Microphone", quantity=3)`."""

    def add(model: type[Resource], name: str, **values: Any) -> Resource:
        resource = model(**{"area": area, "features": "", "name": name, **values})
        db.session.add(resource)
        db.session.commit()
        return resource

    return add


@pytest.fixture
def microphones(add_resource: Callable[..., Any]) -> Equipment:
    """Three of them."""
    return add_resource(Equipment, "Microphone", quantity=3)


@pytest.fixture
def interpreter(add_resource: Callable[..., Any]) -> Interpreter:
    return add_resource(Interpreter, "Ms Wu")
