"""What stands on the page of compliance as a file: a table, or a sheet for paper."""

from collections.abc import Sequence

from flask import Response, abort, request

from portal.accounts.models import Person
from portal.compliance import sheet
from portal.compliance.judging import Judgement
from portal.compliance.lines import Line
from portal.compliance.words import STATES
from portal.core import clock
from portal.core.i18n import day_and_time, language_tag, pgettext, reader
from portal.core.i18n import gettext as _
from portal.printing.jobs import public_subject
from portal.regulations.labels import PHASES
from portal.regulations.profiles import Profile
from portal.web.documents import PDF, attachment, face_for
from portal.web.tables import FORMATS, Row, table_response


def wanted() -> str | None:
    """Which file the address asks for, `?format=csv`, `xlsx` or `pdf`; None for the page, 404 for any other."""
    asked = request.args.get("format")
    return asked if asked in (None, "pdf", *FORMATS) else abort(404)


def meeting_file(judgement: Judgement, lines: Sequence[Line], actor: Person, format: str) -> Response:
    """The lines with the version of the regulation, the time, and whose file it is."""
    meeting = judgement.dossier.meeting
    name = f"{_('Compliance')} {public_subject(meeting)}"
    facts = facts_of(judgement.dossier.profile, actor)
    if format == "pdf":
        drawn = sheet.draw(judgement, lines, facts, language_tag(), face_for(reader().locale))
        return attachment(drawn, PDF, f"{name}.pdf")
    rows: list[Row] = [*(row_of(line) for line in lines), (), *((fact,) for fact in facts)]
    return table_response(rows, columns(), name, format)


def facts_of(profile: Profile, actor: Person) -> list[str]:
    """By which version, as of when, and who asked."""
    return [
        version_of(profile), _("As of %(time)s", time=day_and_time(clock.now())),
        _("Printed by %(name)s", name=actor.name),
    ]


def version_of(profile: Profile) -> str:
    """What the regulation is called, with its version."""
    return _("%(title)s, version %(number)s", title=str(profile.title), number=profile.number)


def columns() -> tuple[str, ...]:
    return (
        _("Clause"), _("Title"), _("Title in the other script"), _("Phase"), _("State"), _("Why"), _("Whose turn"),
        _("Due"), _("Signed by"), _("Signed at"), _("What shows it"),
    )


def row_of(line: Line) -> Row:
    judged, signed = line.judged, line.judged.sign_off
    clause, verdict = judged.clause, judged.verdict
    shown = [one.label for one in line.evidence] + ([signed.file_name] if signed and signed.file_name else [])
    return (
        clause.id, str(clause.title), clause.title.other, str(PHASES[clause.phase]), str(STATES[verdict.state]),
        verdict.words, verdict.turn if line.waits else "", verdict.due_at, signed.by.name if signed else "",
        signed.at if signed else None, pgettext("between names", ", ").join(shown),
    )
