"""What the planning slice tells the rest of the portal."""

from portal.planning import models  # noqa: F401
