"""Working days, as `core.workdays` counts them."""

from portal.core.workdays import after, before, is_worked

__all__ = ["after", "before", "is_worked"]
