"""What the answers slice tells the rest of the portal."""

from portal.answers import models as _models  # noqa: F401
