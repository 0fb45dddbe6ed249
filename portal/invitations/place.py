"""What the invitations slice tells the rest of the portal."""

from portal.invitations import models as _models  # noqa: F401
from portal.invitations import notice_place as _notice_place  # noqa: F401
from portal.invitations import people_place as _people_place  # noqa: F401
from portal.invitations import series_place as _series_place  # noqa: F401
