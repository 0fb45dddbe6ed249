"""What the readiness slice tells the rest of the portal."""

from portal.readiness import models  # noqa: F401
