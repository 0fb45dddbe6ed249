"""What the regulations slice tells the rest of the portal."""

from portal.core.i18n import lazy_gettext as _l
from portal.regulations import models  # noqa: F401
from portal.regulations.ways import Way, add_way
from portal.web.navigation import Place, add_place, put_under

for blueprint in ("bodies", "planning", "deadlines", "compliance", "inspections"):
    put_under("regulations", blueprint)
add_place(Place(60, "regulations.index", _l("Regulations"), "book"))
add_way(Way(10, "regulations.index", _l("Regulations")))
