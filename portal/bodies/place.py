"""What the bodies slice tells the rest of the portal."""

from portal.bodies import models  # noqa: F401
