"""The portal at another time: served by this process, whose clock tests may stand ahead, on a database that is served
already."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Thread

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from portal.core.db import db
from tests.browser.house import House
from tests.conftest import app_for


class _Quiet(WSGIRequestHandler):
    """Without a line for each request."""

    def log(self, *_what: object) -> None:
        return None


@contextmanager
def serving_here(house: House) -> Iterator[tuple[House, Flask]]:
    """Serve the house's database a second time, by the clock of this process (`portal.core.clock.standing_at`)."""
    app = app_for(house.database_url, house.instance)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield replace(house, url=f"http://127.0.0.1:{server.server_port}"), app
    finally:
        server.shutdown()
        thread.join()
        with app.app_context():
            db.engine.dispose()
