"""Who may read the reports."""

from portal.accounts.models import Person, Role


def may_read_reports(actor: Person) -> bool:
    """Whoever plans rooms, leads or checks; private bookings count, but say no more to them than elsewhere."""
    return actor.has_role(
        Role.ROOM_MANAGER, Role.ADMINISTRATOR, Role.LEADER, Role.AUDITOR, Role.MEETING_OFFICE
    )
