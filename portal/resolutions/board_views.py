"""The board of resolutions: filters, columns, saved views, things done to many at once."""

from flask import Response, request

from portal.accounts.queries import departments
from portal.accounts.session import me
from portal.resolutions import policy, queries
from portal.resolutions.today import today
from portal.resolutions.views import bp
from portal.web.fragments import page, wants_fragment
from portal.web.paging import leaf


@bp.get("/resolutions")
def board() -> Response:
    """What I may see, by due day: `?whose=mine|department&light=…&department=ID`."""
    wanted, on = queries.Wanted.from_address(request.args), today()
    sees_all = policy.may_see_all(me())
    found = leaf(queries.board(me(), wanted, on), request.args.get("page", 1, type=int))
    return page(
        "resolutions/board.html", block="board", leaf=found, wanted=wanted, today=on,
        counts=queries.light_counts(me(), wanted, on), is_fragment=wants_fragment(),
        reported=queries.last_reports([resolution.id for resolution in found.rows]),
        departments=departments() if sees_all else [], hidden_meetings=queries.hidden_meetings(me(), found.rows),
    )
