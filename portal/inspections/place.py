"""What the inspections slice tells the rest of the portal."""

from portal.inspections import models  # noqa: F401
