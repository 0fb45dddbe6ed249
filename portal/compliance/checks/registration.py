"""Checks of the registration page: that it was opened, what it asks, and who let people in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from portal.compliance.checks.grouping import by_meeting
from portal.compliance.checks.helping import body, lacking, named, tab
from portal.compliance.dossier import Batch, Dossier, loads
from portal.compliance.registry import checks
from portal.compliance.verdicts import Evidence, Verdict, due, met, not_applicable
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import ngettext
from portal.registration.models import Registrant, Registration
from portal.regulations.profiles import Clause

# Fields have no names but their labels: by these words in any of the portal's languages they are known.
ASKED = {"background": ("background", "背景", "简介", "簡介"), "purpose": ("purpose", "目的", "事由")}


class Sheet(NamedTuple):
    """The registration page of a meeting."""

    meeting_id: int
    fields: list[dict[str, Any]]
    needs_vetting: bool
    opened_at: datetime | None


class Came(NamedTuple):
    """Somebody who registered and confirmed the address."""

    meeting_id: int
    is_decided: bool
    by_id: int | None
    attendee_id: int | None
    values: dict[str, str]


@loads("registration", lambda: None)
def _registrations(batch: Batch) -> Mapping[int, Sheet]:
    rows = db.session.execute(
        select(Registration.meeting_id, Registration.fields, Registration.needs_vetting, Registration.opened_at)
        .where(Registration.meeting_id.in_(batch.ids))
    )
    return {row[0]: Sheet._make(row) for row in rows}


@loads("registrants")
def _registrants(batch: Batch) -> Mapping[int, list[Came]]:
    rows = db.session.execute(
        select(
            Registrant.meeting_id, Registrant.decided_at.is_not(None), Registrant.decided_by_id,
            Registrant.attendee_id, Registrant.values,
        )
        .where(Registrant.meeting_id.in_(batch.ids), Registrant.confirmed_at.is_not(None))
    )
    return by_meeting(Came._make(row) for row in rows)


def _page(dossier: Dossier) -> Evidence:
    return tab(dossier.meeting, _("Registration"), "registration.overview")


def _none() -> Verdict:
    return not_applicable(_("There is no registration page."))


@checks("registration.both_ways", _l("The registration page, and guests who were added by hand"))
def both_ways(dossier: Dossier, clause: Clause) -> Verdict:
    sheet: Sheet | None = dossier.get("registration")
    if sheet is None or sheet.opened_at is None:
        return due(dossier.has_begun, _("The registration page was not opened."), body("foreign_office"),
                   _page(dossier))
    by_page = {one.attendee_id for one in dossier.get("registrants")} - {None}
    by_hand = sum(one.is_guest and one.id not in by_page for one in dossier.get("people"))
    return met(_("%(page)s came by the page, %(hand)s were added by hand, in one list.", page=len(by_page),
                 hand=by_hand),
               _page(dossier))


@checks("registration.asks", _l("What the registration page asks, and who answered it"))
def asks(dossier: Dossier, clause: Clause) -> Verdict:
    sheet: Sheet | None = dossier.get("registration")
    if sheet is None:
        return _none()
    names = {"background": _("background of the unit"), "purpose": _("purpose")}
    keys = {name: _asking(sheet, name) for name in clause.arg.split(",")}
    missing = [names[name] for name, found in keys.items() if not found]
    blank = sum(not all(any(one.values.get(key) for key in found) for found in keys.values())
                for one in dossier.get("registrants"))
    lacks = [
        _("No required field is called by: %(names)s.", names=named(missing)) if missing else "",
        ngettext("%(num)s person has not said it.", "%(num)s people have not said it.", blank)
        if blank and not missing else "",
    ]
    return lacking(lacks, sheet.opened_at is not None, body("foreign_office"), _page(dossier),
                   kept=_("Both are asked and required, and everybody has said them."))


def _asking(sheet: Sheet, name: str) -> list[str]:
    """The keys of the required fields whose label says that they ask for it."""
    return [
        field["key"] for field in sheet.fields
        if field.get("required") and not field.get("removed")
        and any(word in field["label"].lower() for word in ASKED[name])
    ]


@checks("registration.vetted", _l("Who was let in by whom"))
def vetted(dossier: Dossier, clause: Clause) -> Verdict:
    sheet: Sheet | None = dossier.get("registration")
    if sheet is None:
        return _none()
    waiting = sum(not (one.is_decided and one.by_id) for one in dossier.get("registrants"))
    lacks = [
        "" if sheet.needs_vetting else _("The page lets everybody in."),
        ngettext("%(num)s person waits to be let in.", "%(num)s people wait to be let in.", waiting) if waiting else "",
    ]
    return lacking(lacks, dossier.has_begun, body("foreign_office"), _page(dossier),
                   kept=_("Everybody who registered was accepted or declined by name."))
