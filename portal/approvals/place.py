"""What the approvals slice tells the rest of the portal."""

from portal.approvals import models  # noqa: F401
