"""Checks of what a meeting's people are told: the notice, its words and day, answers, and later changes."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import case, func, select

from portal.compliance.checks.grouping import by_meeting
from portal.compliance.checks.helping import lacking, named, on_clock, organizer, sentences, tab
from portal.compliance.dossier import Batch, Dossier, loads
from portal.compliance.registry import checks
from portal.compliance.verdicts import Evidence, Verdict, due, late, met, open_
from portal.core import workdays
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import ngettext, plain_day
from portal.invitations.fields import compiled
from portal.invitations.models import MeetingNotice, Urge
from portal.meetings.models import Answer
from portal.notifications.models import Notice, OutgoingMail, OutsideNotice
from portal.regulations.profiles import Clause

INVITATION = "meeting.invitation"
# What else people hear of a meeting that others than they themselves brought about.
CHANGES = ("meeting.moved", "meeting.link_changed", "meeting.renamed", "meeting.part_changed", "meeting.cancelled",
           "meeting.postponed", "meeting.resumed", "meeting.restored", "meeting.withdrawn", "meeting.replaced")
# The portal's own words say these of themselves, as far as the meeting knows them.
USUAL_WORDS = frozenset({"time", "place", "online", "agenda", "purpose"})
SILENT = frozenset({Answer.NONE, Answer.TENTATIVE})


class Letters(NamedTuple):
    """All notices of one kind about a meeting: how many people, how many on their way, failed, and read."""

    people: int = 0
    queued: int = 0
    failed: int = 0
    read: int = 0

    def __add__(self, other: "Letters") -> "Letters":  # type: ignore[override]
        return Letters(*(mine + its for mine, its in zip(self, other, strict=True)))


@loads("notices", dict)
def _letters(batch: Batch) -> Mapping[int, dict[str, Letters]]:
    sent, given_up = OutgoingMail.sent_at.is_not(None), OutgoingMail.given_up_at.is_not(None)
    counts = (
        func.count(), func.sum(case((OutgoingMail.id.is_(None) | sent | given_up, 0), else_=1)),
        func.sum(case((given_up, 1), else_=0)),
    )
    found: dict[int, dict[str, Letters]] = {}
    for notice, column, read in (
        (Notice, OutgoingMail.notice_id, func.count(Notice.read_at)),
        (OutsideNotice, OutgoingMail.outside_notice_id, func.sum(0)),
    ):
        rows = db.session.execute(
            select(notice.record_id, notice.kind, *counts, read)
            .outerjoin(OutgoingMail, column == notice.id)
            .where(notice.record_kind == "meeting", notice.record_id.in_(batch.ids))
            .group_by(notice.record_id, notice.kind)
        )
        for meeting_id, kind, *numbers in rows:
            kinds = found.setdefault(meeting_id, {})
            kinds[kind] = kinds.get(kind, Letters()) + Letters(*map(int, numbers))
    return found


@loads("own_words", lambda: None)
def _own_words(batch: Batch) -> Mapping[int, tuple[str, str]]:
    """The words in which a meeting is announced, if not in the portal's own."""
    rows = db.session.execute(
        select(MeetingNotice.meeting_id, MeetingNotice.body, MeetingNotice.english_body)
        .where(MeetingNotice.meeting_id.in_(batch.ids))
    )
    return {row[0]: (row[1], row[2]) for row in rows}


@loads("urges")
def _urges(batch: Batch) -> Mapping[int, list[tuple[int, datetime]]]:
    rows = db.session.execute(select(Urge.meeting_id, Urge.at).where(Urge.meeting_id.in_(batch.ids)))
    return by_meeting((row[0], row[1]) for row in rows)


def notice_page(dossier: Dossier) -> Evidence:
    return tab(dossier.meeting, _("Notice"), "invitations.notice")


# --- Whether it arrived ---


def undelivered(dossier: Dossier) -> list[str]:
    """What speaks against that everybody on the list has the notice, as sentences."""
    people = [one for one in dossier.get("people") if one.comes]
    letters = dossier.get("notices").get(INVITATION, Letters())
    if not people or dossier.meeting.announced_at is None:
        return [_("The notice has not been sent yet.")]
    untold = [one.name for one in people if one.invited_at is None]
    # Whom no mail can reach was told otherwise if their answer was written down.
    unreached = [one.name for one in people if not one.email and one.answer == Answer.NONE and one.name not in untold]
    return [
        _("Not told yet: %(names)s.", names=named(untold)) if untold else "",
        _("Without an address, and no answer was noted: %(names)s.", names=named(unreached)) if unreached else "",
        *in_the_post(letters),
    ]


def in_the_post(letters: Letters) -> list[str]:
    """What is not with its readers yet, as sentences."""
    failed, queued = letters.failed, letters.queued
    return [
        ngettext("%(num)s notice could not be delivered.", "%(num)s notices could not be delivered.", failed)
        if failed else "",
        ngettext("%(num)s notice is on its way.", "%(num)s notices are on their way.", queued) if queued else "",
    ]


@checks("notice.delivered", _l("Who was told of the meeting, how, when and with what result"))
def delivered(dossier: Dossier, clause: Clause) -> Verdict:
    return lacking(undelivered(dossier), dossier.has_begun, organizer(dossier), notice_page(dossier),
                   kept=_("The notice has reached everybody on the list."))


@checks("notice.delivered_and_answered", _l("Who was told of the meeting, who answered, and who was urged"))
def delivered_and_answered(dossier: Dossier, clause: Clause) -> Verdict:
    answers = tab(dossier.meeting, _("Answers"), "answers.overview")
    lacks = sentences(undelivered(dossier))
    if lacks:
        return due(dossier.has_begun, lacks, organizer(dossier), notice_page(dossier))
    silent = [one.name for one in dossier.get("people") if one.answer in SILENT]
    if not silent:
        return met(_("Everybody has the notice and has answered yes or no."), notice_page(dossier), answers)
    until = dossier.meeting.answer_by or dossier.meeting.starts_at
    if dossier.now < until:
        words = _("Not answered yet: %(names)s.", names=named(silent))
        return open_(words, organizer(dossier), answers, due_at=until)
    if dossier.get("urges"):
        return met(_("Everybody was told; who did not answer was urged: %(names)s.", names=named(silent)), answers)
    return late(_("Neither answered nor urged: %(names)s.", names=named(silent)), organizer(dossier), answers)


# --- What it says, and when ---


def unsaid(dossier: Dossier, wanted: list[str]) -> list[str]:
    """Which of these fields the words of the notice leave out, or have nothing to say of."""
    own = dossier.get("own_words")
    said = USUAL_WORDS if own is None else {name for text in own for line in compiled(text) for name in line.fields}
    if said & {"start", "end"}:
        said = said | {"time"}
    meeting = dossier.meeting
    known = {
        "time": True, "place": bool(meeting.location or meeting.online_url), "agenda": bool(dossier.get("agenda")),
        "purpose": bool(meeting.purpose.strip()),
    }
    names = {"time": _("time"), "place": _("place"), "agenda": _("agenda"), "purpose": _("purpose")}
    return [names[name] for name in wanted if name not in said or not known[name]]


@checks("notice.required_fields", _l("The words of the notice and what they name"))
def required_fields(dossier: Dossier, clause: Clause) -> Verdict:
    missing = unsaid(dossier, clause.arg.split(","))
    is_sent = dossier.meeting.announced_at is not None
    lacks = [
        _("The notice does not say: %(names)s.", names=named(missing)) if missing else "",
        "" if is_sent else _("The notice has not been sent yet."),
    ]
    is_late = (bool(missing) and is_sent) or dossier.has_begun
    return lacking(lacks, is_late, organizer(dossier), notice_page(dossier),
                   kept=_("The notice says all that it has to."))


@checks("notice.lead_time", _l("The day of the notice against its last day, and what it says"))
def lead_time(dossier: Dossier, clause: Clause) -> Verdict:
    # What is asked of participants, to answer by a day, every notice says.
    missing, last = unsaid(dossier, ["purpose", "agenda"]), _last_day(dossier)
    sent_at = dossier.meeting.announced_at
    today = on_clock(dossier, dossier.now)
    is_late = last is not None and (on_clock(dossier, sent_at) if sent_at else today) > last
    lacks = [
        _("The notice does not say: %(names)s.", names=named(missing)) if missing else "",
        "" if sent_at else _("The notice has not been sent yet."),
        _("Its last day was %(day)s.", day=plain_day(last)) if is_late and last else "",
    ]
    over = is_late or dossier.has_begun or (bool(missing) and sent_at is not None)
    return lacking(lacks, over, organizer(dossier), notice_page(dossier),
                    kept=_("The notice went out in time and says what it has to."))


def _last_day(dossier: Dossier) -> date | None:
    """The last day for the notice by the kind of the meeting, or else by its profile; none if neither gives one."""
    kind, required = dossier.meeting.kind, dossier.profile.requirement("notice")
    days = kind.lead_days if kind and kind.lead_days else -required.days if required else 0
    booking = dossier.get("booking")
    country = booking.holidays if booking else ""
    return workdays.before(on_clock(dossier, dossier.meeting.starts_at), days, country) if days > 0 else None


@checks("notice.changes_told", _l("What changed after the notice, and who was told of it"))
def changes_told(dossier: Dossier, clause: Clause) -> Verdict:
    if dossier.meeting.announced_at is None:
        return due(dossier.has_begun, _("The notice has not been sent yet."), organizer(dossier), notice_page(dossier))
    letters = sum((dossier.get("notices").get(kind, Letters()) for kind in CHANGES), Letters())
    if not letters.people:
        return met(_("Nothing has changed since the notice."), notice_page(dossier))
    told = _("People were told of each change: %(people)s notices, %(read)s of them read.", people=letters.people,
             read=letters.read)
    is_late = letters.failed > 0 or dossier.has_begun
    return lacking(in_the_post(letters), is_late, organizer(dossier), notice_page(dossier), kept=told)
