"""A server process for the races: says its port, then answers in threads until it is killed.

Started as `python -m tests.rooms.race_server` with the environment of the application.
"""

import logging

from werkzeug.serving import make_server

from portal.app import create_app
from portal.core import clock
from tests.conftest import NOW


def main() -> None:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, create_app(), threaded=True)
    print(server.port, flush=True)
    with clock.standing_at(NOW):
        server.serve_forever()


if __name__ == "__main__":
    main()
