"""Documents as files to save, as `web.documents` makes them."""

from portal.web.documents import PDF, attachment, face_for

__all__ = ["PDF", "attachment", "face_for"]
