"""What the supervision slice tells the rest of the portal."""

from flask import url_for

from portal.audit.words import describe
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext
from portal.core.records import Kind, register
from portal.notifications.kinds import add_kinds
from portal.notifications.models import Group
from portal.resolutions.ways import Way, add_way
from portal.supervision import (  # noqa: F401  (the views add their pages to those of the slice)
    bulletin_views,
    carry_place,
    carry_views,
    delay_place,
    delay_views,
    evaluation_views,
    figure_policy,
    figure_views,
    models,
    urging_place,
    urging_views,
)
from portal.supervision.bulletin_words import title_of
from portal.supervision.models import Bulletin
from portal.web.navigation import put_under

put_under("resolutions", "supervision")

# --- Figures and bulletins ---

register(
    Kind(
        "bulletin", Bulletin, lambda: str(_l("Bulletin")), title_of,
        lambda bulletin: url_for("supervision.bulletin", bulletin_id=bulletin.id), figure_policy.may_see_bulletin,
    )
)
add_kinds(Group.TASKS, "bulletin")
describe(
    {"bulletin.issued": _l("issued the bulletin")},
    details={"number": lazy_pgettext("record", "Number"), "period": _l("Period")},
)
add_way(
    Way(
        70, "supervision.figure_page", _l("Figures"), figure_policy.may_read_figures,
        also=("supervision.figure_list",),
    )
)
add_way(
    Way(
        80, "supervision.bulletin_list", _l("Bulletins"), figure_policy.may_read_figures,
        also=("supervision.bulletin", "supervision.new_bulletin", "supervision.issue_bulletin"),
    )
)
