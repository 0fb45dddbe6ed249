"""What the tasks slice tells the rest of the portal."""

from portal.tasks import models  # noqa: F401
