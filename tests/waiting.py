"""Waiting for what another process does: as long as it takes, within bounds."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")
PATIENCE = 90  # seconds; a machine that runs other things besides is slow


def eventually(look: Callable[[], Found | None], what: str) -> Found:
    """What `look` finds, as soon as it finds something; fails when it has found nothing for long."""
    moment, ends_at = threading.Event(), time.monotonic() + PATIENCE
    while time.monotonic() < ends_at:
        if found := look():
            return found
        moment.wait(0.1)
    raise AssertionError(f"waited {PATIENCE} seconds in vain for {what}")
