"""What the supervision slice tells the rest of the portal."""

from portal.supervision import (  # noqa: F401  (the views add their pages to those of the slice)
    bulletin_views,
    carry_views,
    delay_views,
    evaluation_views,
    models,
    urging_views,
)
from portal.web.navigation import put_under

put_under("resolutions", "supervision")
