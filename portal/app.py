"""The application: every slice is put together here, and nowhere else."""

from typing import Any

from flask import Flask, Response, has_request_context
from flask_login import current_user
from flask_wtf import CSRFProtect
from htmx_flask import Htmx
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.accounts import place as accounts_place  # noqa: F401  (registers what the slice offers)
from portal.accounts import session as accounts_session
from portal.accounts import views as accounts_views
from portal.accounts.forms import LanguageForm, ThemeForm
from portal.agenda import place as agenda_place  # noqa: F401
from portal.agenda import views as agenda_views
from portal.answers import leave_views as answers_leave_views  # noqa: F401
from portal.answers import link_views as answers_link_views  # noqa: F401
from portal.answers import place as answers_place  # noqa: F401
from portal.answers import tab_views as answers_tab_views  # noqa: F401
from portal.answers import views as answers_views
from portal.approvals import place as approvals_place  # noqa: F401
from portal.approvals import views as approvals_views
from portal.attendance import place as attendance_place  # noqa: F401
from portal.attendance import views as attendance_views
from portal.audit import views as audit_views
from portal.audit import words as audit_words
from portal.bodies import place as bodies_place  # noqa: F401
from portal.bodies import views as bodies_views
from portal.calendars import feed_views as calendars_feed_views  # noqa: F401  (adds its page)
from portal.calendars import freebusy_views as calendars_freebusy_views  # noqa: F401  (adds its files)
from portal.calendars import place as calendars_place  # noqa: F401
from portal.calendars import reply_views as calendars_reply_views  # noqa: F401  (adds its page)
from portal.calendars import series_views as calendars_series_views  # noqa: F401  (adds its file)
from portal.calendars import subscription_place as calendars_subscription_place  # noqa: F401
from portal.calendars import subscription_views as calendars_subscription_views  # noqa: F401  (adds its pages)
from portal.calendars import views as calendars_views
from portal.compliance import place as compliance_place  # noqa: F401
from portal.compliance import views as compliance_views
from portal.core import clock, i18n
from portal.core.db import db, expect_only_reads
from portal.core.settings import ROOT, Settings, from_environment, make_private
from portal.deadlines import place as deadlines_place  # noqa: F401
from portal.deadlines import views as deadlines_views
from portal.importers import place as importers_place  # noqa: F401
from portal.importers import views as importers_views
from portal.inspections import place as inspections_place  # noqa: F401
from portal.inspections import views as inspections_views
from portal.invitations import group_views as invitations_group_views  # noqa: F401
from portal.invitations import guest_views as invitations_guest_views  # noqa: F401
from portal.invitations import list_views as invitations_list_views  # noqa: F401
from portal.invitations import people_views as invitations_people_views  # noqa: F401
from portal.invitations import place as invitations_place  # noqa: F401
from portal.invitations import rule_views as invitations_rule_views  # noqa: F401
from portal.invitations import views as invitations_views
from portal.meetings import place as meetings_place  # noqa: F401
from portal.meetings import views as meetings_views
from portal.minutes import place as minutes_place  # noqa: F401
from portal.minutes import views as minutes_views
from portal.notifications import place as notifications_place  # noqa: F401
from portal.notifications import views as notifications_views
from portal.planning import place as planning_place  # noqa: F401
from portal.planning import views as planning_views
from portal.presence import place as presence_place  # noqa: F401
from portal.presence import views as presence_views
from portal.printing import place as printing_place  # noqa: F401
from portal.printing import views as printing_views
from portal.proposals import place as proposals_place  # noqa: F401
from portal.proposals import views as proposals_views
from portal.readiness import place as readiness_place  # noqa: F401
from portal.readiness import views as readiness_views
from portal.registration import field_views as registration_field_views  # noqa: F401
from portal.registration import place as registration_place  # noqa: F401
from portal.registration import public_views as registration_public_views  # noqa: F401
from portal.registration import views as registration_views
from portal.regulations import place as regulations_place  # noqa: F401
from portal.regulations import views as regulations_views
from portal.reports import views as reports_views
from portal.requests import place as requests_place  # noqa: F401
from portal.requests import views as requests_views
from portal.resolutions import place as resolutions_place  # noqa: F401
from portal.resolutions import views as resolutions_views
from portal.rooms import closure_views as rooms_closure_views  # noqa: F401
from portal.rooms import file_views as rooms_file_views  # noqa: F401  (adds its pages to those of rooms)
from portal.rooms import finding as rooms_finding  # noqa: F401  (adds its page to those of rooms)
from portal.rooms import grid_views as rooms_grid_views  # noqa: F401  (adds its pages to those of rooms)
from portal.rooms import manager_views as rooms_manager_views  # noqa: F401
from portal.rooms import place as rooms_place  # noqa: F401
from portal.rooms import place_views as rooms_place_views  # noqa: F401
from portal.rooms import room_views as rooms_room_views  # noqa: F401
from portal.rooms import settings_views as rooms_settings_views  # noqa: F401
from portal.rooms import views as rooms_views
from portal.rooms import week_views as rooms_week_views  # noqa: F401  (adds its pages to those of rooms)
from portal.series import place as series_place  # noqa: F401
from portal.series import views as series_views
from portal.supervision import place as supervision_place  # noqa: F401
from portal.supervision import views as supervision_views
from portal.tasks import place as tasks_place  # noqa: F401
from portal.tasks import views as tasks_views
from portal.web import addresses, assets, errors, headers, my_day
from portal.web.access import open_to_machines
from portal.web.navigation import places_for
from portal.web.panels import panels_at
from portal.web.ways import ways_at

SLICES = (
    assets, my_day, accounts_views, audit_views, notifications_views, bodies_views, regulations_views, approvals_views,
    tasks_views, rooms_views, series_views, requests_views, presence_views, meetings_views, proposals_views,
    planning_views, agenda_views, invitations_views, answers_views,
    registration_views, attendance_views, printing_views, calendars_views, importers_views, resolutions_views,
    supervision_views, minutes_views, readiness_views, deadlines_views, compliance_views, inspections_views,
    reports_views,
)
MEGABYTE = 1 << 20


def create_app(settings: Settings | None = None) -> Flask:
    """Put the application together for these settings (by default, the environment's)."""
    settings = settings or from_environment()
    app = Flask(
        "portal", template_folder=str(ROOT / "templates"), static_folder=None, instance_path=str(settings.instance)
    )
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings.database_url),
        SESSION_COOKIE_NAME="portal",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_behind_tls,
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_TIME_LIMIT=None,
        MAX_CONTENT_LENGTH=2 * MEGABYTE,
        MAX_FORM_MEMORY_SIZE=MEGABYTE,
        PORTAL=settings,
    )
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    make_private(settings.instance)
    db.init_app(app)
    Htmx(app)
    errors.init_app(app, slow_request_ms=settings.slow_request_ms)
    # Before the check for forgery: who comes with an ended session is to be asked to sign in.
    accounts_session.init_app(app, settings)
    CSRFProtect(app)
    headers.init_app(app, behind_tls=settings.is_behind_tls)
    addresses.init_app(app)
    for views in SLICES:
        app.register_blueprint(views.bp)
    app.add_url_rule("/healthz", "healthz", healthz)
    _prepare_templates(app, settings)
    return app


def _engine_options(database_url: str) -> dict[str, Any]:
    # What people wrote, and the hashes of their secrets, are not for the log of a failed statement.
    always = {"hide_parameters": True}
    if database_url.startswith("sqlite"):
        return {**always, "pool_size": 16}
    options = {
        "timezone": "UTC",
        "lock_timeout": "5s",
        # The tables in use fit into memory: without this the planner reads whole tables to save look-ups.
        "random_page_cost": "1.1",
        "jit": "off",
    }
    return {
        **always, "pool_size": 10, "max_overflow": 10, "pool_timeout": 10, "pool_pre_ping": False,
        "connect_args": {
            "options": " ".join(f"-c {name}={value}" for name, value in options.items()), "connect_timeout": 5
        },
    }


@open_to_machines
def healthz() -> Response:
    """200 if the database answers, else 503: for a load balancer or a monitor."""
    expect_only_reads(True)
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return Response("database unavailable\n", 503, mimetype="text/plain")
    return Response("ok\n", mimetype="text/plain")


def _prepare_templates(app: Flask, settings: Settings) -> None:
    env = app.jinja_env
    env.trim_blocks = env.lstrip_blocks = True
    env.add_extension("jinja2.ext.i18n")
    env.add_extension("jinja2.ext.do")
    env.install_gettext_callables(  # type: ignore[attr-defined]
        i18n.gettext, i18n.ngettext, newstyle=False, pgettext=i18n.pgettext
    )
    env.globals.update(
        ways_at=ways_at,
        _=i18n.gettext, gettext=i18n.gettext, ngettext=i18n.ngettext, pgettext=i18n.pgettext,
        static_url=assets.static_url, panels_at=panels_at, places_for=places_for, LOCALES=i18n.LOCALES,
        language_tag=i18n.language_tag, reader=i18n.reader, now=clock.now, organisation=settings.organisation,
        currency=settings.currency,
        LanguageForm=LanguageForm, ThemeForm=ThemeForm,
    )
    for name in ("clock_time", "long_day", "short_day", "plain_day", "day_and_time", "full_instant", "span",
                 "hours_span", "local"):
        env.filters[name] = getattr(i18n, name)
    env.filters["field_time"] = lambda instant: i18n.local(instant).strftime("%Y-%m-%dT%H:%M")
    env.filters["money"] = lambda amount: i18n.money(amount, settings.currency)
    env.filters["ago"] = lambda instant: i18n.ago(instant, clock.now())
    env.filters["words_for"] = audit_words.words_for
    env.filters["details_for"] = audit_words.details_for

    @app.context_processor
    def person() -> dict[str, Any]:
        # Mails are rendered by the worker, where nobody asks.
        asks = has_request_context() and current_user.is_authenticated
        return {"me": current_user.person if asks else None}
