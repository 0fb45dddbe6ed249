"""Putting one's name to a clause, saying that one does not apply, and taking either back."""

from datetime import date

from sqlalchemy.exc import IntegrityError

from portal.accounts.models import Person
from portal.accounts.queries import house_today
from portal.audit.commands import record
from portal.compliance import policy, queries
from portal.compliance.holders import hand_of
from portal.compliance.models import Said, SignOff
from portal.core import clock, files
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError, Missing
from portal.core.i18n import gettext as _
from portal.core.uploads import Upload, checked
from portal.meetings.changing import insist_standing
from portal.meetings.models import Meeting
from portal.regulations.profiles import Clause

LONGEST_WORDS = 1000


def sign(
    actor: Person, clause_id: str, meeting: Meeting | None, words: str, *, upload: Upload | None = None,
    valid_until: date | None = None,
) -> SignOff:
    """Say under one's name that the clause was kept, for the meeting or, without one, for the organisation.

    Raises Missing for a clause that its profile does not have, NotAllowed, or DomainError: for what is judged by
    records, without words, for a file that may not be kept, if somebody has signed it already.
    """
    clause = _clause(actor, clause_id, meeting)
    _insist_signed_off(clause)
    allow(policy.may_sign(hand_of(actor), clause, meeting))
    made = _made(actor, clause, meeting, Said.KEPT, words)
    if meeting is None:
        _end_what_is_over(actor, clause)
    if valid_until is not None and valid_until < house_today():
        raise DomainError(_("This day is past."), "valid_until")
    made.valid_until = valid_until if meeting is None else None
    if upload is not None:
        made.file_name, made.media_type = checked(upload)
        made.content_hash, made.size = files.keep(upload.content), len(upload.content)
    return _kept(actor, made, "signed")


def set_aside(actor: Person, clause_id: str, meeting: Meeting, words: str) -> SignOff:
    """Say under one's name why the clause does not apply to the meeting. Raises what `sign` raises."""
    clause = _clause(actor, clause_id, meeting)
    _insist_signed_off(clause)
    allow(policy.may_set_aside(actor, clause))
    return _kept(actor, _made(actor, clause, meeting, Said.NOT_APPLICABLE, words), "set_aside")


def revoke(actor: Person, signed: SignOff) -> None:
    """Take back what stands under somebody's name; it stays in the log. Raises NotAllowed, or Missing if it is gone."""
    if not policy.may_see_sign_off(actor, signed):
        raise Missing(_("Nobody has put their name to this clause."))
    allow(policy.may_revoke(actor, signed))
    db.session.refresh(signed, ["revoked_at"], with_for_update={"key_share": True})
    if signed.revoked_at is not None:
        return
    signed.revoked_at, signed.revoked_by_id = clock.now(), actor.id
    db.session.flush()
    _log(actor, signed, "revoked")


def _clause(actor: Person, clause_id: str, meeting: Meeting | None) -> Clause:
    """The clause, if the actor may know of it there."""
    if meeting is None:
        return queries.house_clause(clause_id)
    if not policy.may_open(actor, meeting):
        raise Missing(_("There is no such record."))
    return queries.clause_of(meeting, clause_id)


def _insist_signed_off(clause: Clause) -> None:
    if not clause.sign_off:
        raise DomainError(_("Clause %(clause)s is judged by the portal's records; nobody signs it.", clause=clause.id))


def _made(actor: Person, clause: Clause, meeting: Meeting | None, said: Said, words: str) -> SignOff:
    words = words.strip()
    if not words:
        raise DomainError(_("Please fill this in."), "words")
    if len(words) > LONGEST_WORDS:
        raise DomainError(_("At most %(count)s characters, please.", count=LONGEST_WORDS), "words")
    if meeting is not None:
        insist_standing(meeting)
    return SignOff(
        meeting_id=meeting.id if meeting else None, clause=clause.id, said=said, words=words, by=actor, at=clock.now(),
        meeting=meeting,
    )


def _end_what_is_over(actor: Person, clause: Clause) -> None:
    """What held for the organisation until a day that is past makes room for a new word."""
    old = queries.standing_or_none(None, clause.id)
    if old is not None and old.valid_until is not None and old.valid_until < house_today():
        old.revoked_at, old.revoked_by_id = clock.now(), actor.id
        db.session.flush()


def _kept(actor: Person, made: SignOff, verb: str) -> SignOff:
    """Write it, unless something stands there already."""
    # Worded first: a failed flush expires all that was read.
    taken = DomainError(_("Somebody has put their name to clause %(clause)s already.", clause=made.clause))
    db.session.add(made)
    try:
        db.session.flush()
    except IntegrityError as refusal:
        if "clause_sign_off" in str(refusal.orig):
            raise taken from None
        raise
    _log(actor, made, verb)
    return made


def _log(actor: Person, signed: SignOff, verb: str) -> None:
    """In the log of the meeting, or of the sign-off itself where there is none."""
    details = {"clause": signed.clause, "words": signed.words, "file": signed.file_name}
    if signed.meeting is not None:
        record(actor, f"meeting.clause_{verb}", signed.meeting, **details)
    else:
        until = signed.valid_until.isoformat() if signed.valid_until else None
        record(actor, f"sign_off.{verb}", signed, **details, valid_on=until)
