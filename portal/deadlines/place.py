"""What the deadlines slice tells the rest of the portal."""

from portal.deadlines import models  # noqa: F401
