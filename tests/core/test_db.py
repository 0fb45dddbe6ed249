"""What the database layer keeps to itself."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.core.db import db


def test_a_failed_statement_does_not_tell_its_values(app):
    with pytest.raises(DBAPIError) as failure:
        db.session.execute(text("SELECT nothing FROM nowhere WHERE secret = :secret"), {"secret": "hush"})
    db.session.rollback()
    assert "hush" not in str(failure.value)
