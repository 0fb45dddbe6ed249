"""Under which version of which profile a meeting is held."""

from collections.abc import Iterable

from sqlalchemy import select

from portal.core.db import db
from portal.meetings.kinds import is_regulated, kind_of
from portal.meetings.models import Meeting
from portal.proposals.models import Proposal
from portal.regulations.profiles import Profile
from portal.regulations.queries import profile_as_of, profiles_in_force


def profiles_of(meetings: Iterable[Meeting]) -> dict[int, Profile]:
    """The profile of each meeting under one, by meeting: that of its submission, or the one in force before it.

    No statement if none is under one; else two, and two for each older version among them.
    """
    keys = {meeting.id: kind_of(meeting).profile for meeting in meetings if is_regulated(meeting)}
    if not keys:
        return {}
    current = profiles_in_force(sorted(set(keys.values())))
    bound = _bound(keys)
    wanted = {meeting_id: (key, bound.get(meeting_id) or current[key].number) for meeting_id, key in keys.items()}
    known = {(profile.key, profile.number): profile for profile in current.values()}
    for key, number in sorted(set(wanted.values()) - set(known)):
        known[key, number] = profile_as_of(key, number)
    return {meeting_id: known[which] for meeting_id, which in wanted.items()}


def _bound(meeting_ids: Iterable[int]) -> dict[int, int | None]:
    rows = db.session.execute(
        select(Proposal.meeting_id, Proposal.profile_version).where(Proposal.meeting_id.in_(list(meeting_ids)))
    )
    return {row.meeting_id: row.profile_version for row in rows}
