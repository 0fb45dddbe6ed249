"""What waits for one's approval, and each case on one page."""

from flask import Blueprint, Response

from portal.accounts.session import me
from portal.core.records import load
from portal.web.fragments import page

bp = Blueprint("approvals", __name__)


@bp.get("/approvals/<int:case_id>")
def case(case_id: int) -> Response:
    """The whole case."""
    return page("approvals/case.html", block="case", case=load("approval_case", case_id, me()))
