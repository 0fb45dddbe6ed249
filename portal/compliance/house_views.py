"""How the organisation keeps its regulations: the numbers, what is behind them, and its own clauses."""

from typing import Any

from flask import Response, request

from portal.accounts.queries import departments
from portal.accounts.session import me
from portal.compliance import house as found_by
from portal.compliance import policy
from portal.compliance.export import version_of
from portal.compliance.holders import hand_of
from portal.compliance.house import Findings, Scope
from portal.compliance.verdicts import State
from portal.compliance.views import bp, names
from portal.compliance.words import STATES
from portal.core.access import allow
from portal.core.i18n import gettext as _
from portal.regulations.profiles import PROFILES
from portal.resolutions.policy import headed_by
from portal.resolutions.today import today
from portal.supervision import periods
from portal.web.addresses import record_number
from portal.web.fragments import page
from portal.web.tables import Row, table_response, wanted_format

SHOWN, MOST_ROWS = 25, 200


@bp.get("/compliance")
def house() -> Response:
    """By clause, department and kind, worst first: `?from=&until=&department=&profile=`; every clause by `?all=1`."""
    scope = _scope()
    findings = found_by.find(me(), scope)
    if wanted := wanted_format():
        return table_response(_rows(findings), _columns(), f"{_('Compliance')} {scope.period.name}", wanted)
    clauses = findings.by_clause()
    shown = clauses if "all" in request.args else [one for one in clauses if one.rank[0] or one.counts[State.OPEN]]
    return page(
        "compliance/house.html", block="house", scope=scope, findings=findings, **names(),
        tables=_tables(findings), clauses=shown if "all" in request.args else shown[:SHOWN], all_clauses=len(clauses),
        presets=periods.presets(today()), departments=_offered(), profiles=policy.in_force(),
        version_of=version_of, most=found_by.MOST_MEETINGS, own_rights=_own_rights(findings),
    )


def _scope() -> Scope:
    """What is counted: this quarter if nothing is said."""
    allow(policy.may_open_house(me()))
    asked = {"from", "until"} & set(request.args)
    period = periods.asked_for(request.args, today()) if asked else periods.presets(today())[2][1]
    profile = request.args.get("profile", "")
    return Scope(
        period, request.args.get("department", type=record_number), profile if profile in PROFILES else ""
    )


def _offered() -> list[Any]:
    """The departments that the reader may ask for."""
    return [one for one in departments() if policy.reads_whole_house(me()) or one.id in headed_by(me())]


def _tables(findings: Findings) -> list[tuple[str, list[found_by.Tally]]]:
    return [
        (_("By department"), findings.by_department(_("Without a department"))), (_("By kind"), findings.by_kind()),
    ]


def _own_rights(findings: Findings) -> dict[str, tuple[bool, bool]]:
    """Of each clause of the organisation, whether the reader may sign it, or take back what was signed."""
    hand = hand_of(me())
    return {
        line.clause.id: (
            line.state in (State.OPEN, State.LATE) and policy.may_sign(hand, line.clause, None),
            line.sign_off is not None and policy.may_revoke(me(), line.sign_off),
        )
        for _profile, lines in findings.own for line in lines
    }


def _columns() -> tuple[str, ...]:
    return _("Table"), _("Name"), _("Title"), *(str(words) for words in STATES.values()), _("Kept, in percent")


def _rows(findings: Findings) -> list[Row]:
    tables = [(_("By clause"), findings.by_clause()), *_tables(findings)]
    return [
        (table, one.name, str(one.clause.title) if one.clause else "", *(one.counts[state] for state in STATES),
         one.share)
        for table, tallies in tables for one in tallies
    ]


@bp.get("/compliance/list")
def behind() -> Response:
    """The clauses of meetings behind a number: `?clause=&state=&of=&kind=` besides what is counted."""
    scope, asked = _scope(), request.args.get("state")
    state = State(asked) if asked in set(State) else None
    findings = found_by.find(me(), scope)
    rows = found_by.behind(
        findings, clause=request.args.get("clause", ""), state=state,
        kind_id=request.args.get("kind", type=record_number), of_department=request.args.get("of", type=int),
    )
    if wanted := wanted_format():
        return table_response(_listed(rows), _list_columns(), f"{_('Compliance')} {scope.period.name}", wanted)
    return page(
        "compliance/list.html", block="list", rows=rows[:MOST_ROWS], more=max(0, len(rows) - MOST_ROWS), scope=scope,
        state=state, query=dict(request.args), is_cut=findings.is_cut, most=found_by.MOST_MEETINGS, **names(),
    )


def _list_columns() -> tuple[str, ...]:
    return (
        _("Meeting"), _("Number"), _("Begins"), _("Clause"), _("Title"), _("State"), _("Why"), _("Whose turn"),
    )


def _listed(rows: Any) -> list[Row]:
    return [
        (row.meeting.subject, row.meeting.number or "", row.meeting.starts_at, row.judged.clause.id,
         str(row.judged.clause.title), str(STATES[row.judged.state]), row.judged.verdict.words, row.judged.verdict.turn)
        for row in rows
    ]
