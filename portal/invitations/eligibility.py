"""Rules of eligibility: who may take a part, by post, unit or rank, in meetings of a kind or in one meeting."""

from collections.abc import Iterable, Sequence

from sqlalchemy import or_, select

from portal.accounts.models import Department, Person
from portal.audit.commands import record
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError, Missing
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import pgettext
from portal.invitations import policy
from portal.invitations.matching import key_of
from portal.invitations.models import EligibilityRule, Trait
from portal.meetings.admission import Invitee, Objection
from portal.meetings.changing import one_line
from portal.meetings.models import Meeting, MeetingKind, Part

MOST_VALUES = 50
LONGEST_VALUE = 100
LONGEST_REASON = 300
MOST_RULES = 20
TRAITS = {Trait.POST: _l("Post"), Trait.UNIT: _l("Unit"), Trait.RANK: _l("Rank")}


def rules_of(meeting: Meeting) -> Sequence[EligibilityRule]:
    """What holds for the meeting: the rules of its kind, then its own. One statement."""
    mine = [EligibilityRule.meeting_id == meeting.id]
    if meeting.kind_id is not None:
        mine.append(EligibilityRule.kind_id == meeting.kind_id)
    query = select(EligibilityRule).where(or_(*mine)).order_by(EligibilityRule.kind_id.is_(None), EligibilityRule.id)
    return db.session.scalars(query).all()


def objections(meeting: Meeting, invitees: Sequence[Invitee]) -> Iterable[Objection]:
    """The first rule that each of these breaks, in words. Two statements at most."""
    rules = rules_of(meeting)
    if not rules:
        return []
    units = _units([invitee.person for invitee in invitees])
    found = ((invitee.person, _broken(rules, invitee, units)) for invitee in invitees)
    return [Objection(person, words) for person, words in found if words]


def _units(people: Sequence[Person]) -> dict[int, str]:
    ids = {person.department_id for person in people if person.department_id}
    rows = db.session.execute(select(Department.id, Department.name).where(Department.id.in_(ids))).all()
    return {row.id: row.name for row in rows}


def _broken(rules: Sequence[EligibilityRule], invitee: Invitee, units: dict[int, str]) -> str:
    held = [rule for rule in rules if applies(rule, invitee.part)]
    return next((words for rule in held if (words := _verdict(rule, invitee.person, units))), "")


def applies(rule: EligibilityRule, part: Part) -> bool:
    """Whether the rule is asked of who has that part."""
    return rule.part == part or (rule.part is None and part != Part.STAFF)


def admits(rule: EligibilityRule, has: str) -> bool:
    """Whether it admits who has that post, unit or rank."""
    return bool(has.strip()) and key_of(has) in {key_of(value) for value in rule.values}


def _verdict(rule: EligibilityRule, person: Person, units: dict[int, str]) -> str:
    has = {
        Trait.POST: person.post, Trait.RANK: person.rank, Trait.UNIT: units.get(person.department_id or 0, "")
    }[Trait(rule.trait)]
    if not has.strip():
        return _unknown(Trait(rule.trait)) + " " + rule.reason
    if admits(rule, has):
        return ""
    return _outside(Trait(rule.trait), has, named(rule.values)) + " " + rule.reason


def _unknown(trait: Trait) -> str:
    return {
        Trait.POST: _("The post is not known."), Trait.UNIT: _("The unit is not known."),
        Trait.RANK: _("The rank is not known."),
    }[trait]


def _outside(trait: Trait, has: str, values: str) -> str:
    return {
        Trait.POST: _("The post “%(has)s” is none of these: %(values)s.", has=has, values=values),
        Trait.UNIT: _("The unit “%(has)s” is none of these: %(values)s.", has=has, values=values),
        Trait.RANK: _("The rank “%(has)s” is none of these: %(values)s.", has=has, values=values),
    }[trait]


def named(values: Iterable[str]) -> str:
    """The values one after the other, as the reader's language writes it."""
    return pgettext("between names", ", ").join(values)


def add_rule(
    actor: Person, owner: Meeting | MeetingKind, *, trait: Trait, values: Iterable[str], reason: str,
    part: Part | None = None,
) -> EligibilityRule:
    """Admit to that part (nothing: all but staff) of the meeting, or of the kind's, only whose trait is a value.

    Those who are in it already stay. Raises NotAllowed, or DomainError for what is missing or too much.
    """
    allow(policy.may_keep_rules(actor, owner))
    kept = [value for value in dict.fromkeys(one_line(value) for value in values) if value]
    _check(kept, one_line(reason))
    is_meeting = isinstance(owner, Meeting)
    owned = EligibilityRule.meeting_id if is_meeting else EligibilityRule.kind_id
    if len(db.session.scalars(select(EligibilityRule.id).where(owned == owner.id)).all()) >= MOST_RULES:
        raise DomainError(_("There are %(count)s rules already.", count=MOST_RULES))
    rule = EligibilityRule(
        meeting_id=owner.id if is_meeting else None, kind_id=None if is_meeting else owner.id, part=part, trait=trait,
        values=kept, reason=one_line(reason),
    )
    db.session.add(rule)
    db.session.flush()
    record(actor, _event(rule, "rule_added"), owner, trait=trait.value, values=kept, part=part, reason=rule.reason)
    return rule


def _check(values: Sequence[str], reason: str) -> None:
    if not values:
        raise DomainError(_("Please fill this in."), "values")
    if len(values) > MOST_VALUES or any(len(value) > LONGEST_VALUE for value in values):
        raise DomainError(
            _("At most %(count)s values of %(length)s characters, please.", count=MOST_VALUES, length=LONGEST_VALUE),
            "values",
        )
    if not reason:
        raise DomainError(_("Please fill this in."), "reason")
    if len(reason) > LONGEST_REASON:
        raise DomainError(_("At most %(count)s characters, please.", count=LONGEST_REASON), "reason")


def drop_rule(actor: Person, owner: Meeting | MeetingKind, rule_id: int) -> None:
    """Do without the rule; raises NotAllowed, or Missing if it is not the owner's."""
    allow(policy.may_keep_rules(actor, owner))
    rule = db.session.get(EligibilityRule, rule_id)
    if rule is None or owner.id != (rule.meeting_id if isinstance(owner, Meeting) else rule.kind_id):
        raise Missing(_("There is no such rule."))
    db.session.delete(rule)
    db.session.flush()
    record(actor, _event(rule, "rule_dropped"), owner, trait=rule.trait, values=rule.values, reason=rule.reason)


def _event(rule: EligibilityRule, verb: str) -> str:
    return f"{'meeting' if rule.meeting_id else 'meeting_kind'}.{verb}"


def rules_of_kinds() -> dict[int, list[EligibilityRule]]:
    """The rules of all kinds, by kind. One statement."""
    query = select(EligibilityRule).where(EligibilityRule.kind_id.is_not(None)).order_by(EligibilityRule.id)
    found: dict[int, list[EligibilityRule]] = {}
    for rule in db.session.scalars(query):
        found.setdefault(rule.kind_id or 0, []).append(rule)
    return found
