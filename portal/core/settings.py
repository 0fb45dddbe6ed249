"""Settings, read from the environment once at start. README.md documents each of them."""

import os
import secrets
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from babel.numbers import is_currency
from holidays import list_supported_countries

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Settings:
    """Everything that differs from one installation to the next."""

    database_url: str
    instance: Path
    secret_key: str
    base_url: str
    organisation: str
    timezone: ZoneInfo
    locale: str
    smtp_url: str | None
    mail_from: str
    reply_address: str | None
    replies: Path | None
    reply_imap: str | None
    reply_authserv: str | None
    trusted_proxies: int
    slow_request_ms: int
    webhook_hosts: frozenset[str]
    print_font: Path | None
    holidays: str
    warn_days: int
    letter_days: tuple[int, int, int]
    evaluation_days: int
    currency: str

    @property
    def outbox_folder(self) -> Path:
        """Where mails go as .eml files when no SMTP server is set."""
        return self.instance / "outbox"

    @property
    def is_behind_tls(self) -> bool:
        return self.base_url.startswith("https://")


class BadSetting(Exception):
    """A setting cannot be used; the words name it and say why."""


def from_environment(environ: dict[str, str] | None = None) -> Settings:
    """Read `DATABASE_URL` and `PORTAL_…`; raises BadSetting with the name of what is wrong."""
    env = dict(os.environ if environ is None else environ)
    instance = Path(env.get("PORTAL_INSTANCE") or ROOT / "instance").resolve()
    return Settings(
        database_url=env.get("DATABASE_URL") or f"sqlite:///{instance / 'portal.db'}",
        instance=instance,
        secret_key=env.get("PORTAL_SECRET_KEY") or _kept_secret(instance),
        base_url=(env.get("PORTAL_BASE_URL") or "http://127.0.0.1:8000").rstrip("/"),
        organisation=env.get("PORTAL_ORGANISATION") or "",
        timezone=_zone(env.get("PORTAL_TIMEZONE") or "Asia/Shanghai"),
        locale=_locale(env.get("PORTAL_LOCALE") or "zh_Hans"),
        smtp_url=env.get("PORTAL_SMTP_URL") or None,
        mail_from=env.get("PORTAL_MAIL_FROM") or "portal@localhost",
        reply_address=env.get("PORTAL_REPLY_ADDRESS") or None,
        replies=_maildir("PORTAL_REPLIES", env),
        reply_imap=_imap_address("PORTAL_REPLY_IMAP", env),
        reply_authserv=env.get("PORTAL_REPLY_AUTHSERV") or None,
        trusted_proxies=_number("PORTAL_TRUSTED_PROXIES", env, 0),
        slow_request_ms=_number("PORTAL_SLOW_REQUEST_MS", env, 1000),
        webhook_hosts=frozenset((env.get("PORTAL_WEBHOOK_HOSTS") or "").lower().replace(",", " ").split()),
        print_font=_file("PORTAL_PRINT_FONT", env),
        holidays=_country("PORTAL_HOLIDAYS", env, "CN"),
        warn_days=_number("PORTAL_WARN_DAYS", env, 3),
        letter_days=_three_days("PORTAL_LETTER_DAYS", env, "1,5,10"),
        evaluation_days=_number("PORTAL_EVALUATION_DAYS", env, 90),
        currency=_currency("PORTAL_CURRENCY", env, "CNY"),
    )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise BadSetting(f"PORTAL_TIMEZONE: “{name}” is not an IANA time zone such as Asia/Shanghai.") from None


def _locale(name: str) -> str:
    if name not in {"en", "zh_Hans", "zh_Hant"}:
        raise BadSetting(f"PORTAL_LOCALE: “{name}” is none of en, zh_Hans, zh_Hant.")
    return name


def _number(name: str, env: dict[str, str], default: int) -> int:
    text = env.get(name) or str(default)
    if not text.isdigit():
        raise BadSetting(f"{name}: “{text}” is not a whole number.")
    return int(text)


def _country(name: str, env: dict[str, str], default: str) -> str:
    """Whose public holidays are free of work: a country by ISO 3166, or `none` for weekends only."""
    text = (env.get(name) or default).upper()
    if text == "NONE":
        return ""
    if text not in list_supported_countries():
        raise BadSetting(f"{name}: “{text}” is no country whose holidays are known, such as CN; `none` is for none.")
    return text


def _currency(name: str, env: dict[str, str], default: str) -> str:
    """What budgets are counted in: a currency by ISO 4217."""
    code = (env.get(name) or default).upper()
    if not is_currency(code):
        raise BadSetting(f"{name}: “{code}” is no currency by ISO 4217, such as CNY.")
    return code


def _three_days(name: str, env: dict[str, str], default: str) -> tuple[int, int, int]:
    """After how many working days each of the three letters goes out, rising."""
    parts = (env.get(name) or default).replace(" ", "").split(",")
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        raise BadSetting(f"{name}: three whole numbers are needed, such as {default}.")
    blue, yellow, red = (int(part) for part in parts)
    if not 1 <= blue < yellow < red:
        raise BadSetting(f"{name}: each number must be greater than the one before, and the first at least 1.")
    return blue, yellow, red


def _maildir(name: str, env: dict[str, str]) -> Path | None:
    """A mailbox in the form of a folder (maildir), made by the first mail or by the mail server."""
    if not env.get(name):
        return None
    _insist_on_reply_address(name, env)
    return Path(env[name]).resolve()


def _imap_address(name: str, env: dict[str, str]) -> str | None:
    """A mailbox on a mail server; what is wrong with it is said without quoting it, for it holds a password."""
    address = env.get(name)
    if not address:
        return None
    _insist_on_reply_address(name, env)
    try:
        parts = urlsplit(address)
        is_one = bool(parts.scheme in {"imap", "imaps"} and parts.hostname and parts.username and parts.port != 0)
    except ValueError:
        is_one = False
    if not (is_one and unquote(address).isascii() and unquote(address).isprintable()):
        raise BadSetting(f"{name}: not of the form imaps://user:password@host:port/folder in ASCII.")
    return address


def _insist_on_reply_address(name: str, env: dict[str, str]) -> None:
    if not env.get("PORTAL_REPLY_ADDRESS"):
        raise BadSetting(f"{name}: PORTAL_REPLY_ADDRESS must name the address whose mail arrives there.")


def _file(name: str, env: dict[str, str]) -> Path | None:
    """A file that must be there, if the setting names one."""
    file = Path(env[name]) if env.get(name) else None
    if file and not file.is_file():
        raise BadSetting(f"{name}: there is no file “{file}”.")
    return file


def _kept_secret(instance: Path) -> str:
    """The key that signs sessions: made at the first start and kept beside the embedded database."""
    file = instance / "secret_key"
    make_private(instance)
    if not file.exists():
        with tempfile.NamedTemporaryFile("w", dir=instance) as draft:
            draft.write(secrets.token_hex(32))
            draft.flush()
            # Whole or not at all, and the first of two processes that start at once wins.
            with suppress(FileExistsError):
                os.link(draft.name, file)
    key = file.read_text().strip()
    if not key:
        raise BadSetting(f"PORTAL_INSTANCE: {file} is empty. Remove it, and a new key is made at the next start.")
    return key


def make_private(folder: Path) -> None:
    """Make the folder if need be, so that only this account may look into it: it holds all that people wrote."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
