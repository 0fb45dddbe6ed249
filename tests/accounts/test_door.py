"""Signing in while signed in."""

from portal.accounts.models import SignIn
from portal.core import clock
from portal.core.db import db

PASSWORD = "a long password"


def test_signing_in_again_ends_the_session_that_was(client, add_person):
    carol = add_person("Carol", password=PASSWORD)
    for _time in range(2):
        client.token = None
        assert client.post("/sign-in", data={"login": "carol", "password": PASSWORD}).status_code == 303
    standing = db.session.query(SignIn).filter(SignIn.person_id == carol.id, SignIn.ends_at > clock.now())
    assert standing.count() == 1
    assert client.get("/my-day").status_code == 200
