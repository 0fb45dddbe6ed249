"""Whoever is named for a room or an area looks after it, and what they set shows on its page."""

import io
from datetime import time

import pytest
from PIL import Image
from sqlalchemy import select

from portal.accounts.models import Department
from portal.audit.models import AuditEntry
from portal.core import files
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.rooms import closing, entitling, furnishing, keeping, photos, ruling
from portal.rooms.commands import Details
from portal.rooms.models import Booking, Equipment, Interpreter, Resource, Room, Sort, Vehicle, Visibility
from tests.conftest import HTMX, at, typed

ROOM = {"name": "E101", "capacity": 10, "features": "", "directions": ""}
AREA = {"name": "East wing", "timezone": "Asia/Shanghai", "opens_at": time(8), "closes_at": time(20), "position": 0}


@pytest.fixture
def ritas(sign_in, rita):
    return sign_in(rita)


@pytest.fixture
def keeper(rita, bob, room):
    """Bob, who is named for E101 only."""
    entitling.name_keeper(rita, room, bob)
    db.session.commit()
    return bob


def actions():
    return db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()


def picture(width=40, height=20, form="PNG", mode="RGB", **more):
    written = io.BytesIO()
    Image.new(mode, (width, height)).save(written, form, **more)
    return written.getvalue()


# --- Who may ---


def test_a_keeper_changes_closes_and_rules_their_room(keeper, area, room, other_room):
    keeping.change_resource(keeper, room, area, **{**ROOM, "name": "Oak"})
    keeping.set_hours(keeper, room, {5: None})
    ruling.set_policy(keeper, room, {"longest_minutes": 60})
    furnishing.add_layout(keeper, room, "Rows", 20)
    closing.close_room(keeper, room.id, "Paint", at(9), at(12), {})
    entitling.restrict(keeper, room, is_restricted=True)
    for forbidden in (
        lambda: keeping.change_resource(keeper, other_room, area, **ROOM),
        lambda: keeping.change_area(keeper, area, **AREA),
        lambda: keeping.set_hours(keeper, area, {}),
        lambda: ruling.set_policy(keeper, other_room, {}),
        lambda: closing.close_room(keeper, other_room.id, "Paint", at(9), at(12), {}),
        lambda: keeping.retire(keeper, room),
        lambda: keeping.add_room(keeper, area, "New"),
        lambda: entitling.name_keeper(keeper, room, keeper),
    ):
        with pytest.raises(NotAllowed):
            forbidden()


def test_who_keeps_an_area_keeps_all_its_rooms_and_may_not_take_them_elsewhere(rita, bob, area, west, room):
    entitling.name_keeper(rita, area, bob)
    keeping.change_area(bob, area, **{**AREA, "name": "Annex"})
    keeping.change_resource(bob, room, area, **{**ROOM, "name": "Oak"})
    with pytest.raises(NotAllowed):
        keeping.change_resource(bob, room, west, **ROOM)


def test_a_keeper_makes_way_for_a_closure_also_with_what_they_may_not_read(keeper, make_booking, room, sign_in):
    secret = make_booking(title="Layoffs", visibility=Visibility.PRIVATE)
    fields = {"reason": "Paint", "starts_at": typed(at(9)), "ends_at": typed(at(12))}
    bobs = sign_in(keeper)
    answer = bobs.post("/rooms/1/closures/new", headers=HTMX, data=fields)
    assert answer.status_code == 422
    assert "Layoffs" not in answer.text
    assert "Alice" not in answer.text
    assert bobs.post("/rooms/1/closures/new", data={**fields, f"booking-{secret.id}": "cancel"}).status_code == 303
    assert not db.session.get(Booking, secret.id).is_standing


def test_a_keeper_sees_what_they_keep_and_nothing_else(keeper, sign_in, alice, other_room, third_room):
    page = sign_in(keeper).get("/rooms/kept").text
    assert "/rooms/1/change" in page
    for elsewhere in (f"/rooms/{other_room.id}", "West wing", "/areas/1/change", "/rooms/new"):
        assert elsewhere not in page
    assert sign_in(alice).get("/rooms/kept").status_code == 403


def test_nobody_is_named_twice_and_the_log_says_who_was(rita, bob, room, keeper):
    with pytest.raises(DomainError, match="Bob is named already"):
        entitling.name_keeper(rita, room, bob)
    entitling.dismiss_keeper(rita, room, room.keepers[0])
    assert actions()[-2:] == ["room.keeper_named", "room.keeper_dismissed"]


PLACES = [
    "/rooms/1/change", "/rooms/1/policy", "/rooms/1/hours", "/rooms/1/keepers", "/rooms/1/settings",
    "/rooms/1/closures/new",
]
ACTS = [
    "/rooms/1/restriction", "/rooms/1/rights/people", "/rooms/1/rights/departments", "/rooms/1/photo",
    "/rooms/1/photo/removal", "/rooms/1/layouts", "/rooms/1/layouts/1/removal", "/rooms/1/keepers/1/dismissal",
]


@pytest.mark.parametrize("path", PLACES)
def test_keepers_see_page_and_fragment_and_others_are_refused(sign_in, keeper, alice, path):
    assert "<html" in sign_in(keeper).get(path).text
    fragment = sign_in(keeper).get(path, headers=HTMX)
    assert (fragment.status_code, "<html" in fragment.text) == (200, False)
    assert sign_in(alice).get(path).status_code == 403
    assert sign_in(keeper).get(path.replace("/1/", "/99/")).status_code == 404


@pytest.mark.parametrize("path", ACTS)
def test_others_change_nothing_and_what_there_is_not_is_not_found(sign_in, ritas, room, alice, path):
    assert sign_in(alice).post(path).status_code == 403
    assert ritas.post(path.replace("/rooms/1/", "/rooms/99/")).status_code == 404


def test_somebody_is_named_and_dismissed_in_the_browser(ritas, room, bob):
    assert "Bob · bob" in ritas.get("/rooms/1/keepers?person=bo").text
    refused = ritas.post("/rooms/1/keepers", data={"person": "Nobody"})
    assert refused.status_code == 422
    assert "Nobody here is called that." in refused.text
    assert 'value="Nobody"' in refused.text
    assert ritas.post("/rooms/1/keepers", data={"person": "bob"}).location == "/rooms/1/keepers"
    assert "Bob" in ritas.get("/rooms/1").text
    ritas.post("/rooms/1/keepers/1/dismissal")
    assert db.session.get(Room, 1).keepers == []


# --- Who may book ---


def test_what_is_restricted_is_booked_by_those_who_are_named(ritas, room, alice, bob, works, make_booking):
    ritas.post("/rooms/1/restriction", data={"only": "named"})
    with pytest.raises(DomainError, match="kept for others"):
        make_booking()
    assert ritas.post("/rooms/1/rights/people", data={"person": "bob"}).location == "/rooms/1/settings"
    make_booking(actor=bob)
    assert ritas.post("/rooms/1/rights/departments", data={"department_id": works.id}).status_code == 303
    make_booking(starts_at=at(11), ends_at=at(12))
    assert ritas.post("/rooms/1/rights/people", data={"person": "bob"}).status_code == 422
    ritas.post("/rooms/1/rights/2/withdrawal")
    with pytest.raises(DomainError, match="kept for others"):
        make_booking(starts_at=at(13), ends_at=at(14))
    ritas.post("/rooms/1/restriction", data={"only": ""})
    make_booking(starts_at=at(13), ends_at=at(14))


def test_a_page_says_that_it_is_kept_for_others(sign_in, rita, alice, room):
    entitling.restrict(rita, room, is_restricted=True)
    db.session.commit()
    page = sign_in(alice).get("/rooms/1").text
    assert "This is kept for others." in page
    assert "Book this room" not in page


def test_a_department_that_there_is_not_is_no_choice(ritas, room):
    assert ritas.post("/rooms/1/rights/departments", data={"department_id": "77"}).status_code == 422
    assert db.session.query(Department).count() == 0


# --- Layouts ---


def test_a_layout_that_is_removed_is_asked_for_no_more(rita, room, make_booking):
    rows = furnishing.add_layout(rita, room, "Rows", 20)
    booking = make_booking(details=Details(layout_id=rows.id))
    with pytest.raises(DomainError, match="a layout rows already"):
        furnishing.add_layout(rita, room, "rows", None)
    furnishing.remove_layout(rita, rows, room)
    db.session.commit()
    assert (booking.layout_id, room.layouts) == (None, [])
    assert actions()[-1] == "room.layout_removed"


def test_layouts_are_added_and_removed_in_the_browser(ritas, room):
    assert ritas.post("/rooms/1/layouts", data={"name": "Rows", "capacity": "20"}).location == "/rooms/1/settings"
    assert "Rows · 20" in ritas.get("/rooms/1").text
    refused = ritas.post("/rooms/1/layouts", data={"name": "Rows", "capacity": "5"})
    assert (refused.status_code, 'value="5"' in refused.text) == (422, True)
    ritas.post("/rooms/1/layouts/1/removal")
    assert "Rows" not in ritas.get("/rooms/1").text


# --- Photos ---


def test_a_photo_becomes_a_modest_jpeg_that_tells_nothing_of_the_camera(rita, room):
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    exif[0x0112] = 6
    photos.set_photo(rita, room, picture(2000, 1000, "JPEG", exif=exif))
    kept = files.place_of(room.photo).read_bytes()
    with Image.open(io.BytesIO(kept)) as image:
        assert (image.format, image.size, len(image.getexif())) == ("JPEG", (800, 1600), 0)
    assert b"Camera" not in kept


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no photo"), (b"<svg/>", "no photo"), (picture()[:40], "no photo"), (picture(form="TIFF"), "no photo"),
        (picture(10_000, 6_000, mode="1"), "too many pixels"), (b"\xff" * (photos.LARGEST + 1), "5 MB at most"),
    ],
)
def test_what_is_no_photo_is_refused_with_a_sentence(rita, room, content, words):
    with pytest.raises(DomainError, match=words) as refusal:
        photos.set_photo(rita, room, content)
    assert refusal.value.field == "photo"
    assert room.photo == ""


def test_a_photo_is_given_shown_and_removed_in_the_browser(ritas, sign_in, alice, room):
    assert ritas.get("/rooms/1/photo").status_code == 404
    assert ritas.post("/rooms/1/photo", data={"photo": (io.BytesIO(picture()), "a.png")}).status_code == 303
    name = db.session.get(Room, 1).photo
    assert f"/rooms/1/photo?v={name}" in sign_in(alice).get("/rooms/1").text
    answer = sign_in(alice).get(f"/rooms/1/photo?v={name}")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("image/jpeg", "private, max-age=31536000, immutable")
    assert sign_in(alice).get("/rooms/1/photo").headers["Cache-Control"] == "private, no-cache"
    ritas.post("/rooms/1/photo/removal")
    assert db.session.get(Room, 1).photo == ""


def test_a_photo_larger_than_other_requests_may_be_is_read_and_one_too_large_refused(ritas, room):
    def send(size):
        # Written here: the test client would leave a file of its own open for so much.
        head = b'--edge\r\nContent-Disposition: form-data; name="photo"; filename="a.png"\r\n\r\n'
        body = head + picture() + b"\0" * size + b"\r\n--edge--\r\n"
        return ritas.post("/rooms/1/photo", data=body, content_type="multipart/form-data; boundary=edge")

    assert send(3 << 20).status_code == 303
    refused = send(photos.LARGEST)
    assert refused.status_code == 422
    assert "5 MB at most" in refused.text
    assert send(photos.LARGEST + (2 << 20)).status_code == 413


def test_a_file_must_be_chosen(ritas, room):
    refused = ritas.post("/rooms/1/photo", data={})
    assert refused.status_code == 422
    assert "Please choose a file." in refused.text


# --- Hours and rules in the browser ---


def week(**days):
    usual = {f"days-{day}-way": "usual" for day in range(7)}
    return {**usual, **{f"days-{name.replace('_', '-', 1)}": value for name, value in days.items()}}


OWN_FRIDAY = {"4_way": "own", "4_opens_at": "10:00", "4_closes_at": "12:00", "6_way": "closed"}


@pytest.mark.parametrize("path", ["/rooms/1", "/areas/1"])
def test_hours_of_weekdays_are_set_and_shown(ritas, room, path):
    assert ritas.post(f"{path}/hours", data=week(**OWN_FRIDAY)).status_code == 303
    page = ritas.get("/rooms/1").text
    assert "10:00–12:00" in page
    assert "<dd>Not open</dd>" in page
    ritas.post(f"{path}/hours", data=week(**{"4_way": "own", "4_opens_at": "11:00", "4_closes_at": "12:00"}))
    page = ritas.get("/rooms/1").text
    assert "11:00–12:00" in page
    assert "<dd>Not open</dd>" not in page
    assert actions()[-1].endswith("hours_set")


def test_hours_that_are_none_are_refused_beside_the_day_and_kept(ritas, room):
    refused = ritas.post("/rooms/1/hours", headers=HTMX, data=week(**{**OWN_FRIDAY, "4_closes_at": "09:00"}))
    assert refused.status_code == 422
    assert "must be later than the opening time" in refused.text
    assert 'value="10:00"' in refused.text
    neither = week(**{"4_way": "own", "4_opens_at": "", "4_closes_at": ""})
    assert "give both times" in ritas.post("/rooms/1/hours", data=neither).text


def test_a_room_says_what_its_area_asks_unless_it_asks_otherwise(ritas, rita, area, room, make_booking):
    ruling.set_policy(rita, area, {"longest_minutes": 60, "needs_approval": True})
    db.session.commit()
    form = ritas.get("/rooms/1/policy").text
    assert 'placeholder="60, as the area"' in form
    assert "As the area: Yes" in form
    assert ritas.post("/rooms/1/policy", data={"longest_minutes": "90", "needs_approval": "no"}).status_code == 303
    page = ritas.get("/rooms/1").text
    assert "1 h 30 min long at most." in page
    assert "approved by" not in page
    make_booking(ends_at=at(10, 30))


def test_rules_of_a_room_that_contradict_those_of_its_area_are_refused(ritas, rita, area, room):
    ruling.set_policy(rita, area, {"shortest_minutes": 60})
    db.session.commit()
    refused = ritas.post("/rooms/1/policy", data={"longest_minutes": "30"})
    assert refused.status_code == 422
    assert "cannot be shorter than the shortest" in refused.text


# --- What can be booked besides rooms ---

KINDS = [("room", Room), ("equipment", Equipment), ("vehicle", Vehicle), ("interpreter", Interpreter)]


@pytest.mark.parametrize(("kind", "model"), KINDS)
def test_all_sorts_of_things_are_put_into_use_and_changed(ritas, area, kind, model):
    fields = {"name": "Thing", "area_id": "1", "features": "red", "setup_minutes": "10", "cleanup_minutes": "5"}
    more = {"equipment": {"quantity": "3"}, "vehicle": {"capacity": "8"}, "room": {"capacity": "4"}}.get(kind, {})
    assert ritas.post(f"/rooms/new?kind={kind}", data={**fields, **more}).location == "/rooms/kept"
    added = db.session.query(Resource).one()
    assert isinstance(added, model)
    assert (added.setup_minutes, added.cleanup_minutes, added.quantity) == (10, 5, int(more.get("quantity", 1)))
    assert ritas.post("/rooms/1/change", data={**fields, **more, "name": "Other"}).location == "/rooms/1"
    page = ritas.get("/rooms/1").text
    assert "Other" in page
    assert "10 min before and 5 min after" in page
    assert ("Other" in ritas.get("/resources").text) == (kind != "room")


def test_units_that_are_booked_are_not_taken_away(rita, area, make_booking, microphones):
    make_booking(room_id=microphones.id, details=Details(quantity=2))
    values = {"name": "Microphone", "capacity": None, "features": "", "directions": ""}
    keeping.change_resource(rita, microphones, area, **values, quantity=2)
    with pytest.raises(DomainError, match="One booking ahead holds") as refusal:
        keeping.change_resource(rita, microphones, area, **values, quantity=1)
    assert refusal.value.field == "quantity"


def test_the_page_of_a_room_shows_holidays_of_the_week(ritas, rita, area, room):
    keeping.change_area(rita, area, **AREA, holidays="US", site="Campus", building="B2", floor="3")
    db.session.commit()
    page = ritas.get("/rooms/1").text
    assert "Thanksgiving" in page
    assert "Campus · B2 · 3" in page


def test_a_country_that_nobody_knows_has_no_holidays(rita, area):
    with pytest.raises(DomainError, match="not known"):
        keeping.change_area(rita, area, **AREA, holidays="XX")


@pytest.mark.parametrize("path", ["/rooms/1", "/resources", "/rooms/kept"])
def test_the_statements_of_a_page_do_not_grow(ritas, rita, area, west, room, bob, make_booking, statements, path):
    def count():
        with statements() as seen:
            assert ritas.get(path).status_code == 200
        return len(seen)

    few = count()
    for number in range(4):
        added = keeping.add_resource(rita, list(Sort)[number], west if number % 2 else area, name=f"X{number}")
        entitling.name_keeper(rita, added, bob)
        ruling.set_policy(rita, added, {"longest_minutes": 600})
        make_booking(room_id=room.id, starts_at=at(10 + number), ends_at=at(11 + number))
    entitling.name_keeper(rita, room, bob)
    entitling.name_keeper(rita, area, bob)
    db.session.commit()
    assert count() <= few + 1  # who is named is read for all at once, if anybody is
