"""Urging by hand those who owe something."""

import pytest
from sqlalchemy import select

from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.notifications.models import Notice
from portal.resolutions import nodes
from portal.resolutions.bulk import do_to_many
from portal.supervision import urging
from portal.supervision.models import Letter, Urging
from tests.conftest import HTMX


def test_owner_and_heads_are_urged_with_words_and_it_is_kept(resolution, sue, helen, told):
    made = urging.urge(sue, resolution, " The hall opens soon ")
    assert (made.letter, made.words, made.recipients) == (Letter.HAND, "The hall opens soon", "Alice, Helen")
    assert told("resolution.urged") == ["Alice", "Helen"]
    notice = db.session.scalars(select(Notice).where(Notice.kind == "resolution.urged").limit(1)).one()
    assert "Sue urges you:\n\nThe hall opens soon" in notice.body
    assert "On course: Paint the hall\nOwner: Alice\nDue: Dec 7, 2026\n" in notice.body
    assert f"/resolutions/{resolution.id}" in notice.body


@pytest.mark.parametrize(
    ("name", "may"),
    [("olive", True), ("leo", True), ("rosa", True), ("oscar", True), ("alice", False), ("helen", False),
     ("audrey", False), ("bob", False)],
)
def test_who_looks_after_it_urges(resolution, request, name, may):
    actor = request.getfixturevalue(name)
    if may:
        assert urging.urge(actor, resolution, "Please").by == actor
    else:
        with pytest.raises(NotAllowed):
            urging.urge(actor, resolution, "Please")


def test_nobody_is_urged_without_words_for_what_is_paused_or_ended_or_owed_by_nobody(
    resolution, make_resolution, sue, alice
):
    with pytest.raises(DomainError, match="say why"):
        urging.urge(sue, resolution, " ")
    with pytest.raises(DomainError, match="not been issued"):
        urging.urge(sue, make_resolution(at_once=False), "Please")
    alice.left_at = clock.now()
    with pytest.raises(DomainError, match="hand it over"):
        urging.urge(sue, resolution, "Please")
    nodes.pause(sue, resolution, "Winter")
    with pytest.raises(DomainError, match="paused"):
        urging.urge(sue, resolution, "Please")
    nodes.withdraw(sue, resolution, "Torn down")
    with pytest.raises(DomainError, match="withdrawn"):
        urging.urge(sue, resolution, "Please")


def test_several_are_urged_at_once_from_the_board(resolution, make_resolution, sue, told):
    ids = {resolution.id, make_resolution(text="Fix the roof").id}
    assert len(do_to_many(sue, "urge", ids, "Please").done) == 2
    assert told("resolution.urged") == ["Alice", "Alice"]


def test_it_is_urged_by_the_page_which_shows_it(sign_in, resolution, sue, alice):
    to = f"/resolutions/{resolution.id}/urgings"
    assert "Urge" in sign_in(sue).get(to).text
    answer = sign_in(sue).post(to, data={"words": "The hall opens soon"}, headers=HTMX)
    assert answer.status_code == 200
    assert "The hall opens soon" in answer.text
    assert "<html" not in answer.text
    plain = sign_in(sue).post(to, data={"words": "Again"})
    assert (plain.status_code, plain.headers["Location"]) == (303, f"/resolutions/{resolution.id}")
    shown = sign_in(alice).get(to).text
    assert "Again" in shown
    assert "<form method" not in shown[shown.index('id="urgings"'):]


def test_without_words_nobody_is_urged_and_strangers_are_not_let_in(sign_in, resolution, sue, alice, bob):
    to = f"/resolutions/{resolution.id}/urgings"
    refused = sign_in(sue).post(to, data={"words": " "})
    assert refused.status_code == 422
    assert "Please fill this in." in refused.text
    assert sign_in(alice).post(to, data={"words": "Please"}).status_code == 403
    assert sign_in(bob).post(to, data={"words": "Please"}).status_code == 404
    assert sign_in(bob).get(to).status_code == 404
    assert db.session.query(Urging).count() == 0
