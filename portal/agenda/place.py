"""What the agenda slice tells the rest of the portal."""

from portal.agenda import models as _models  # noqa: F401
