"""What goes wrong is said in a sentence, in the reader's language, with a reference that the log also bears."""

import re
import sqlite3

import pytest
from sqlalchemy import event
from sqlalchemy.exc import TimeoutError as PoolTimeout

from portal.accounts.models import Department
from portal.core.db import db, expect_only_reads
from portal.core.errors import DomainError
from portal.rooms.models import Booking
from portal.web import panels
from portal.web.access import open_to_everyone, open_to_machines
from tests.conftest import HTMX, at, signed_in, typed
from tests.databases import database_file

SECRET = "the-secret-of-the-stack-trace"


def reference(answer):
    return re.search(r"Reference: ([0-9a-f]{8})", answer.text)[1]


def failing(error):
    def view():
        raise error

    return view


def same_department_twice():
    """What two do at once that only one can."""
    db.session.add_all([Department(name="Works"), Department(name="Works")])
    db.session.commit()


@pytest.fixture
def failing_app(app, own_app, database_url):
    """The application with views that fail, all open to everyone but one."""
    made = own_app(database_url)
    made.add_url_rule("/fails", "fails", open_to_everyone(failing(RuntimeError(SECRET))), methods=["GET", "POST"])
    made.add_url_rule("/fails-inside", "fails_inside", failing(RuntimeError(SECRET)))
    made.add_url_rule("/machine-fails", "machine_fails", open_to_machines(failing(RuntimeError(SECRET))))
    made.add_url_rule("/refuses", "refuses", open_to_everyone(failing(DomainError("The house says no."))))
    made.add_url_rule("/twice", "twice", open_to_everyone(same_department_twice))
    made.add_url_rule("/no-connection", "no_connection", open_to_everyone(failing(PoolTimeout())))
    return made


def test_a_failure_is_a_page_without_a_trace_whose_reference_the_log_bears(failing_app, browser_of, caplog):
    answer = browser_of(failing_app).get("/fails")
    assert answer.status_code == 500
    assert "Something went wrong on our side. Nothing was changed." in answer.text
    assert "<html" in answer.text
    assert SECRET not in answer.text
    assert "Traceback" not in answer.text
    (record,) = (record for record in caplog.records if record.name == "portal")
    assert reference(answer) in record.getMessage()
    assert SECRET in str(record.exc_info[1])


def test_a_failure_is_one_sentence_for_htmx(failing_app, browser_of, caplog):
    answer = browser_of(failing_app).get("/fails", headers=HTMX)
    assert answer.status_code == 500
    assert answer.text.strip().startswith('<p class="refusal">Something went wrong')
    assert answer.text.strip().endswith("</p>")
    assert reference(answer) in caplog.text


def test_a_failure_is_plain_text_for_machines(failing_app, browser_of, caplog):
    answer = browser_of(failing_app).get("/machine-fails")
    assert (answer.status_code, answer.mimetype) == (500, "text/plain")
    assert SECRET not in answer.text
    assert SECRET in caplog.text


def test_whoever_is_signed_in_keeps_the_navigation_on_an_error_page(failing_app, alice, caplog):
    answer = signed_in(failing_app, alice).get("/fails-inside")
    assert answer.status_code == 500
    assert "Alice" in answer.text
    assert ' class="places"' in answer.text


def test_an_error_page_that_fails_itself_still_says_so(failing_app, alice, caplog, monkeypatch):
    monkeypatch.setitem(panels._panels, "top", {"broken": (1, failing_panel)})
    answer = signed_in(failing_app, alice).get("/fails-inside")
    assert (answer.status_code, answer.mimetype) == (500, "text/plain")
    assert answer.text.startswith("Something went wrong on our side.")
    assert answer.text.split()[-1] in caplog.text


def failing_panel(_person):
    raise RuntimeError(SECRET)


def test_what_two_do_at_once_is_said_and_nothing_is_changed(failing_app, browser_of):
    answer = browser_of(failing_app).get("/twice", headers=HTMX)
    assert answer.status_code == 409
    assert "Somebody did the same at this moment, so nothing was changed." in answer.text
    assert db.session.query(Department).count() == 0


def test_a_rule_that_no_form_shows_is_answered_with_its_words(failing_app, browser_of):
    answer = browser_of(failing_app).get("/refuses")
    assert answer.status_code == 422
    assert "The house says no." in answer.text


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize(
    ("method", "path", "status", "words"),
    [
        ("GET", "/nowhere", 404, "There is no such page."),
        ("GET", "/bookings/0", 404, "There is no such record."),
        ("POST", "/my-day", 405, "This address does not take that kind of request."),
        ("GET", "/people?q=%00", 400, "The portal did not understand this request."),
    ],
)
def test_each_refusal_has_its_status_and_sentence(sign_in, bob, headers, method, path, status, words):
    answer = sign_in(bob).open(path, method=method, headers=headers)
    assert answer.status_code == status
    assert words in answer.text
    assert reference(answer)
    assert ("<html" in answer.text) == (not headers)


def test_a_wrong_method_names_the_right_ones(sign_in, bob):
    assert "GET" in sign_in(bob).post("/my-day").headers["Allow"]


def test_more_than_the_portal_takes_is_refused(sign_in, bob, room):
    answer = sign_in(bob).post("/bookings/new", data={"title": "x" * 3_000_000})
    assert answer.status_code == 413
    assert "That is more than the portal accepts at once." in answer.text
    assert db.session.query(Booking).count() == 0


def test_errors_are_in_the_readers_language(client):
    answer = client.get("/nowhere", headers={"Accept-Language": "zh-CN"})
    assert answer.status_code == 404
    assert 'lang="zh-Hans"' in answer.text


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_no_free_connection_is_said_as_busy(failing_app, browser_of, headers, caplog):
    answer = browser_of(failing_app).get("/no-connection", headers=headers)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "The database is busy or cannot be reached." in answer.text
    assert reference(answer) in caplog.text


# --- The database is away ---


@pytest.fixture(params=["postgresql+psycopg://nobody@127.0.0.1:1/none", "sqlite:////nonexistent/folder/portal.db"])
def lost(request, own_app, browser_of):
    """A browser with a session of before, whose portal is on a database that is not there."""
    app = own_app(request.param)
    browser = browser_of(app)
    with browser.session_transaction() as session:
        session["_user_id"] = "a key of before"
    with app.app_context():
        yield browser


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize("path", ["/my-day", "/rooms/day/2026-11-23", "/bookings/1"])
def test_without_its_database_the_portal_says_so(lost, path, headers, caplog):
    answer = lost.get(path, headers={"Accept-Language": "en", **headers})
    assert answer.status_code == 503
    assert "The database is busy or cannot be reached. Nothing was changed" in answer.text
    assert ("<html" in answer.text) == (not headers)
    assert reference(answer) in caplog.text


def test_without_its_database_a_sign_in_is_answered_with_503(lost):
    lost.delete_cookie("portal")
    assert lost.post("/sign-in", data={"login": "alice", "password": "x"}).status_code == 503


def test_without_its_database_the_static_files_are_still_served(lost):
    assert lost.get("/static/x/portal.css").status_code == 200


def test_the_health_check_tells_that_the_database_is_away(lost):
    answer = lost.get("/healthz")
    assert (answer.status_code, answer.text) == (503, "database unavailable\n")


def test_the_health_check_tells_that_the_database_answers(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


@pytest.fixture
def locked_app(app, own_app, tmp_path, database_url, alice, room):
    """The application while another process holds the database's write lock (SQLite) or the room (PostgreSQL)."""
    made = own_app(database_url)
    with made.app_context():
        engine = db.engine
    brief = "PRAGMA busy_timeout = 50" if database_url.startswith("sqlite") else "SET lock_timeout = 50"
    event.listen(engine, "connect", lambda connection, _: (connection.execute(brief), connection.commit()))
    browser = signed_in(made, alice)
    browser._token()
    sent = {"title": "x", "room_id": room.id, "starts_at": typed(at(9)), "ends_at": typed(at(10))}
    db.session.rollback()
    if database_url.startswith("sqlite"):
        other = sqlite3.connect(database_file(database_url), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        yield browser, sent
        other.close()
    else:
        with db.engine.connect() as other:
            other.exec_driver_sql("SELECT id FROM resource FOR UPDATE")
            yield browser, sent


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_locked_database_is_said_as_busy_and_nothing_is_changed(locked_app, headers):
    browser, sent = locked_app
    answer = browser.post("/bookings/new", data=sent, headers=headers)
    assert answer.status_code == 503
    assert "The database is busy or cannot be reached." in answer.text
    # For HTMX the words go to the page's messages, so that the form stays as it was typed.
    assert ("<html" in answer.text) == (not headers)
    expect_only_reads(True)
    assert db.session.query(Booking).count() == 0
    db.session.rollback()
    expect_only_reads(False)


def test_a_locked_database_can_still_be_read(locked_app):
    browser, _ = locked_app
    assert browser.get("/rooms/day/2026-11-23").status_code == 200
    assert browser.get("/healthz").status_code == 200
