"""The settings of a single resource: its photo, its layouts, and who may book it."""

from typing import Any

from flask import Response, request, send_file, url_for

from portal.accounts import naming
from portal.accounts import queries as accounts
from portal.accounts.session import me
from portal.core import files
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import Missing
from portal.core.i18n import gettext as _
from portal.rooms import entitling, furnishing, photos, policy
from portal.rooms.models import Resource
from portal.rooms.place_views import meant
from portal.rooms.resource_queries import whole
from portal.rooms.settings_forms import DepartmentForm, LayoutForm, PersonForm, PhotoForm
from portal.rooms.views import bp
from portal.web.forms import Form
from portal.web.fragments import carry_out, go, page

# Somewhat more than a photo may have, so that one that is too large is refused in words of its own.
LARGEST_REQUEST = photos.LARGEST + (1 << 20)


@bp.url_value_preprocessor
def allow_photos(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let this one route take more than others; said before anything looks into the request."""
    if endpoint == "rooms.set_photo":
        request.max_content_length = LARGEST_REQUEST


@bp.get("/rooms/<int:room_id>/settings")
def settings(room_id: int) -> Response:
    """Photo, layouts and rights, each with what can be done to it."""
    return _page(_kept(room_id))


def _kept(room_id: int) -> Resource:
    found = whole(room_id)
    allow(policy.keeps(me(), found))
    return found


def _page(room: Resource, **forms: Form) -> Response:
    """The page with these forms as they were sent, and the others empty; 422 if one was refused."""
    shown: dict[str, Any] = {"layout": LayoutForm(None), "photo": PhotoForm(None), "person": PersonForm(None)}
    shown["department"] = _department_form(None)
    shown |= forms
    return page(
        "rooms/settings.html", block="settings", room=room, forms=shown,
        form=next(iter(forms.values()), None), people=naming.suggested(request.args.get("person", "")[:100]),
    )


def _department_form(*sent: Any) -> DepartmentForm:
    form = DepartmentForm(*sent)
    form.offer(list(accounts.departments()))
    return form


def _answer(room_id: int, words: str, **forms: Form) -> Response:
    """Go back to the settings, or show there what was refused."""
    if any(form.errors for form in forms.values()):
        return _page(_kept(room_id), **forms)
    return go(words, url_for(".settings", room_id=room_id))


# --- Photo ---


@bp.get("/rooms/<int:room_id>/photo")
def photo(room_id: int) -> Response:
    """The photo as a JPEG; with its name in the address (`?v=`) it is kept for good."""
    found = db.session.get(Resource, room_id)
    if found is None or not found.photo or not files.place_of(found.photo).exists():
        raise Missing(_("There is no photo."))
    response = send_file(files.place_of(found.photo), mimetype="image/jpeg", etag=found.photo)
    is_named = request.args.get("v") == found.photo
    response.headers["Cache-Control"] = f"private, {'max-age=31536000, immutable' if is_named else 'no-cache'}"
    return response


@bp.post("/rooms/<int:room_id>/photo")
def set_photo(room_id: int) -> Response:
    """Show another photo."""
    found, form = _kept(room_id), PhotoForm()
    if form.validate():
        carry_out(form, photos.set_photo, me(), found, form.content)
    return _answer(room_id, _("The photo is shown."), photo=form)


@bp.post("/rooms/<int:room_id>/photo/removal")
def remove_photo(room_id: int) -> Response:
    """Show no photo."""
    photos.remove_photo(me(), _kept(room_id))
    db.session.commit()
    return go(_("The photo is removed."), url_for(".settings", room_id=room_id))


# --- Layouts ---


@bp.post("/rooms/<int:room_id>/layouts")
def add_layout(room_id: int) -> Response:
    """Offer one way more to furnish it."""
    found, form = _kept(room_id), LayoutForm()
    if form.validate():
        carry_out(form, furnishing.add_layout, me(), found, form.name.data, form.capacity.data)
    return _answer(room_id, _("The layout is added."), layout=form)


@bp.post("/rooms/<int:room_id>/layouts/<int:layout_id>/removal")
def remove_layout(room_id: int, layout_id: int) -> Response:
    """Offer it no more."""
    found = _kept(room_id)
    furnishing.remove_layout(me(), _among(found.layouts, layout_id), found)
    db.session.commit()
    return go(_("The layout is removed."), url_for(".settings", room_id=room_id))


def _among(records: Any, record_id: int) -> Any:
    found = next((one for one in records if one.id == record_id), None)
    if found is None:
        raise Missing(_("There is no such record."))
    return found


# --- Who may book it ---


@bp.post("/rooms/<int:room_id>/restriction")
def restriction(room_id: int) -> Response:
    """Keep it for those who are named (`only=named`), or open it to everyone."""
    is_restricted = request.form.get("only") == "named"
    entitling.restrict(me(), _kept(room_id), is_restricted=is_restricted)
    db.session.commit()
    words = _("Only those who are named may book it now.") if is_restricted else _("Everyone may book it now.")
    return go(words, url_for(".settings", room_id=room_id))


@bp.post("/rooms/<int:room_id>/rights/people")
def grant_person(room_id: int) -> Response:
    """Let a colleague book it."""
    found, form = _kept(room_id), PersonForm()
    if form.validate():
        carry_out(form, lambda: entitling.grant_right(me(), found, meant(form)))
    return _answer(room_id, _("The colleague is named."), person=form)


@bp.post("/rooms/<int:room_id>/rights/departments")
def grant_department(room_id: int) -> Response:
    """Let everyone of a department book it."""
    found, form = _kept(room_id), _department_form()
    if form.validate():
        chosen = next(one for one in accounts.departments() if one.id == form.department_id.data)
        carry_out(form, entitling.grant_right, me(), found, chosen)
    return _answer(room_id, _("The department is named."), department=form)


@bp.post("/rooms/<int:room_id>/rights/<int:right_id>/withdrawal")
def withdraw(room_id: int, right_id: int) -> Response:
    """Let them book it no more."""
    found = _kept(room_id)
    entitling.withdraw_right(me(), found, _among(found.rights, right_id))
    db.session.commit()
    return go(_("They may book it no more; what they have booked stands."), url_for(".settings", room_id=room_id))
