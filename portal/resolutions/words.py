"""What people are told of resolutions: each answers subject and body in the language it is called in."""

from portal.accounts.models import Person
from portal.core.i18n import gettext as _
from portal.core.i18n import plain_day
from portal.meetings.models import Meeting
from portal.resolutions.models import ProgressReport, Resolution
from portal.web.addresses import absolute_address


def address_of(resolution: Resolution) -> str:
    return absolute_address("resolutions.resolution", resolution_id=resolution.id)


def meeting_name(meeting: Meeting) -> str:
    """What owners and heads are told who may not know of a secret meeting."""
    return _("A confidential meeting") if meeting.is_secret else meeting.subject


def source_name(resolution: Resolution) -> str:
    """Where it comes from, for those who may not know of a secret meeting."""
    if resolution.meeting is not None:
        return meeting_name(resolution.meeting)
    if resolution.instructed_by is not None:
        return _("An instruction of %(name)s", name=resolution.instructed_by.name)
    return _("A measure of improvement")


def _facts(resolution: Resolution) -> str:
    return _(
        "Responsible: %(department)s\nOwner: %(owner)s\nDue: %(day)s", department=resolution.department.name,
        owner=resolution.owner.name, day=plain_day(resolution.due_on),
    )


def assigned(resolution: Resolution) -> tuple[str, str]:
    return (
        _("Resolution due %(day)s: %(text)s", day=plain_day(resolution.due_on), text=resolution.heading),
        _(
            "“%(source)s” resolved:\n\n%(text)s\n\n%(facts)s\n\nSign for it and report the progress here: %(address)s",
            source=source_name(resolution), text=resolution.text, facts=_facts(resolution),
            address=address_of(resolution),
        ),
    )


def to_approve(resolution: Resolution) -> tuple[str, str]:
    return (
        _("To be approved: %(text)s", text=resolution.heading),
        _(
            "Before this is issued, a leader or the chair has to approve it.\n\n%(text)s\n\n%(facts)s\n\n"
            "Decide here: %(address)s",
            text=resolution.text, facts=_facts(resolution), address=address_of(resolution),
        ),
    )


def approved(resolution: Resolution) -> tuple[str, str]:
    return (
        _("Approved: %(text)s", text=resolution.heading),
        _("It can be issued now: %(address)s", address=address_of(resolution)),
    )


def refused(resolution: Resolution, actor: Person, words: str) -> tuple[str, str]:
    return (
        _("Not signed for: %(text)s", text=resolution.heading),
        _(
            "%(name)s gives this back:\n\n%(words)s\n\nChange it and issue it again here: %(address)s",
            name=actor.name, words=words, address=address_of(resolution),
        ),
    )


def to_sign(report: ProgressReport) -> tuple[str, str]:
    resolution = report.resolution
    return (
        _("A report waits for your signature: %(text)s", text=resolution.heading),
        _(
            "%(name)s reports %(percent)s%%:\n\n%(done)s\n\nSign it or give it back here: %(address)s",
            name=report.reporter.name, percent=report.percent, done=report.done or _("Nothing has changed."),
            address=address_of(resolution),
        ),
    )


def report_returned(report: ProgressReport, actor: Person) -> tuple[str, str]:
    resolution = report.resolution
    return (
        _("Your report was given back: %(text)s", text=resolution.heading),
        _(
            "%(name)s gives your report back:\n\n%(words)s\n\nReport anew here: %(address)s",
            name=actor.name, words=report.return_words, address=address_of(resolution),
        ),
    )


def done(actor: Person, resolution: Resolution) -> tuple[str, str]:
    return (
        _("Reported done: %(text)s", text=resolution.heading),
        _(
            "%(name)s reports that this resolution of “%(source)s” is done:\n\n%(text)s"
            "\n\nRead the report and review it here: %(address)s",
            name=actor.name, source=source_name(resolution), text=resolution.text, address=address_of(resolution),
        ),
    )


def reviewed(resolution: Resolution, actor: Person) -> tuple[str, str]:
    return (
        _("To be closed: %(text)s", text=resolution.heading),
        _(
            "%(name)s has reviewed the report that it is done.\n\nClose it here: %(address)s",
            name=actor.name, address=address_of(resolution),
        ),
    )


def returned(resolution: Resolution, actor: Person, words: str) -> tuple[str, str]:
    return (
        _("Not done yet: %(text)s", text=resolution.heading),
        _(
            "%(name)s has looked at the report that it is done, and gives it back:\n\n%(words)s\n\n"
            "Report anew here: %(address)s",
            name=actor.name, words=words, address=address_of(resolution),
        ),
    )


def closed(resolution: Resolution) -> tuple[str, str]:
    return (
        _("Closed: %(text)s", text=resolution.heading),
        _("This is done, reviewed and closed: %(address)s", address=address_of(resolution)),
    )


def reopened(resolution: Resolution, words: str) -> tuple[str, str]:
    return (
        _("Opened again: %(text)s", text=resolution.heading),
        _("It was closed, and is open again:\n\n%(words)s\n\n%(address)s", words=words, address=address_of(resolution)),
    )


def paused(resolution: Resolution) -> tuple[str, str]:
    return (
        _("Paused: %(text)s", text=resolution.heading),
        _(
            "Nothing is expected of it until it is resumed:\n\n%(words)s\n\n%(address)s",
            words=resolution.pause_reason, address=address_of(resolution),
        ),
    )


def resumed(resolution: Resolution) -> tuple[str, str]:
    return (
        _("Goes on: %(text)s", text=resolution.heading),
        _("%(facts)s\n\n%(address)s", facts=_facts(resolution), address=address_of(resolution)),
    )


def withdrawn(resolution: Resolution, words: str) -> tuple[str, str]:
    return (
        _("Withdrawn: %(text)s", text=resolution.heading),
        _("This need not be done any more:\n\n%(words)s\n\n%(address)s", words=words, address=address_of(resolution)),
    )


def merged(resolution: Resolution, into: Resolution) -> tuple[str, str]:
    return (
        _("Merged: %(text)s", text=resolution.heading),
        _(
            "What is left of it is done with %(number)s: %(address)s",
            number=into.number or into.id, address=address_of(into),
        ),
    )


def handed_over(resolution: Resolution, change: str, words: str) -> tuple[str, str]:
    return (
        _("Handed over: %(text)s", text=resolution.heading),
        _(
            "%(change)s\n\n%(words)s\n\n%(facts)s\n\n%(address)s", change=change, words=words, facts=_facts(resolution),
            address=address_of(resolution),
        ),
    )
