"""Pages on which a resolution goes on its way: approved, issued, signed for, reviewed, closed, and back."""

from flask import Response, abort, request, url_for

from portal.accounts.session import me
from portal.core.access import allow
from portal.resolutions import policy
from portal.resolutions.forms import WordsForm
from portal.resolutions.models import Event, Resolution
from portal.resolutions.steps import WAYS, Way
from portal.resolutions.views import bp, resolution_page, seen
from portal.web.fragments import announce, carry_out, go, page


def _way(event: str) -> Way:
    if event not in WAYS:
        abort(404)
    return WAYS[Event(event)]


@bp.get("/resolutions/<int:resolution_id>/steps/<event>")
def step(resolution_id: int, event: str) -> Response:
    """The form for the words of a step."""
    found, way = seen(resolution_id), _way(event)
    allow(policy.may_take(me(), found, way.event))
    return _form(found, way, WordsForm(formdata=None))


@bp.post("/resolutions/<int:resolution_id>/steps/<event>")
def take_step(resolution_id: int, event: str) -> Response:
    """Let the resolution go one step on its way, or back."""
    found, way, form = seen(resolution_id), _way(event), WordsForm()
    allow(policy.may_take(me(), found, way.event))
    is_in_page = request.htmx.target == "resolution"  # type: ignore[attr-defined]
    if form.validate() and carry_out(form, way.take, me(), found, form.words.data):
        if not is_in_page:
            return go(str(way.done), url_for(".resolution", resolution_id=resolution_id))
        return announce(resolution_page(found), str(way.done), focus="resolution-title")
    if way.is_aside:
        return _form(found, way, form)
    return resolution_page(found, said=form)


def _form(found: Resolution, way: Way, form: WordsForm) -> Response:
    # In a dialog it stands over the page, which may ask for words too.
    form.words.id = form.words.label.field_id = "dialog-words"
    return page("resolutions/step.html", block="form", resolution=found, way=way, form=form)
