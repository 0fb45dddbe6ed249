"""Open items of a body at its next meeting: the region of the meeting's page, and what is noted in it."""

from typing import Any

from flask import Response

from portal.accounts.models import Person
from portal.accounts.session import me
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.records import kind_of, load
from portal.meetings.models import Meeting
from portal.resolutions.queries import hidden_meetings
from portal.resolutions.today import today
from portal.supervision import carrying
from portal.supervision.views import bp
from portal.web.forms import Form, many_lines
from portal.web.fragments import announce, carry_out, go, page, wants_fragment


class CarryForm(Form):
    words = many_lines(_l("What was said of it"), 1000)


def region(actor: Person, meeting: Meeting, form: Form | None = None, of: int | None = None) -> dict[str, Any]:
    """What `_open_items.html` shows; `form` is that of the item `of`, if it was refused."""
    items = carrying.items_of(meeting, actor)
    return {
        "meeting": meeting, "items": items, "form": form, "of": of, "today": today(),
        "may_carry": carrying.is_noted(meeting) and carrying.may_carry(actor, meeting),
        "hidden_meetings": hidden_meetings(actor, [item.resolution for item in items]),
    }


def _answer(meeting: Meeting, form: Form | None = None, of: int | None = None) -> Response:
    address = kind_of("meeting").address(meeting)
    context = region(me(), meeting, form, of)
    return page("supervision/open_items.html", block="open_items", address=address, **context)


@bp.get("/meetings/<int:meeting_id>/open-items")
def open_items(meeting_id: int) -> Response:
    """What earlier meetings of the same body resolved and is still open."""
    return _answer(load("meeting", meeting_id, me()))


@bp.post("/meetings/<int:meeting_id>/open-items/<int:resolution_id>")
def carry_over(meeting_id: int, resolution_id: int) -> Response:
    """Note what was said of an item, and that it goes on."""
    return _note(meeting_id, resolution_id, _("It is noted, and goes on."))


@bp.post("/meetings/<int:meeting_id>/open-items/<int:resolution_id>/removal")
def take_back(meeting_id: int, resolution_id: int) -> Response:
    """Take that back."""
    return _note(meeting_id, resolution_id, _("This is no longer noted."), takes_back=True)


def _note(meeting_id: int, resolution_id: int, words: str, *, takes_back: bool = False) -> Response:
    meeting, resolution = load("meeting", meeting_id, me()), load("resolution", resolution_id, me())
    form = CarryForm()
    if takes_back:
        is_done = carry_out(form, _taken_back, meeting, resolution)
    else:
        is_done = form.validate() and carry_out(
            form, carrying.carry_over, me(), meeting, resolution, form.words.data
        )
    if not is_done:
        return _answer(meeting, form, resolution_id)
    if not wants_fragment():
        return go(words, f"{kind_of('meeting').address(meeting)}#open-items")
    return announce(_answer(meeting), words, focus=f"carry-{resolution_id}")


def _taken_back(meeting: Meeting, resolution: Any) -> bool:
    carrying.take_back(me(), meeting, resolution)
    return True
