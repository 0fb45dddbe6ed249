"""What the roles are called."""

from portal.accounts.models import Role
from portal.core.i18n import lazy_gettext as _l

NAMES = {
    Role.EMPLOYEE.value: _l("Employee"), Role.DEPARTMENT_HEAD.value: _l("Department head"),
    Role.MEETING_OFFICE.value: _l("Meeting office"), Role.ROOM_MANAGER.value: _l("Room manager"),
    Role.LEADER.value: _l("Leader"), Role.SUPERVISOR.value: _l("Supervisor"), Role.AUDITOR.value: _l("Auditor"),
    Role.ADMINISTRATOR.value: _l("Administrator"),
}


def role_name(role: str) -> str:
    """What a reader calls the role."""
    return str(NAMES[role])
