"""The door: who comes in, who does not, and what neither is told."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from portal.accounts import commands, passwords
from portal.accounts.models import FailedSignIn, SignIn
from portal.audit.models import AuditEntry
from portal.core import clock
from portal.core.db import db
from tests.accounts.conftest import PASSWORD
from tests.conftest import HTMX, NOW

GENERIC = "The name or the password is not right."


def is_inside(client):
    return client.get("/my-day").status_code == 200


def cookie(client):
    return client.get_cookie("portal").value


def test_the_right_password_opens_the_first_page(client, knock):
    answer = knock()
    assert (answer.status_code, answer.location) == (303, "/my-day")
    assert "Carla" in client.get("/my-day").text
    assert [action for (action,) in db.session.query(AuditEntry.action)] == ["person.added", "person.signed_in"]


def test_the_login_is_taken_in_any_case_and_with_spaces_around(client, knock):
    assert knock(login="  CARLA ").status_code == 303


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("carla", "wrong"), ("nobody", PASSWORD), ("carla", PASSWORD.upper()), ("carla", f"{PASSWORD} "),
        ("x" * 80, "zebra-7"),
    ],
)
def test_a_refusal_never_says_which_part_was_wrong(client, knock, login, password):
    answer = knock(login=login, password=password)
    assert answer.status_code == 422
    assert GENERIC in answer.text
    assert f'value="{login}"' in answer.text
    assert password not in answer.text.replace(login, "")
    assert not is_inside(client)


def test_people_without_a_password_and_people_who_left_are_refused_alike(client, knock, alice, carla):
    assert GENERIC in knock(login="alice", password="x").text
    carla.left_at = clock.now()
    db.session.commit()
    answer = knock()
    assert (answer.status_code, GENERIC in answer.text) == (422, True)


@pytest.mark.parametrize("password", ["", "x" * 1001])
def test_a_password_that_cannot_be_one_is_not_even_hashed(knock, password):
    assert knock(password=password).status_code == 422
    assert db.session.query(FailedSignIn).count() == 0


def test_a_name_with_a_nul_is_refused_as_any_input(knock):
    assert knock(login="car\0la").status_code == 422


# --- The throttle ---


def test_after_five_failures_an_account_is_closed_even_to_the_right_password(client, knock):
    for _ in range(commands.TRIES_PER_ACCOUNT):
        assert knock(password="wrong").status_code == 422
    answer = knock()
    assert answer.status_code == 429
    assert "Too many attempts. Wait a quarter of an hour" in answer.text
    assert not is_inside(client)


def test_an_account_that_there_is_not_closes_just_the_same(knock):
    statuses = [knock(login="nobody").status_code for _ in range(commands.TRIES_PER_ACCOUNT + 1)]
    assert statuses == [422] * commands.TRIES_PER_ACCOUNT + [429]


def test_other_accounts_stay_open(knock):
    for _ in range(commands.TRIES_PER_ACCOUNT):
        knock(login="nobody")
    assert knock().status_code == 303


def test_after_a_quarter_of_an_hour_the_account_is_open_again(knock):
    for _ in range(commands.TRIES_PER_ACCOUNT):
        knock(password="wrong")
    with clock.standing_at(NOW + timedelta(minutes=14, seconds=59)):
        assert knock().status_code == 429
    with clock.standing_at(NOW + timedelta(minutes=15)):
        assert knock().status_code == 303


def test_a_success_forgets_the_failures_before_it(knock):
    for _ in range(2):
        for _ in range(commands.TRIES_PER_ACCOUNT - 1):
            knock(password="wrong")
        assert knock().status_code == 303
    assert db.session.query(FailedSignIn).count() == 0


def test_after_many_failures_an_address_is_closed_for_every_account(client, knock):
    now = clock.now()
    db.session.add_all(
        FailedSignIn(login=f"guess{number}", address="127.0.0.1", at=now)
        for number in range(commands.TRIES_PER_ADDRESS)
    )
    db.session.commit()
    assert knock().status_code == 429
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    form = {"login": "carla", "password": PASSWORD}
    assert client.post("/sign-in", data=form, environ_base=elsewhere).status_code == 303


def test_a_try_counts_before_its_password_is_checked(app, carla, monkeypatch):
    """So that many tries at once cannot slip by."""
    counted = []

    def fits(known, password):
        counted.append(db.session.query(FailedSignIn).count())
        return False

    monkeypatch.setattr(passwords, "fits", fits)
    with pytest.raises(commands.Refused):
        commands.sign_in("carla", "x", "127.0.0.1")
    assert counted == [1]


def test_old_sessions_and_failures_are_forgotten(knock, client):
    knock(password="wrong")
    knock()
    knock(login="nobody")
    with clock.standing_at(NOW + timedelta(days=40)):
        commands.forget_old_sessions()
        db.session.commit()
    assert (db.session.query(SignIn).count(), db.session.query(FailedSignIn).count()) == (0, 0)


# --- Hashes ---


def test_an_outdated_hash_is_renewed_at_the_next_sign_in(knock, carla):
    carla.password_hash = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1).hash(PASSWORD)
    db.session.commit()
    weak = carla.password_hash
    assert knock(password="wrong").status_code == 422
    assert carla.password_hash == weak
    assert knock().status_code == 303
    assert carla.password_hash != weak
    assert not passwords.is_outdated(carla.password_hash)
    assert passwords.fits(carla.password_hash, PASSWORD)


def test_a_hash_of_today_is_kept(knock, carla):
    before = carla.password_hash
    knock()
    assert carla.password_hash == before


# --- Sessions ---


def test_a_sign_in_begins_a_new_session_and_a_new_token(client, knock):
    client.get("/sign-in")
    before, token = cookie(client), client._token()
    knock()
    assert cookie(client) != before
    client.token = None
    assert client._token() != token
    assert client.post("/sign-out", headers={"X-CSRFToken": token}, csrf=False).status_code == 400


def test_two_sign_ins_have_two_keys_and_the_database_holds_neither(client, knock):
    knock()
    with client.session_transaction() as session:
        first = session["_user_id"]
    knock()
    with client.session_transaction() as session:
        second = session["_user_id"]
    stored = {session.key_hash for session in db.session.query(SignIn)}
    assert stored == {commands.key_hash(first), commands.key_hash(second)}
    assert not {first, second} & stored


def test_a_sign_out_ends_the_session_on_the_server(client, knock):
    knock()
    kept = cookie(client)
    answer = client.post("/sign-out")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert "You are signed out." in client.get("/sign-in").text
    assert not is_inside(client)
    client.set_cookie("portal", kept)
    assert not is_inside(client)


def test_a_session_ends_after_its_time(client, knock):
    knock()
    with clock.standing_at(NOW + commands.SESSION_LASTS - timedelta(seconds=1)):
        assert is_inside(client)
    with clock.standing_at(NOW + commands.SESSION_LASTS):
        assert not is_inside(client)


def test_whoever_leaves_the_house_is_out_at_once(client, knock, carla):
    knock()
    carla.left_at = clock.now()
    db.session.commit()
    assert not is_inside(client)


def test_a_cookie_that_was_tampered_with_opens_nothing(client, knock):
    knock()
    client.set_cookie("portal", cookie(client)[:-2] + "xx")
    assert not is_inside(client)


def test_who_is_asking_costs_one_statement(client, knock, statements):
    knock()
    with statements() as seen:
        client.get("/healthz")
        client.get("/bookings/new")
    assert len([statement for statement in seen if "sign_in" in statement]) == 1
    assert is_inside(client)


# --- Where to go next ---


def test_whoever_was_stopped_goes_on_to_where_they_wanted(client, knock):
    door = client.get("/bookings?page=2")
    assert door.status_code == 401
    assert 'name="next" type="hidden" value="/bookings?page=2"' in door.text
    assert knock(next="/bookings?page=2").location == "/bookings?page=2"


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example", "////evil.example", "https://evil.example", "HTTPS:evil.example",
        "\\\\evil.example", "/\\evil.example", "/\t/evil.example", "\t//evil.example", " //evil.example",
        "javascript:alert(1)", "data:text/html,x", "//[evil", "evil.example", "",
    ],
)
def test_nobody_is_led_to_another_site(knock, address):
    assert knock(next=address).location == "/my-day"


def test_an_address_of_ours_keeps_its_query_and_loses_its_fragment(knock):
    assert knock(next="/rooms/day/2026-11-23?area=1#x").location == "/rooms/day/2026-11-23?area=1"
    assert knock(next="///rooms").location == "/rooms"


def test_the_fragment_of_the_door_holds_the_refusal(knock):
    answer = knock(password="wrong", headers=HTMX)
    assert answer.status_code == 422
    assert GENERIC in answer.text
    assert "<html" not in answer.text
