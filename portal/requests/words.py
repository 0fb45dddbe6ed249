"""What people are told of requests, in the language and on the clock of whoever reads it."""

from collections.abc import Callable

from portal.core.i18n import day_and_time, reader, span
from portal.core.i18n import gettext as _
from portal.requests.models import BookingRequest, Outcome, Wait
from portal.rooms.models import Status, Visibility
from portal.web.addresses import absolute_address

Words = Callable[[], tuple[str, str]]


def asked(request: BookingRequest) -> tuple[str, str]:
    """Subject and body for those whose turn it is; they do not read what is private."""
    about, room = request.about, request.resource.name
    if about.visibility == Visibility.PRIVATE:
        what = _("Private booking")
        says = _("%(person)s asks for %(room)s for something private.", person=request.requester.name, room=room)
    else:
        what = about.title
        says = _("%(person)s asks for %(room)s: “%(title)s”.", person=request.requester.name, room=room, title=what)
    subject = _("Please decide: %(title)s, %(time)s", title=what, time=_time(request))
    until = _(
        "Please decide until %(time)s: %(address)s", time=day_and_time(request.decide_by), address=_address(request)
    )
    series = _("It is a series; the page lists every date.") if request.series_id is not None else ""
    return subject, _paragraphs(says, _when(request), series, until)


def approved(request: BookingRequest) -> tuple[str, str]:
    subject = _("Approved: %(title)s, %(time)s", title=request.about.title, time=_time(request))
    by = request.decided_by.name if request.decided_by else ""
    says = _("%(person)s has approved your request for %(room)s.", person=by, room=request.resource.name)
    return subject, _paragraphs(says, _when(request), request.reason, _address(request))


def declined(request: BookingRequest) -> tuple[str, str]:
    subject = _("Turned down: %(title)s, %(time)s", title=request.about.title, time=_time(request))
    by = request.decided_by.name if request.decided_by else ""
    says = _("%(person)s has turned down your request for %(room)s.", person=by, room=request.resource.name)
    return subject, _paragraphs(says, _("Reason: %(reason)s", reason=request.reason), _when(request), _address(request))


def expired(request: BookingRequest) -> tuple[str, str]:
    subject = _("Not approved in time: %(title)s, %(time)s", title=request.about.title, time=_time(request))
    says = _(
        "Nobody decided your request for %(room)s in time, so that it has ended. The room is free again.",
        room=request.resource.name,
    )
    return subject, _paragraphs(says, _when(request), _address(request))


def already(request: BookingRequest) -> str:
    """What whoever comes too late is told."""
    by = request.decided_by.name if request.decided_by else ""
    return {
        Outcome.APPROVED: _("%(person)s has already approved this request.", person=by),
        Outcome.DECLINED: _("%(person)s has already turned this request down.", person=by),
        Outcome.EXPIRED: _("Nobody decided this request in time, so that it has ended."),
        Outcome.WITHDRAWN: _("This request has been withdrawn."),
    }[Outcome(request.outcome)]


def given(wait: Wait) -> tuple[str, str]:
    """Subject and body for who waited and has it now, or has asked for it."""
    assert wait.booking is not None, "given is what is booked"
    values = {"room": wait.resource.name, "title": wait.title}
    time = span(wait.starts_at, wait.ends_at)
    if wait.booking.status == Status.REQUESTED:
        subject = _("Free now, and requested for you: %(title)s, %(time)s", title=wait.title, time=time)
        says = _("%(room)s has become free and is requested for you: “%(title)s”. It has yet to be approved.", **values)
    else:
        subject = _("Free now, and booked for you: %(title)s, %(time)s", title=wait.title, time=time)
        says = _("%(room)s has become free and is booked for you: “%(title)s”.", **values)
    address = absolute_address("rooms.booking", booking_id=wait.booking.id)
    return subject, _paragraphs(says, _when(wait), _("You can change or cancel it: %(address)s", address=address))


def offered(wait: Wait) -> tuple[str, str]:
    """Subject and body that offer what somebody waited for."""
    assert wait.decide_by is not None, "an offer has an end"
    time = span(wait.starts_at, wait.ends_at)
    subject = _("Free now: %(title)s, %(time)s", title=wait.title, time=time)
    says = _("%(room)s has become free and is kept for you: “%(title)s”.", room=wait.resource.name, title=wait.title)
    until = _(
        "Say until %(time)s whether you want it: %(address)s", time=day_and_time(wait.decide_by),
        address=absolute_address("requests.waits"),
    )
    return subject, _paragraphs(says, _when(wait), until)


def passed(wait: Wait) -> tuple[str, str]:
    """Subject and body that say that an offer is over."""
    time = span(wait.starts_at, wait.ends_at)
    subject = _("The offer is over: %(title)s, %(time)s", title=wait.title, time=time)
    says = _("%(room)s was kept for you, and nobody answered in time.", room=wait.resource.name)
    return subject, _paragraphs(says, _when(wait))


def _time(about: BookingRequest | Wait) -> str:
    return span(about.starts_at, about.ends_at)


def _when(about: BookingRequest | Wait) -> str:
    return _("When: %(time)s (%(zone)s)", time=_time(about), zone=reader().zone.key)


def _address(request: BookingRequest) -> str:
    return absolute_address("requests.request_page", request_id=request.id)


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
