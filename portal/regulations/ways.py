"""The pages around regulations, side by side: each slice adds its own."""

from functools import partial

from portal.web.ways import Way, add_way_to

__all__ = ["Way", "add_way"]

add_way = partial(add_way_to, "regulations")
