"""What the registration slice tells the rest of the portal."""

from portal.registration import models as _models  # noqa: F401
