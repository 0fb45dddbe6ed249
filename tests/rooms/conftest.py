"""One room more than the whole portal's tests have."""

import pytest

from portal.core.db import db
from portal.rooms import commands
from portal.rooms.models import Area, Room


@pytest.fixture
def west(app: object) -> Area:
    area = commands.add_area(None, "West wing", "Asia/Shanghai", position=1)
    db.session.commit()
    return area


@pytest.fixture
def third_room(west: Area) -> Room:
    room = commands.add_room(None, west, "W201", 40)
    db.session.commit()
    return room
