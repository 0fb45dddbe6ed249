"""What the readiness slice tells the rest of the portal."""

from portal.audit.words import describe
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext
from portal.meetings.tabs import Tab, add_tab
from portal.readiness import following, models, panels, policy, sheet_views, subject  # noqa: F401  (they listen, add pages)
from portal.regulations.labels import FORMS
from portal.web.navigation import put_under
from portal.web.panels import add_panel

describe(
    {
        "meeting.checklist_laid": _l("laid the checklist"),
        "meeting.readiness_signed": _l("signed that the meeting is ready"),
        "meeting.readiness_undone": _l("found that the readiness has to be checked again"),
        "meeting.needs_made_tasks": _l("made tasks of what people need"),
        "meeting.sheet_opened": _l("began a form"),
        "meeting.sheet_signed": _l("signed a form"),
    },
    details={"tasks": _l("Tasks"), "form": lazy_pgettext("paper", "Form"), "faults": _l("Faults")},
    values={"form": FORMS},
)
put_under("meetings", "readiness")
add_tab(Tab(45, "readiness.readiness", _l("Readiness"), policy.may_open, also=("readiness.sign_off",)))
add_panel("task_proof", "form", 10, panels.form_of)
