"""What a register is asked for by its address, and its rows as a file."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flask import Response, request
from sqlalchemy import Select

from portal.accounts import queries as accounts
from portal.core.db import db
from portal.inspections.queries import Wanted
from portal.regulations.profiles import PROFILES, Clause
from portal.regulations.queries import profiles_in_force
from portal.web.addresses import record_number
from portal.web.fragments import page
from portal.web.paging import leaf
from portal.web.tables import table_response, wanted_format

MOST_ROWS = 5000


def asked_for(states: Iterable[str]) -> Wanted:
    """What `?from=…&until=…&profile=…&department=…&state=…` says; what makes no sense is left out."""
    profile, state = request.args.get("profile", ""), request.args.get("state", "")
    return Wanted(
        first=request.args.get("from", type=_day), last=request.args.get("until", type=_day),
        profile=profile if profile in PROFILES else "",
        department_id=request.args.get("department", type=record_number), state=state if state in states else "",
    )


def _day(text: str) -> date:
    day = date.fromisoformat(text)
    if not 1970 < day.year < 2200:
        raise ValueError("not in our time")
    return day


def register(
    template: str, block: str, query: Select[Any], wanted: Wanted, states: Mapping[str, Any],
    columns: Mapping[str, Callable[[Any], Any]], name: str, **more: Any,
) -> Response:
    """One page of the rows with the filters, or all of them as a file. A constant number of statements."""
    if as_file := wanted_format():
        rows = [[cell(one) for cell in columns.values()] for one in db.session.scalars(query.limit(MOST_ROWS))]
        return table_response(rows, list(columns), name, as_file)
    return page(
        template, block=block, leaf=leaf(query, request.args.get("page", 1, type=int)), wanted=wanted, states=states,
        departments=accounts.departments(), profiles=titles(), query=_kept(), **more,
    )


def titles() -> dict[str, str]:
    """What the regulations in force are called, by key. One statement."""
    return {key: str(profile.title) for key, profile in profiles_in_force().items()}


def clause_titles() -> dict[str, str]:
    """What the clauses of the regulations in force are called, by id. One statement."""
    return {clause.id: str(clause.title) for one in profiles_in_force().values() for clause in one.clauses}


def clause_of(clause_id: str) -> Clause | None:
    """The clause as it stands today, if there still is one. One statement at most."""
    profiles = profiles_in_force().values() if clause_id else ()
    return next((clause for one in profiles if (clause := one.clause(clause_id))), None)


def prefixes_of(profile: str) -> Sequence[str]:
    """How the ids of the profile's clauses begin; nothing for no profile."""
    if not profile:
        return ()
    return sorted({clause.id.partition("-")[0] + "-" for clause in profiles_in_force([profile])[profile].clauses})


def _kept() -> dict[str, str]:
    return {name: value for name, value in request.args.items() if value and name not in ("page", "format")}
