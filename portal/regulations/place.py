"""What the regulations slice tells the rest of the portal."""

from portal.regulations import models  # noqa: F401
