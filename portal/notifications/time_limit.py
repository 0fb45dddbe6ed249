"""An end to waiting for servers that answer only just often enough."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def cut_after(seconds: float, line: socket.socket) -> Iterator[None]:
    """End the connection if the block takes longer; whoever reads from it then sees that it was closed.

    A socket's own timeout begins anew with each byte that comes.
    """

    def cut() -> None:
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
