"""Who may read figures and bulletins, and who issues them."""

from portal.accounts.models import Person
from portal.resolutions.policy import SUPERVISORS, headed_by, may_see_all
from portal.supervision.models import Bulletin


def may_read_figures(actor: Person) -> bool:
    """Those who watch over the whole house, and the heads of departments or those who stand in for them."""
    return may_see_all(actor) or bool(headed_by(actor))


def may_issue(actor: Person) -> bool:
    """Supervisors and leaders."""
    return actor.has_role(*SUPERVISORS)


def may_see_bulletin(actor: Person, bulletin: Bulletin) -> bool:
    """One of all departments is for every head, one of a single department for its own; overseers see all."""
    if may_see_all(actor):
        return True
    headed = headed_by(actor)
    return bulletin.department_id in headed if bulletin.department_id else bool(headed)
