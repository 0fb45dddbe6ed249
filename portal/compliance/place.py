"""What the compliance slice tells the rest of the portal."""

from portal.compliance import models  # noqa: F401
