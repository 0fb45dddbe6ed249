"""The log of one record for whoever may see the record, and the whole log for auditors."""

from flask import Blueprint, Response, request
from flask_login import current_user

from portal.audit import queries
from portal.core.access import allow
from portal.core.i18n import lazy_gettext as _l
from portal.core.records import hidden_among, kind_of, load
from portal.web.fragments import page
from portal.web.navigation import Place, add_place
from portal.web.paging import leaf

bp = Blueprint("audit", __name__)

READERS = ("auditor", "administrator")
add_place(Place(80, "audit.whole", _l("Audit log"), "log", lambda person: person.has_role(*READERS)))


@bp.get("/log/<kind>/<int:id>")
def of_record(kind: str, id: int) -> Response:
    """Who did what to this record, when; only for those who may read what it says."""
    record = load(kind, id, current_user.person)
    allow(not hidden_among(current_user.person, [(kind, id)]))
    return page(
        "audit/of_record.html", block="log", record=record, kind=kind_of(kind), entries=queries.log_of(kind, id)
    )


@bp.get("/log")
def whole() -> Response:
    """Everything, newest first; of what the reader may not read, only that something was done to it."""
    allow(current_user.person.has_role(*READERS))
    found = leaf(queries.whole_log(), request.args.get("page", 1, type=int))
    hidden = hidden_among(current_user.person, ((entry.record_kind, entry.record_id) for entry in found.rows))
    return page("audit/whole.html", block="log", leaf=found, hidden=hidden)
