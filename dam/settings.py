"""All settings. With none set in the environment, everything runs on the embedded default."""

from ipaddress import ip_network
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from dam import database, logs, placing
from dam.environment import (
    data_folder,
    database_url,
    flag,
    integer,
    listing,
    production,
    secret,
    text,
)
from dam.serve import postgres

BASE_DIR = Path(__file__).resolve().parent.parent
DATA = data_folder()
PRODUCTION = production()

SECRET_KEY = secret("ACERVO_SECRET_KEY", help="Signs sessions and short-lived links.")
DEBUG = flag("ACERVO_DEBUG", False, help="Show tracebacks in pages. Never in production.") and not PRODUCTION
ALLOWED_HOSTS = list(
    listing(
        "ACERVO_HOSTS",
        ("localhost", "127.0.0.1", "[::1]"),
        help="Host names under which the site answers, separated by commas.",
    )
)
PORT = integer("PORT", 8000, help="Port of the site.", minimum=1, maximum=65535)
TRANSFERS_PORT = integer(
    "ACERVO_TRANSFERS_PORT",
    PORT + 1 if PORT < 65535 else PORT - 1,  # noqa: PLR2004 - the last port
    help="Port of the process for uploads and long downloads. Default: PORT + 1.",
    minimum=1,
    maximum=65535,
)
TRANSFERS_SAME_ORIGIN = flag(
    "ACERVO_TRANSFERS_SAME_ORIGIN",
    False,
    help="A reverse proxy sends /subidas/ and /descargas/ to the transfers process: links stay on one address.",
)

PROXIES = [
    ip_network(one)
    for one in listing(
        "ACERVO_PROXIES",
        help="Addresses or networks of our reverse proxies: from them, X-Forwarded-For says who asks.",
    )
]
METRICS_SECRET = text(
    "ACERVO_METRICS_SECRET",
    help="Bearer secret that opens /metrics and the details of /health/ready from other machines.",
)
X_ACCEL = text(
    "ACERVO_X_ACCEL",
    help="Internal location of nginx (such as /interno/) that serves the data folder; it then sends local files "
    "itself.",
)
LOGGING = logs.from_environment()

HOST = text("ACERVO_HOST", "127.0.0.1", help="Address the site listens on; 0.0.0.0 for every network.")
WEB_PROCESSES = integer("ACERVO_WEB_PROCESSES", 2, help="Processes that answer pages.", minimum=1)
WEB_THREADS = integer("ACERVO_WEB_THREADS", 8, help="Pages each of them answers at once.", minimum=1)
GRACE_SECONDS = integer(
    "ACERVO_GRACE_SECONDS", 3, help="How long a stopped web process goes on with running requests.", minimum=1
)
WATCH = listing("ACERVO_WATCH", help="Folders watched for material to take in, separated by commas.")
WATCH_USER = text(
    "ACERVO_WATCH_USER",
    help="User name of who brings what the watched folders hold. Default: the first administrator.",
)
DEMO = flag("ACERVO_DEMO", not PRODUCTION, help="Fill an empty library with demo people and material.")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "corsheaders",
    "csp",
    "procrastinate.contrib.django",
    "dam",
    "transcode",
    "search",
    "ingest",
]

MIDDLEWARE = [
    "dam.request_names.NamedRequest",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "dam.request_names.NamedPerson",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "dam.middleware.EventAddress",
    "dam.api.refusals.ApiProblems",
]

ROOT_URLCONF = "dam.urls"
WSGI_APPLICATION = "dam.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dam.context.page",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "dam.templatetags.acervo"],
        },
    }
]

DATABASE_URL = database_url()
DATABASES = {"default": database.from_environment(DATABASE_URL or postgres.url(DATA))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STORES = placing.stores(DATA)
#: Which store new bytes go to.
STORE = STORES.new
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    **STORES.storages,
}
SCRATCH = DATA / "scratch"
SCRATCH.mkdir(parents=True, exist_ok=True)
INDEX = DATA / "index"
ELASTICSEARCH = listing(
    "ACERVO_ELASTICSEARCH",
    help="Addresses (https://user:password@host:9200) of a cluster that searches, separated by commas. Unset: "
    "the embedded engine in ACERVO_DATA.",
)
ELASTICSEARCH_API_KEY = text(
    "ACERVO_ELASTICSEARCH_API_KEY", help="Key for the cluster, in place of a user in its address."
)
ELASTICSEARCH_CA = text(
    "ACERVO_ELASTICSEARCH_CA", help="Path of the certificate that signs the cluster's own."
)
ELASTICSEARCH_PREFIX = text(
    "ACERVO_ELASTICSEARCH_PREFIX", "acervo", help="What the names of our indices on the cluster begin with."
)

AUTH_USER_MODEL = "dam.User"
LOGIN_URL = "dam:login"
LOGIN_REDIRECT_URL = "dam:home"
LOGOUT_REDIRECT_URL = "dam:login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = list(
    listing("ACERVO_ORIGINS", help="Addresses (https://...) of the site behind a reverse proxy.")
)
if PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
CORS_URLS_REGEX = r"^/subidas/"
CORS_ALLOW_CREDENTIALS = True
CORS_ALLOW_METHODS = ("GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS")
CORS_ALLOW_HEADERS = (
    "content-type",
    "tus-resumable",
    "upload-checksum",
    "upload-length",
    "upload-metadata",
    "upload-offset",
    "x-http-method-override",
)
CORS_EXPOSE_HEADERS = (
    "location",
    "tus-checksum-algorithm",
    "tus-extension",
    "tus-max-size",
    "tus-resumable",
    "tus-version",
    "upload-expires",
    "upload-length",
    "upload-metadata",
    "upload-offset",
)

LANGUAGE_CODE = "es-mx"
LANGUAGES = [("es-mx", _("Español")), ("en", _("Inglés"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "America/Mexico_City"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = ["dam.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [("dist", BASE_DIR / "frontend" / "dist")]
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

PROCRASTINATE_IMPORT_PATHS = ["transcode.tasks", "search.tasks", "ingest.tasks", "dam.tasks"]
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "no_autodiscovery"

API_RATE = integer("ACERVO_API_RATE", 600, help="API requests a minute of one token or person.", minimum=1)
API_RATE_UNKNOWN = integer(
    "ACERVO_API_RATE_UNKNOWN", 60, help="API requests a minute of an address that names nobody.", minimum=1
)
UPLOAD_MAX_BYTES = 10**9 * integer(
    "ACERVO_UPLOAD_MAX_GB", 2000, help="Largest file that is taken in, in gigabytes of 10^9 bytes.", minimum=1
)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = SCRATCH
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

#: What upper houses contribute to the asset page (dam.contracts.AssetPanel), in the order shown.
ACERVO_ASSET_PANELS = ["transcode.panels.Stage", "transcode.panels.Formats"]

#: Routers of the API (ninja.Router), by dotted path: each house's own, in the order of the reference.
ACERVO_API_ROUTERS = [
    *(
        f"dam.api.{name}.router"
        for name in ("me", "assets", "versions", "productions", "uses", "collections")
    ),
    "search.api.router",
    "ingest.api.router",
    "transcode.api.jobs.router",
    "transcode.api.presets.router",
]

#: Checks (dam.health.Check) by the dotted path of each list, in the order shown.
ACERVO_CHECKS = [
    "dam.checks.database.CHECKS",
    "dam.checks.stores.CHECKS",
    "search.checks.CHECKS",
    "dam.checks.queues.CHECKS",
    "transcode.checks.CHECKS",
    "dam.checks.installation.CHECKS",
]
#: What each house counts for /metrics: functions that yield prometheus_client's metric families.
ACERVO_METRICS = [
    "dam.metrics.families",
    "ingest.metrics.families",
    "transcode.metrics.families",
    "search.metrics.families",
]
