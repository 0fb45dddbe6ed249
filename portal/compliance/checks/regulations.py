"""Checks of the regulations themselves: which version holds, why it was changed, who knows, and when it is reviewed."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select

from portal.accounts.models import Person
from portal.accounts.queries import house_today
from portal.compliance.checks.grouping import by_meeting
from portal.compliance.checks.helping import lacking, meeting_page, named, office, organizer, page, supervisor
from portal.compliance.dossier import Batch, Dossier, loads_of_house
from portal.compliance.registry import checks, checks_house
from portal.compliance.verdicts import Evidence, Verdict, due, met, not_applicable, open_
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import ngettext, plain_day
from portal.notifications.models import Notice
from portal.regulations.models import RegulationReview, RegulationVersion
from portal.regulations.profiles import Clause, Profile


class Version(NamedTuple):
    """A version of a regulation that somebody made; the first of each came with the portal."""

    profile: str
    id: int
    number: int
    reason: str
    has_grounds: bool
    approved_by: str
    effective_on: date


class Review(NamedTuple):
    """A look at a regulation: due by a day, or done with a verdict."""

    profile: str
    due_on: date
    reviewer: str
    is_reviewer_at_work: bool
    verdict: str


class Readers(NamedTuple):
    """Who was told of a version: how many, how many have read it, and how many of the others were reminded."""

    told: int = 0
    read: int = 0
    reminded: int = 0


@loads_of_house("versions")
def _versions(batch: Batch) -> list[Version]:
    rows = db.session.execute(
        select(
            RegulationVersion.profile, RegulationVersion.id, RegulationVersion.number, RegulationVersion.reason,
            RegulationVersion.grounds, RegulationVersion.approved_by, RegulationVersion.effective_on,
        ).order_by(RegulationVersion.number)
    )
    return [Version(row[0], row[1], row[2], row[3], bool(row[4]), row[5], row[6]) for row in rows]


@loads_of_house("reviews")
def _reviews(batch: Batch) -> list[Review]:
    rows = db.session.execute(
        select(
            RegulationReview.profile, RegulationReview.due_on, Person.name, Person.left_at.is_(None),
            RegulationReview.verdict,
        )
        .join(Person, Person.id == RegulationReview.reviewer_id)
        .order_by(RegulationReview.id)
    )
    return [Review(row[0], row[1], row[2], bool(row[3]), row[4]) for row in rows]


@loads_of_house("version_readers")
def _version_readers(batch: Batch) -> Mapping[int, Readers]:
    """By version, those at work who were told of it; who was reminded counts once."""
    rows = db.session.execute(
        select(
            Notice.record_id, Notice.recipient_id, func.count(Notice.read_at),
            func.count().filter(Notice.kind == "regulation_version.unread"),
        )
        .join(Person, Person.id == Notice.recipient_id)
        .where(Notice.record_kind == "regulation_version", Person.left_at.is_(None))
        .group_by(Notice.record_id, Notice.recipient_id)
    )
    return {
        version_id: Readers(len(every), sum(bool(row[2]) for row in every),
                            sum(bool(row[3] and not row[2]) for row in every))
        for version_id, every in by_meeting(tuple(row) for row in rows).items()
    }


def _versions_of(batch: Batch, profile: Profile) -> list[Version]:
    return [one for one in batch.house("versions") if one.profile == profile.key]


def regulation_page(profile: Profile) -> Evidence:
    return page(str(profile.title), "regulations.regulation", key=profile.key)


def versions_page(profile: Profile) -> Evidence:
    return page(_("Versions"), "regulations.versions", key=profile.key)


@checks("regulation.profile_bound", _l("The regulation and the version that hold for the meeting"))
def profile_bound(dossier: Dossier, clause: Clause) -> Verdict:
    proposal = dossier.get("proposal")
    if proposal is not None and proposal.profile_version:
        words = _("Version %(number)s holds for it since it was submitted.", number=proposal.profile_version)
        return met(words, regulation_page(dossier.profile))
    words = _("No version of the regulation is bound to it: it has not been submitted.")
    return due(dossier.meeting.announced_at is not None, words, organizer(dossier), meeting_page(dossier))


@checks_house("regulation.version_in_force", _l("The version that holds, and those before and after it"))
def version_in_force(batch: Batch, profile: Profile, clause: Clause) -> Verdict:
    ahead = [one for one in _versions_of(batch, profile) if one.effective_on > house_today()]
    if ahead:
        words = _("Version %(number)s holds from %(day)s on.", number=ahead[0].number,
                  day=plain_day(ahead[0].effective_on))
        return open_(words, office(), versions_page(profile))
    return met(_("Version %(number)s is in force; those before it are kept.", number=profile.number),
               versions_page(profile))


@checks_house("regulation.revision_reasoned", _l("Reason, grounds, approver and day of each version"))
def revision_reasoned(batch: Batch, profile: Profile, clause: Clause) -> Verdict:
    versions, today = _versions_of(batch, profile), house_today()
    if not versions:
        return not_applicable(_("It has not been changed since it was first laid down."))
    wants_approver = "approver" in clause.arg
    bare = [one for one in versions if not (one.reason and one.has_grounds and (one.approved_by or not wants_approver))]
    words = _("Without grounds or approver: %(names)s.",
              names=named(_("version %(number)s", number=one.number) for one in bare))
    return lacking([words] if bare else [], any(one.effective_on <= today for one in bare), office(),
                   versions_page(profile),
                   kept=_("Each change has its reason, what brought it about, who approved it, and its day."))


@checks_house("regulation.announced", _l("Who was told of the version in force, and who has read it"))
def announced(batch: Batch, profile: Profile, clause: Clause) -> Verdict:
    held = [one for one in _versions_of(batch, profile) if one.number == profile.number]
    if not held:
        return not_applicable(_("It has not been changed since it was first laid down."))
    shown = page(_("Version %(number)s", number=profile.number), "regulations.version", key=profile.key,
                 number=profile.number)
    readers: Readers = batch.house("version_readers").get(held[0].id, Readers())
    unread = readers.told - readers.read - readers.reminded
    if not readers.told:
        return due(True, _("Nobody was told of it."), office(), shown)
    words = ngettext("%(num)s person has not read it and was not reminded.",
                     "%(num)s people have not read it and were not reminded.", unread)
    return lacking([words] if unread > 0 else [], False, office(), shown,
                   kept=_("%(told)s were told, %(read)s have read it, the others were reminded.", told=readers.told,
                          read=readers.read))


@checks_house("regulation.review_dated", _l("The next review, its reviewer, and what the last one found"))
def review_dated(batch: Batch, profile: Profile, clause: Clause) -> Verdict:
    reviews = [one for one in batch.house("reviews") if one.profile == profile.key]
    ahead, done = [one for one in reviews if not one.verdict], [one for one in reviews if one.verdict]
    shown = page(_("Reviews"), "regulations.reviews", key=profile.key)
    if not ahead:
        return open_(_("No review is planned."), supervisor(), shown)
    following = ahead[-1]
    lacks = [
        _("Its day was %(day)s.", day=plain_day(following.due_on)) if following.due_on < house_today() else "",
        "" if following.is_reviewer_at_work else _("The reviewer has left."),
        _("No review has come to a verdict yet.") if clause.arg == "verdict" and not done else "",
    ]
    return lacking(lacks, following.due_on < house_today(), following.reviewer, shown,
                   kept=_("%(name)s reviews it by %(day)s.", name=following.reviewer, day=plain_day(following.due_on)))
