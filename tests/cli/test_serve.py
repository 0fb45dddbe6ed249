"""`portal serve` and `portal worker` as processes of their own: they begin, answer, and leave nothing behind."""

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.waiting import PATIENCE, eventually

PORTAL = (sys.executable, "-m", "portal.cli")

# How processes begin and end hangs on the database in what it sets up alone, which the others show.
on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def family(pid: int) -> dict[int, str]:
    """The processes that this one began, and theirs, with their command lines."""
    found: dict[int, str] = {}
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, (read(children) or "").split()):
            found[child] = (read(Path(f"/proc/{child}/cmdline")) or "").replace("\0", " ")
            found |= family(child)
    return found


def read(file: Path) -> str | None:
    """What `/proc` says; None if the process has ended meanwhile."""
    try:
        return file.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None


def is_running(pid: int) -> bool:
    """Whether there is such a process; one that ended but was not fetched by its parent is none."""
    state = read(Path(f"/proc/{pid}/stat"))
    return state is not None and ") Z " not in state


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def start(bare_settings: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Begin `portal …` on a database without tables; whatever still runs after the test is ended."""
    begun: list[subprocess.Popen[str]] = []

    def start(*args: object) -> subprocess.Popen[str]:
        with (tmp_path / "said").open("w") as said:
            process = subprocess.Popen(
                [*PORTAL, *map(str, args)], env={**os.environ, **bare_settings}, stdout=said,
                stderr=subprocess.STDOUT, text=True,
            )
        begun.append(process)
        return process

    yield start
    for process in begun:
        pids = [process.pid, *family(process.pid)]
        for pid in filter(is_running, pids):
            os.kill(pid, signal.SIGKILL)
        process.wait(PATIENCE)


def answers(port: int, path: str = "/healthz") -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as answer:
        return int(answer.code)
    except OSError:
        return 0


def test_it_sets_up_answers_and_leaves_no_process_behind(start, port, tmp_path, database_url):
    # Each database sees one of the two ways to end it.
    end = signal.SIGINT if database_url.startswith("sqlite") else signal.SIGTERM
    server = start("serve", "--port", port, "--workers", 2)
    eventually(lambda: answers(port) == 200, "an answer")
    assert answers(port, "/my-day") == 401
    processes = eventually(
        lambda: len(all_of := family(server.pid)) >= 4 and "worker" in str(all_of) and all_of, "the whole family"
    )
    server.send_signal(end)
    assert server.wait(PATIENCE) == 0
    eventually(lambda: not any(map(is_running, processes)), "the end of all processes")
    said = (tmp_path / "said").read_text()
    for words in (f"http://127.0.0.1:{port}", "outbox"):
        assert words in said
    assert "Traceback" not in said


@on_one_database
def test_a_worker_that_fails_is_begun_again_and_a_killed_server_takes_all_its_processes_along(start, port):
    def workers() -> list[int]:
        return [pid for pid, command in family(server.pid).items() if "portal.cli worker" in command]

    server = start("serve", "--port", port)
    first = eventually(workers, "the worker")
    os.kill(first[0], signal.SIGKILL)
    assert eventually(lambda: set(workers()) - set(first), "another worker")
    eventually(lambda: answers(port) == 200, "an answer")
    processes = family(server.pid)
    assert len(processes) >= 2
    server.kill()
    server.wait(PATIENCE)
    eventually(lambda: not any(map(is_running, processes)), "the end of all processes")


@on_one_database
def test_without_worker_there_is_none_and_the_first_person_is_asked_for(start, port, tmp_path):
    server = start("serve", "--port", port, "--no-worker")
    eventually(lambda: answers(port) == 200, "an answer")
    assert "portal.cli worker" not in str(family(server.pid))
    assert "portal user add" in (tmp_path / "said").read_text()


@on_one_database
def test_a_port_in_use_is_one_sentence(start, tmp_path, bare_tables):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert start("serve", "--port", port).wait(PATIENCE) == 1
    assert (tmp_path / "said").read_text() == (
        f"Error: Port {port} on 127.0.0.1 is in use already. Choose another with --port.\n"
    )
    assert bare_tables() == []


def test_the_worker_ends_when_told(start, bare_tables):
    worker = start("worker")
    eventually(lambda: "booking" in bare_tables(), "the tables")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(PATIENCE) == 0
