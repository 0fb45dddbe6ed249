"""What people are told of regulations: each answers subject and body in the language it is called in."""

from portal.core.i18n import gettext as _
from portal.core.i18n import plain_day
from portal.regulations.models import RegulationReview, RegulationVersion
from portal.regulations.queries import packaged_profile
from portal.web.addresses import absolute_address


def title_of(key: str) -> str:
    """What the regulation is called."""
    return str(packaged_profile(key).title)


def version_title(version: RegulationVersion) -> str:
    return _("%(title)s, version %(number)s", title=title_of(version.profile), number=version.number)


def _address(version: RegulationVersion) -> str:
    return absolute_address("regulations.version", key=version.profile, number=version.number)


def published(version: RegulationVersion) -> tuple[str, str]:
    """For everybody."""
    return (
        _("Regulation changed: %(title)s", title=title_of(version.profile)),
        _("Version %(number)s holds from %(day)s on. Decided by: %(who)s. Reason: %(reason)s\n\n"
          "Please read what it says and what differs: %(address)s", number=version.number,
          day=plain_day(version.effective_on), who=version.approved_by, reason=version.reason,
          address=_address(version)),
    )


def unread(version: RegulationVersion) -> tuple[str, str]:
    """For those who have not read it yet."""
    return (
        _("Please read: %(title)s", title=version_title(version)),
        _("You have not opened it yet. It holds from %(day)s on.\n\n%(address)s",
          day=plain_day(version.effective_on), address=_address(version)),
    )


def review_asked(review: RegulationReview) -> tuple[str, str]:
    """For the reviewer."""
    return (
        _("To be reviewed: %(title)s", title=title_of(review.profile)),
        _("Please see by %(day)s whether the regulation still fits.\n\n%(address)s", day=plain_day(review.due_on),
          address=_review_address(review)),
    )


def review_overdue(review: RegulationReview) -> tuple[str, str]:
    """For the reviewer and the administrators."""
    return (
        _("Not reviewed in time: %(title)s", title=title_of(review.profile)),
        _("%(name)s was to see by %(day)s whether the regulation still fits.\n\n%(address)s",
          name=review.reviewer.name, day=plain_day(review.due_on), address=_review_address(review)),
    )


def _review_address(review: RegulationReview) -> str:
    return absolute_address("regulations.reviews", key=review.profile)
