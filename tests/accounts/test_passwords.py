"""Hashes as they are made outside of tests."""

from importlib import util

import pytest
from argon2 import Type, extract_parameters

from portal.accounts import passwords


@pytest.fixture(scope="module")
def real():
    """The module as it is loaded, with its own hasher."""
    spec = util.find_spec(passwords.__name__)
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_hash_is_argon2id_at_least_as_costly_as_rfc_9106_asks(real):
    """Section 4, the second recommended option: 64 MiB and three passes."""
    parameters = extract_parameters(real.hashed("correct horse battery"))
    assert parameters.type == Type.ID
    assert (parameters.memory_cost >= 64 * 1024, parameters.time_cost >= 3) == (True, True)


def test_a_hash_fits_its_password_only_and_is_never_the_same_twice(real):
    one, two = real.hashed("correct horse battery"), real.hashed("correct horse battery")
    assert one != two
    assert real.fits(one, "correct horse battery")
    assert not real.fits(one, "Correct horse battery")
    assert not real.is_outdated(one)


def test_a_check_without_a_person_costs_what_one_with_a_person_does(real):
    """Else the time that it takes would tell who exists."""
    assert extract_parameters(real._nobody()) == extract_parameters(real.hashed("x"))
    assert not real.fits(None, "nobody has this password")


@pytest.mark.parametrize("broken", ["", "x", "$argon2id$v=19$m=65536", "plain text"])
def test_a_hash_that_is_none_fits_nothing(real, broken):
    assert not real.fits(broken, "x")
