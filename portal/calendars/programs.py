"""What calendar programs differ in: what they show, how they are given an address, how often they ask for it."""

import re
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from babel.support import LazyProxy

from portal.calendars.models import Client, DutiesAs, Shows
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext

# What a house calls its own: names that no server outside can look up.
INSIDE = (".local", ".localhost", ".lan", ".internal", ".intranet", ".intra", ".corp", ".home.arpa", ".test")


class Program(NamedTuple):
    """A calendar program, in words for those who set it up."""

    # A product that is called the same in every language is a plain text.
    name: LazyProxy | str
    # Such as where it runs.
    about: LazyProxy
    # Whether it shows to-dos (VTODO) of a subscribed calendar.
    shows_tasks: bool
    # Whether its address is set up on a phone, from a code.
    is_on_phones: bool
    # Whose servers ask for the address, from outside the house; empty if the reader's own device asks.
    asked_by: str
    # Which of its kinds asks from the reader's own device all the same.
    but_also: LazyProxy | None
    duties: LazyProxy
    reminders: LazyProxy
    refreshes: LazyProxy
    steps: tuple[LazyProxy, ...]


PROGRAMS = {
    Client.APPLE: Program(
        lazy_pgettext("program", "Apple Calendar"), _l("iPhone, iPad, Mac"), shows_tasks=False, is_on_phones=True,
        asked_by="", but_also=None,
        duties=_l("Apple Calendar shows no to-dos of a subscribed calendar, so each resolution is a day in it."),
        reminders=_l("Apple Calendar takes reminders away unless you let it keep them when you subscribe."),
        refreshes=_l(
            "On a Mac as you set it, every five minutes at best, hourly as a rule; iPhone and iPad when they fetch new "
            "data, often hourly."
        ),
        steps=(
            _l("On this device, press the button and confirm. On a phone, scan the code."),
            _l("On a Mac, choose how often it refreshes; with iCloud as its place, your other devices get it too."),
        ),
    ),
    Client.GOOGLE: Program(
        lazy_pgettext("program", "Google Calendar"), _l("In the browser, and Android phones"), shows_tasks=False,
        is_on_phones=False, asked_by="Google", but_also=None,
        duties=_l("Google Calendar shows no to-dos of a subscribed calendar, so each resolution is a day in it."),
        reminders=_l("Google Calendar passes over reminders and rings as you set it there for this calendar."),
        refreshes=_l("Every 8 to 24 hours, sometimes later. Nothing makes Google faster."),
        steps=(
            _l("Press the button in a browser in which you are signed in to Google, and confirm."),
            _l("Or in Google Calendar: Other calendars, +, From URL, and paste the address."),
            _l("The app on your phone shows the calendar afterwards; it cannot add one itself."),
        ),
    ),
    Client.OUTLOOK: Program(
        "Outlook", _l("On the web, and on the computer"), shows_tasks=False,
        is_on_phones=False, asked_by="Microsoft",
        but_also=_l("Classic Outlook on the computer asks by itself, which works inside the house too."),
        duties=_l("Outlook shows no to-dos of a subscribed calendar, so each resolution is a day in it."),
        reminders=_l("Outlook on the web passes over reminders; on the computer it depends on the version."),
        refreshes=_l(
            "On the web and in the new Outlook about every 3 hours, sometimes a day later; classic Outlook on the "
            "computer every half hour to few hours."
        ),
        steps=(
            _l("Press the button for your Outlook and confirm."),
            _l("Or in Outlook: Add calendar, Subscribe from web, and paste the address."),
            _l("The app on your phone shows it afterwards if it is in an account on the web."),
        ),
    ),
    Client.THUNDERBIRD: Program(
        "Thunderbird", _l("Windows, Mac, Linux"), shows_tasks=True, is_on_phones=False,
        asked_by="", but_also=None,
        duties=_l("Thunderbird shows resolutions as tasks, with due day and percent."),
        reminders=_l("Thunderbird shows reminders unless you switch them off for this calendar."),
        refreshes=_l("As you set it for this calendar, every 30 minutes as a rule."),
        steps=(
            _l("Copy the address."),
            _l("In Thunderbird: Calendar, New calendar, On the network."),
            _l("Paste the address as its location, leave the user name empty, then Find calendars and Subscribe."),
        ),
    ),
    Client.ANDROID: Program(
        lazy_pgettext("program", "ICSx⁵ on Android"), _l("The phone asks by itself, without Google"),
        shows_tasks=False, is_on_phones=True, asked_by="", but_also=None,
        duties=_l("ICSx⁵ takes no to-dos over, so each resolution is a day in it."),
        reminders=_l("ICSx⁵ takes reminders over, or sets its own for this calendar."),
        refreshes=_l("As you set it, every 15 minutes at best."),
        steps=(
            _l("Install ICSx⁵ (or DAVx⁵ with it) on the phone."),
            _l("Scan the code and open it with ICSx⁵; or tap + in ICSx⁵ and paste the address."),
            _l("The calendar program of the phone shows it from then on."),
        ),
    ),
    Client.OTHER: Program(
        lazy_pgettext("program", "Another program"), _l("Evolution, KOrganizer, khal…"), shows_tasks=True,
        is_on_phones=True, asked_by="", but_also=None,
        duties=_l("If yours shows no to-dos, choose days."),
        reminders=_l("Whether it shows them depends on the program."),
        refreshes=_l("As you set it; the portal suggests half an hour."),
        steps=(
            _l("Press the button, if your program opens such addresses."),
            _l("Otherwise look in it for “subscribe”, “from URL” or “on the network”, and paste the address."),
        ),
    ),
}


def duties_for(shows: Shows, client: Client) -> DutiesAs:
    """How resolutions come to a program by default: as to-dos only where it shows them, and never twice."""
    if shows not in {Shows.MINE, Shows.DUTIES, Shows.DEPARTMENT_DUTIES}:
        return DutiesAs.NONE
    return DutiesAs.TASKS if PROGRAMS[client].shows_tasks else DutiesAs.DAYS


def guessed(user_agent: str) -> Client:
    """The program that somebody with this browser is likely to use; they say so themselves in the end."""
    for word, client in (
        ("iPhone", Client.APPLE), ("iPad", Client.APPLE), ("Macintosh", Client.APPLE), ("Android", Client.ANDROID),
        ("Windows", Client.OUTLOOK),
    ):
        if word in user_agent:
            return client
    return Client.OTHER


class Link(NamedTuple):
    """One click that hands the address to a program, or to the page of a service, which opens beside ours."""

    words: str
    address: str
    leads_away: bool = False


def webcal(address: str) -> str:
    """The address in the form that opens a calendar program instead of a file."""
    return re.sub("^https?:", "webcal:", address)


def links(client: Client, address: str, name: str) -> list[Link]:
    """The clicks that subscribe with that program, the likeliest to work first; none if one has to paste it."""
    if client == Client.GOOGLE:
        asked = f"https://calendar.google.com/calendar/r?cid={quote(webcal(address), safe='')}"
        return [Link(_("Add to Google Calendar"), asked, leads_away=True)]
    if client == Client.OUTLOOK:
        asked = f"calendar/0/addfromweb?{urlencode({'url': address, 'name': name}, quote_via=quote)}"
        on_the_web = [
            Link(_("Outlook with a work account"), f"https://outlook.office.com/{asked}", leads_away=True),
            Link("Outlook.com", f"https://outlook.live.com/{asked}", leads_away=True),
        ]
        here = [Link(_("Outlook on this computer"), webcal(address))]
        return here + on_the_web if is_inside(address) else on_the_web + here
    if client == Client.THUNDERBIRD:
        return []
    words = {Client.APPLE: _("Add to Apple Calendar"), Client.ANDROID: _("Open with ICSx⁵, on the phone")}
    return [Link(words.get(client, _("Open in my calendar program")), webcal(address))]


def is_inside(base_url: str) -> bool:
    """Whether the portal's address can surely not be reached by servers outside the house."""
    host = (urlsplit(base_url).hostname or "").rstrip(".")
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith(INSIDE)
