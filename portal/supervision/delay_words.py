"""What people are told of delays: each answers subject and body in the language it is called in."""

from portal.core.i18n import gettext as _
from portal.core.i18n import plain_day
from portal.resolutions.words import address_of
from portal.supervision.models import DelayRequest


def _days(request: DelayRequest) -> dict[str, str]:
    return {"old": plain_day(request.old_due_on), "new": plain_day(request.new_due_on)}


def asked(request: DelayRequest) -> tuple[str, str]:
    """For whoever decides next."""
    return (
        _("A later day is asked for: %(text)s", text=request.resolution.heading),
        _(
            "%(name)s asks for %(new)s instead of %(old)s.\n\nReason: %(reason)s\n\nProgress: %(progress)s\n\n"
            "Decide here: %(address)s",
            name=request.asked_by.name, reason=request.reason, progress=request.progress,
            address=address_of(request.resolution), **_days(request),
        ),
    )


def granted(request: DelayRequest) -> tuple[str, str]:
    return (
        _("Due later: %(text)s", text=request.resolution.heading),
        _(
            "It is due on %(new)s now instead of %(old)s. The original day stays visible.\n\n%(address)s",
            address=address_of(request.resolution), **_days(request),
        ),
    )


def refused(request: DelayRequest, name: str, words: str) -> tuple[str, str]:
    return (
        _("The day stays: %(text)s", text=request.resolution.heading),
        _(
            "%(name)s does not agree to %(new)s; it is due on %(old)s as before.\n\nReason: %(words)s\n\n%(address)s",
            name=name, words=words, address=address_of(request.resolution), **_days(request),
        ),
    )
