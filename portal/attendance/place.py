"""What the attendance slice tells the rest of the portal."""

from portal.attendance import models as _models  # noqa: F401
