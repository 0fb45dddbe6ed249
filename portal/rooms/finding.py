"""The page that finds a room."""

from flask import Response, request, url_for

from portal.core.i18n import local
from portal.rooms.find_form import FindForm
from portal.rooms.search import find_rooms, rooms_in_use
from portal.rooms.views import bp
from portal.web.fragments import page, wants_fragment


@bp.get("/rooms/find")
def find() -> Response:
    """Rooms for `?day=YYYY-MM-DD&time=HH:MM&length=MINUTES&people=N&feature=NAME&area=ID`, all of it optional.

    First those that are free then, then those that are later; 422 with a sentence beside what cannot be meant.
    """
    rooms = rooms_in_use()
    form = FindForm.asked(request.args, rooms)
    wish = form.wish() if form.validate() else None
    return page(
        "rooms/find.html", block="found", form=form, wish=wish, found=find_rooms(rooms, wish) if wish else None,
        today=local(wish.starts_at).date() if wish else None, in_pieces=wants_fragment(), has_rooms=bool(rooms),
        address=request.full_path.rstrip("?"), new_address=url_for(".new_booking"), room_address=url_for(".today"),
    )
