"""A portal as an office runs it: `portal serve --demo` in a process of its own, the worker beside it."""

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.error import HTTPError, URLError

from tests.waiting import PATIENCE, eventually


@dataclass(frozen=True)
class House:
    """Where the portal answers, the database it serves, and the folder it keeps its things in."""

    url: str
    instance: Path
    database_url: str

    def mails_to(self, address: str, about: str) -> list[EmailMessage]:
        """Mails written so far to that address whose subject holds those words."""
        files = sorted((self.instance / "outbox").glob("*.eml"))
        # Each notice to everybody leaves hundreds: only those to that address are read whole.
        theirs = [octets for file in files if f"\nTo: {address}\n".encode() in (octets := _unix(file.read_bytes()))]
        mails = [message_from_bytes(octets, policy=policy.default) for octets in theirs]
        return [mail for mail in mails if about in mail["Subject"]]


def _unix(octets: bytes) -> bytes:
    return octets.replace(b"\r\n", b"\n")


def fetch(url: str) -> tuple[int, bytes]:
    """Status and body, as a program gets them that has no session."""
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
            return answer.status, answer.read()
    except HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read()


@contextmanager
def serving(database_url: str, instance: Path, **settings: str) -> Iterator[House]:
    """Serve the demonstration organisation from that database during the block."""
    instance.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    environment |= {"DATABASE_URL": database_url, "PORTAL_INSTANCE": str(instance), "PORTAL_LOCALE": "en", **settings}
    log = instance / "serve.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "portal.cli", "serve", "--demo", "--port", str(port)],
            env=environment, stdout=output, stderr=subprocess.STDOUT,
        )
    house = House(f"http://127.0.0.1:{port}", instance, database_url)
    try:
        eventually(lambda: _answers(house, process, log), "the portal to answer")
        yield house
    finally:
        process.terminate()
        process.wait(PATIENCE)
    assert "Traceback" not in log.read_text(), log.read_text()


def _answers(house: House, process: "subprocess.Popen[bytes]", log: Path) -> bool:
    assert process.poll() is None, log.read_text()
    try:
        return fetch(f"{house.url}/healthz")[0] == 200
    except URLError:
        return False


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port
