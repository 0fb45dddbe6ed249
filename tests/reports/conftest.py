"""Somebody who reads reports, and a browser of theirs."""

import pytest

from portal.core.db import db
from portal.rooms import keeping
from portal.rooms.models import Area


@pytest.fixture
def west(app: object) -> Area:
    area = keeping.add_area(None, "West wing", "Asia/Shanghai", position=1)
    db.session.commit()
    return area


@pytest.fixture
def leos(sign_in, leo):
    return sign_in(leo)
