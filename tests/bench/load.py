"""Sending requests and reading the clocks: of the wall, and of every process that takes part in an answer."""

import http.client
import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import count

import psutil

Request = tuple[str, str, dict[str, str], bytes | None]  # method, path, headers, body


@dataclass(frozen=True)
class Figures:
    """What one load at one number of connections came to."""

    rate: float  # requests a second
    p50: float  # milliseconds
    p95: float
    cpu: float  # milliseconds of CPU time a request, of all processes that serve it
    status: int


def cpu_seconds(roots: Iterable[int]) -> float:
    """CPU time used so far by these processes and all that they have started."""
    total = 0.0
    for root in roots:
        process = psutil.Process(root)
        for one in (process, *process.children(recursive=True)):
            try:
                times = one.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += times.user + times.system
    return total


def measure(
    port: int, roots: list[int], make: Callable[[int], Request], requests: int, connections: int
) -> Figures:
    """Send so many requests over so many connections, kept alive; the first tenth warms up and is not counted."""
    numbers = count()
    _send(port, make, numbers, max(connections, requests // 10), connections)
    before, began = cpu_seconds(roots), time.perf_counter()
    answers = _send(port, make, numbers, requests, connections)
    wall, used = time.perf_counter() - began, cpu_seconds(roots) - before
    times = sorted(milliseconds for milliseconds, _ in answers)
    statuses = {status for _, status in answers}
    if len(statuses) > 1 or max(statuses) >= 400:
        raise RuntimeError(f"not what was to be measured: answers {sorted(statuses)}")
    return Figures(
        len(times) / wall, statistics.median(times), times[int(len(times) * 0.95)],
        used * 1000 / len(times), statuses.pop(),
    )


def _send(
    port: int, make: Callable[[int], Request], numbers: Iterator[int], requests: int, connections: int
) -> list[tuple[float, int]]:
    answers: list[tuple[float, int]] = []

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for _ in range(requests // connections):
            method, path, headers, body = make(next(numbers))
            began = time.perf_counter()
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            response.read()
            answers.append(((time.perf_counter() - began) * 1000, response.status))
        connection.close()

    threads = [threading.Thread(target=client) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
