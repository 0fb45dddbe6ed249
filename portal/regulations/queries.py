"""Which version of which profile holds, which there are, and when each is reviewed."""

from collections.abc import Collection, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import defer, joinedload

from portal.accounts.queries import house_today
from portal.core.db import db
from portal.core.errors import Missing
from portal.core.i18n import gettext as _
from portal.regulations.models import RegulationReview, RegulationVersion
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


def source_in_force(key: str) -> str:
    """The text of the version that holds today. One statement."""
    return _source_in_force(key) or packaged_source(key)


def _source_in_force(key: str) -> str | None:
    return db.session.scalar(
        select(RegulationVersion.source)
        .where(RegulationVersion.effective_on <= house_today(), RegulationVersion.profile == key)
        .order_by(RegulationVersion.effective_on.desc(), RegulationVersion.number.desc())
        .limit(1)
    )


def source_of(key: str, number: int) -> str:
    """The text of that version; raises Missing. One statement at most."""
    if number == PACKAGED:
        return packaged_source(key)
    source = db.session.scalar(
        select(RegulationVersion.source).where(RegulationVersion.profile == key, RegulationVersion.number == number)
    )
    if source is None:
        raise Missing(_("There is no such regulation."))
    return source


def profile_as_of(key: str, number: int) -> Profile:
    """That version of the profile, laid over the base as it holds today; raises Missing. Two statements at most."""
    return _read_over(key, number, source_of(key, number), source_in_force(BASE))


def _read_over(key: str, number: int, source: str, base: str) -> Profile:
    return _read(source, number, None if key == BASE else base)


def packaged_profiles() -> dict[str, Profile]:
    """The four profiles that came with the package. No statement."""
    base = packaged_source(BASE)
    return {key: _read(packaged_source(key), PACKAGED, base) for key in PROFILES}


def packaged_profile(key: str) -> Profile:
    """That profile as it came with the package; raises Missing. No statement."""
    return _read_over(key, PACKAGED, packaged_source(key), packaged_source(BASE))


def packaged_clauses() -> dict[str, Clause]:
    """All clauses of the package by their ids. No statement."""
    return {clause.id: clause for profile in packaged_profiles().values() for clause in profile.clauses}


# --- Versions and reviews ---


def versions_of(key: str) -> Sequence[RegulationVersion]:
    """The versions that somebody made, the newest first, without their text. One statement."""
    return db.session.scalars(
        select(RegulationVersion)
        .options(joinedload(RegulationVersion.made_by), defer(RegulationVersion.source))
        .where(RegulationVersion.profile == key)
        .order_by(RegulationVersion.number.desc())
    ).all()


def version_of(key: str, number: int) -> RegulationVersion | None:
    """The version of that number, if somebody made it. One statement."""
    return db.session.scalar(
        select(RegulationVersion)
        .options(joinedload(RegulationVersion.made_by))
        .where(RegulationVersion.profile == key, RegulationVersion.number == number)
    )


def latest_of(key: str) -> RegulationVersion | None:
    """The newest version that somebody made, whether or not it holds yet. One statement."""
    return db.session.scalars(
        select(RegulationVersion)
        .where(RegulationVersion.profile == key)
        .order_by(RegulationVersion.number.desc())
        .limit(1)
    ).first()


def days_of_versions() -> dict[tuple[str, int], date]:
    """From which day each version that somebody made holds, by profile and number. One statement."""
    rows = db.session.execute(
        select(RegulationVersion.profile, RegulationVersion.number, RegulationVersion.effective_on)
    )
    return {(profile, number): day for profile, number, day in rows}


def open_reviews() -> dict[str, RegulationReview]:
    """The review that is next for each profile that has one. One statement."""
    found = db.session.scalars(
        select(RegulationReview)
        .options(joinedload(RegulationReview.reviewer))
        .where(RegulationReview.reviewed_at.is_(None))
        .order_by(RegulationReview.id)
    )
    return {review.profile: review for review in found}


def reviews_of(key: str) -> Sequence[RegulationReview]:
    """All reviews of a profile, the newest first. One statement."""
    return db.session.scalars(
        select(RegulationReview)
        .options(joinedload(RegulationReview.reviewer), joinedload(RegulationReview.reviewed_by))
        .where(RegulationReview.profile == key)
        .order_by(RegulationReview.id.desc())
    ).all()
