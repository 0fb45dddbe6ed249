"""What the proposals slice tells the rest of the portal."""

from portal.proposals import models  # noqa: F401
