"""A real HTTP server on loopback that chat groups' robots would stand behind."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TAKEN = json.dumps({"errcode": 0, "errmsg": "ok", "code": 0, "msg": "success"})


@dataclass
class Robot:
    """What was posted, and what the server answers: status and body, or a way to behave badly."""

    posts: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    # Each is (status, body), "hang up", "silence", "drip" or ("redirect", address).
    answers: list[Any] = field(default_factory=list)
    port: int = 0
    may_end: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/robot/send?key=abc"

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"


class Handler(BaseHTTPRequestHandler):
    """Keeps what was posted and answers as the robot says."""

    server: "Server"

    def do_POST(self) -> None:
        robot = self.server.robot
        content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        robot.posts.append((self.path, content))
        answer = robot.answers.pop(0) if robot.answers else (200, TAKEN)
        if answer == "hang up":
            self.close_connection = True
        elif answer == "silence":
            robot.may_end.wait(20)
        elif answer == "drip":
            self._drip()
        elif answer[0] == "redirect":
            self._answer(302, "", Location=answer[1])
        else:
            self._answer(*answer)

    do_GET = do_POST  # noqa: N815  (whoever follows a redirection asks in this way)

    def _drip(self) -> None:
        try:
            self.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Length: 60000\r\n\r\n")
            while not self.server.robot.may_end.wait(0.01):
                self.wfile.write(b" ")
        except OSError:
            pass

    def _answer(self, status: int, body: str, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body.encode())), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    def __init__(self, robot: Robot) -> None:
        self.robot = robot
        super().__init__(("127.0.0.1", 0), Handler)
        robot.port = self.server_port


@contextmanager
def listening() -> Iterator[Robot]:
    """A robot that listens until the block ends."""
    robot = Robot()
    with Server(robot) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield robot
        finally:
            robot.may_end.set()
            server.shutdown()
            thread.join()
