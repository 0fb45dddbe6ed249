"""People with passwords, and the door that they come through."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from argon2 import PasswordHasher

from portal.accounts import passwords
from portal.accounts.models import Person
from tests.conftest import Browser

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes that take no time: these tests make hundreds. test_passwords.py has the real ones."""
    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", cheap)
    monkeypatch.setattr(passwords, "_nobody", partial(cheap.hash, "nobody has this password"))


@pytest.fixture
def carla(add_person: Callable[..., Person]) -> Person:
    """Somebody who signs in with a password."""
    return add_person("Carla", password=PASSWORD)


@pytest.fixture
def knock(client: Browser, carla: Person) -> Callable[..., Any]:
    """Send the sign-in form: as Carla with her password unless said otherwise."""

    def knock(login: str = "carla", password: str = PASSWORD, headers: Any = None, **fields: str) -> Any:
        client.token = None
        answer = client.post("/sign-in", data={"login": login, "password": password, **fields}, headers=headers)
        client.token = None  # A sign-in renews the session and with it the token.
        return answer

    return knock
