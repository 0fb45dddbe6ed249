"""Workers that cost little to start and kill: one warm process that forks another for each line it reads.

Each line is the instant at which the next worker works; the answer to it is the worker's process id, then an empty
line once it has ended.
"""

import os
import sys
import threading
from datetime import datetime

from portal.app import create_app
from portal.core import clock
from portal.notifications.worker import run


def main() -> None:
    app = create_app()
    for line in sys.stdin:
        worker = os.fork()
        if not worker:
            with app.app_context(), clock.standing_at(datetime.fromisoformat(line.strip())):
                run(threading.Event(), poll_seconds=0.01)
        print(worker, flush=True)
        os.waitpid(worker, 0)
        print(flush=True)


main()
