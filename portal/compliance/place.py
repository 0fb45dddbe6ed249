"""What the compliance slice tells the rest of the portal."""

from typing import Any

from flask import render_template, url_for

from portal.accounts.models import Person
from portal.audit.words import describe
from portal.compliance import house_views, models, policy, sign_views  # noqa: F401  (the views add their pages)
from portal.compliance.checks import all as _checks  # noqa: F401  (registers every check)
from portal.compliance.models import SignOff
from portal.compliance.registry import check_named
from portal.core.i18n import lazy_gettext as _l
from portal.core.records import Kind, register
from portal.inspections.policy import add_watchers
from portal.meetings.models import Meeting
from portal.meetings.tabs import Tab, add_tab
from portal.regulations.labels import add_check_labels
from portal.regulations.ways import Way, add_way
from portal.web.navigation import put_under
from portal.web.panels import add_panel

register(
    Kind(
        "sign_off", SignOff, lambda: str(_l("Sign-off")), lambda signed: signed.clause,
        lambda signed: url_for("compliance.house", _anchor=f"clause-{signed.clause}"), policy.may_see_sign_off,
    )
)
describe(
    {
        "meeting.clause_signed": _l("signed that the clause was kept"),
        "meeting.clause_set_aside": _l("said that the clause does not apply"),
        "meeting.clause_revoked": _l("took back what was said of the clause"),
        "sign_off.signed": _l("signed that the clause was kept"),
        "sign_off.revoked": _l("took back what was said of the clause"),
    },
    details={"clause": _l("Clause"), "words": _l("Words"), "file": _l("File"), "valid_on": _l("Holds until")},
)
put_under("meetings", "compliance.meeting_compliance", "compliance.sign", "compliance.set_aside")
add_tab(
    Tab(
        80, "compliance.meeting_compliance", _l("Compliance"), policy.may_open,
        also=("compliance.sign", "compliance.set_aside"),
    )
)
add_way(
    Way(
        30, "compliance.house", _l("Compliance"), policy.may_open_house,
        also=("compliance.behind", "compliance.sign_for_house"),
    )
)


def meter(meeting: Meeting, actor: Person) -> str:
    """Where the meter goes once the page is there: judging all clauses takes longer than the page itself."""
    return render_template("compliance/_meter_to_come.html", meeting=meeting) if policy.may_open(actor, meeting) else ""


add_panel("meeting_top", "compliance", 90, meter)


def _label_of(name: str) -> Any:
    check = check_named(name)
    return check.label if check else None


add_check_labels(_label_of)
add_watchers(policy.may_open)
