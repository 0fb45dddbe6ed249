"""The pages that find a room, or a time for people and a room."""

from flask import Response, make_response, render_template, request, url_for

from portal.accounts.naming import suggested
from portal.accounts.queries import people_by_id
from portal.accounts.session import me
from portal.core.i18n import local
from portal.rooms.candidates import open_to
from portal.rooms.find_form import FindForm
from portal.rooms.find_time_form import BETWEEN_NAMES, FindTimeForm
from portal.rooms.search import find_rooms, rooms_open_to
from portal.rooms.time_search import find_times
from portal.rooms.views import bp
from portal.web.fragments import page, wants_fragment


@bp.get("/rooms/find")
def find() -> Response:
    """Rooms for `?day=YYYY-MM-DD&time=HH:MM&length=MINUTES&people=N&feature=NAME&area=ID`, all of it optional.

    First those that are free then, then those that are later; 422 with a sentence beside what cannot be meant.
    """
    rooms = rooms_open_to(me())
    form = FindForm.asked(request.args, rooms)
    wish = form.wish() if form.validate() else None
    return page(
        "rooms/find.html", block="found", form=form, wish=wish, found=find_rooms(rooms, wish) if wish else None,
        today=local(wish.starts_at).date() if wish else None, in_pieces=wants_fragment(), has_rooms=bool(rooms),
        address=request.full_path.rstrip("?"), new_address=url_for(".new_booking"), room_address=url_for(".today"),
    )


@bp.get("/rooms/find-time")
def find_time() -> Response:
    """Times for people, a room and equipment, by an address that holds all that is asked; see `FindTimeForm`.

    What others have at their busy times is never said, only that they are busy.
    """
    resources = open_to(me())
    form = FindTimeForm.asked(request.args, resources, me())
    is_sound = form.validate()
    known = [person for person in people_by_id(form.ids()) if person.is_active]
    required, optional = form.take_people(known)
    wish = form.wish(required, optional) if is_sound and not form.errors else None
    return page(
        "rooms/find_time.html", block="asking", form=form, wish=wish, required=required, optional=optional,
        slots=find_times(wish, resources) if wish else [], names={person.id: person.name for person in optional},
        details=form.booking_details(wish) if wish else {}, address=request.full_path.rstrip("?"),
        in_pieces=wants_fragment(),
    )


@bp.get("/rooms/find-time/colleagues")
def named() -> Response:
    """The names that what is typed into one of that page's fields may mean, for the list below it."""
    words = request.args.get("add_who") or request.args.get("add_maybe") or ""
    people = suggested(BETWEEN_NAMES.split(words)[-1][:100])
    return make_response(render_template("rooms/_colleagues.html", people=people))
