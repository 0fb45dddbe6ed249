"""What the minutes slice tells the rest of the portal."""

from portal.minutes import (  # noqa: F401  (the views add their pages to those of the slice)
    copy_views,
    models,
    review_views,
    version_views,
    writing_views,
)
from portal.web.navigation import put_under

put_under("meetings", "minutes")
