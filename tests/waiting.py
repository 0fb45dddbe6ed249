"""Waiting for what another process does: as long as it takes, within bounds."""

import threading
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")
PATIENCE = 90  # seconds; a machine that runs other things besides is slow


def eventually(look: Callable[[], Found | None], what: str) -> Found:
    """What `look` finds, as soon as it finds something; fails when it has found nothing for long."""
    moment = threading.Event()
    for _ in range(PATIENCE * 10):
        if found := look():
            return found
        moment.wait(0.1)
    raise AssertionError(f"waited {PATIENCE} seconds in vain for {what}")
