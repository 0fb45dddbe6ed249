"""Which version of which profile holds."""

from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select

from portal.accounts.queries import house_today
from portal.core.db import db
from portal.core.errors import Missing
from portal.core.i18n import gettext as _
from portal.regulations.models import RegulationVersion
from portal.regulations.profiles import BASE, PROFILES, Clause, Profile
from portal.regulations.reading import read

DATA = Path(__file__).parent / "data"
# Before this one nobody had changed anything.
PACKAGED = 1


@lru_cache
def packaged_source(key: str) -> str:
    """The text of the version that came with the package; raises Missing for another key."""
    if key not in (BASE, *PROFILES):
        raise Missing(_("There is no such regulation."))
    return (DATA / f"{key}.toml").read_text("utf-8")


@lru_cache(maxsize=64)
def _read(source: str, number: int, base: str | None) -> Profile:
    return read(source, number, base)


def profile_in_force(key: str) -> Profile:
    """The profile as it holds today. One statement."""
    return profiles_in_force([key])[key]


def profiles_in_force(keys: Collection[str] = PROFILES) -> dict[str, Profile]:
    """These profiles as they hold today. One statement."""
    found = db.session.execute(
        select(RegulationVersion.profile, RegulationVersion.number, RegulationVersion.source)
        .where(RegulationVersion.effective_on <= house_today(), RegulationVersion.profile.in_([*keys, BASE]))
        .order_by(RegulationVersion.effective_on, RegulationVersion.number)
    )
    latest: dict[str, tuple[int, str]] = {key: (number, source) for key, number, source in found}
    base = latest.get(BASE, (PACKAGED, packaged_source(BASE)))[1]
    return {key: _read_over(key, *latest.get(key, (PACKAGED, packaged_source(key))), base) for key in keys}


def profile_as_of(key: str, number: int) -> Profile:
    """That version of the profile, laid over the base as it holds today; raises Missing. Two statements at most."""
    if number == PACKAGED:
        source: str | None = packaged_source(key)
    else:
        source = db.session.scalar(
            select(RegulationVersion.source).where(RegulationVersion.profile == key, RegulationVersion.number == number)
        )
    if source is None:
        raise Missing(_("There is no such regulation."))
    base = db.session.scalar(
        select(RegulationVersion.source)
        .where(RegulationVersion.effective_on <= house_today(), RegulationVersion.profile == BASE)
        .order_by(RegulationVersion.effective_on.desc(), RegulationVersion.number.desc())
        .limit(1)
    )
    return _read_over(key, number, source, base or packaged_source(BASE))


def _read_over(key: str, number: int, source: str, base: str) -> Profile:
    return _read(source, number, None if key == BASE else base)


def packaged_profiles() -> dict[str, Profile]:
    """The four profiles that came with the package. No statement."""
    base = packaged_source(BASE)
    return {key: _read(packaged_source(key), PACKAGED, base) for key in PROFILES}


def packaged_clauses() -> dict[str, Clause]:
    """All clauses of the package by their ids. No statement."""
    return {clause.id: clause for profile in packaged_profiles().values() for clause in profile.clauses}
