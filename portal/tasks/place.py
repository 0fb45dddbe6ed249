"""What the tasks slice tells the rest of the portal."""

from flask import url_for

from portal.audit.words import describe
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext
from portal.core.records import Kind, register
from portal.notifications.kinds import add_kinds
from portal.notifications.models import Group
from portal.notifications.worker import add_chore
from portal.tasks import panels, policy, queries, reminding, task_views  # noqa: F401  (adds its pages)
from portal.tasks.models import Task
from portal.tasks.names import title_of
from portal.web.navigation import Place, add_place
from portal.web.panels import add_panel

register(
    Kind(
        "task", Task, lambda: str(lazy_pgettext("record", "Task")), title_of,
        lambda task: url_for("tasks.task", task_id=task.id), policy.may_see, queries.hidden_from,
    )
)
# What a mail that lists several tasks is about: the page that lists them. It names none of them.
register(
    Kind(
        "task_list", Task, lambda: str(_l("Tasks")), lambda task: str(_l("Tasks")),
        lambda task: url_for("tasks.mine"), lambda actor, task: True,
    )
)
add_kinds(Group.TASKS, "task", "task_list", decisions={"task.to_confirm"})
describe(
    {
        "task.added": _l("added the task"), "task.reassigned": _l("handed the task over"),
        "task.moved": _l("let the task be due at another time"), "task.dropped": _l("dropped the task"),
        "task.reopened": _l("opened the task again"), "task.urged": _l("urged whose turn it was"),
        "task.done": _l("did the task"), "task.to_confirm": _l("asked for a confirmation"),
        "task.confirmed": _l("confirmed that the task was done"),
        "task.not_confirmed": _l("did not confirm that the task was done"),
    },
    details={
        "owner": _l("Who does it"), "due_at": _l("Due"), "before_at": _l("Before"),
        "proof": lazy_pgettext("task", "Proof"), "proofs": lazy_pgettext("task", "Proof"),
        "was": lazy_pgettext("task", "Before"),
    },
    values={"was": {"done": lazy_pgettext("task", "Done"), "dropped": _l("Not needed")}},
)
add_place(Place(55, "tasks.mine", _l("Tasks"), "task"))
add_panel("my_day", "tasks", 33, panels.mine)
add_chore("tasks", reminding.EVERY, reminding.remind)
