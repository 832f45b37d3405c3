"""One settings file: every difference between machines is an environment variable.

Development and the demonstration need none of them. With ``DEBUG`` off and ``DEMO`` off this is production, and
production refuses to start on an unsafe value (see ``_refuse_unsafe_production``).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import environ
from csp.constants import SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from kombu import Exchange, Queue

from registry.core import embedded

ROOT = Path(__file__).resolve().parent.parent
env = environ.Env()

VAR = Path(env.str("KCR_VAR", default=str(ROOT / "var"))).resolve()
PRODUCTION = env.bool("PRODUCTION", default=False)
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
DEVELOPMENT_SECRET = "development-only-secret-never-in-production"  # noqa: S105  refused in production
SECRET_KEY = env.str("SECRET_KEY", default=DEVELOPMENT_SECRET)
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]", "testserver"]
)
PUBLIC_BASE_URL = env.str("PUBLIC_BASE_URL", default="http://127.0.0.1:8000").rstrip("/")


def _refuse_unsafe_production() -> None:
    refusals = []
    if SECRET_KEY == DEVELOPMENT_SECRET or len(SECRET_KEY) < 32:
        refusals.append("SECRET_KEY is the default or shorter than 32 characters")
    if DEBUG:
        refusals.append("DEBUG is on")
    if DEMO:
        refusals.append("DEMO is on")
    if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
        refusals.append("ALLOWED_HOSTS is empty or allows every host")
    if not env.str("DATABASE_URL", default=""):
        refusals.append("DATABASE_URL is not set")
    if not env.str("REDIS_URL", default=""):
        refusals.append("REDIS_URL is not set")
    if refusals:
        raise ImproperlyConfigured("Production refuses to start: " + "; ".join(refusals) + ".")


if PRODUCTION:
    _refuse_unsafe_production()

# --- services -------------------------------------------------------------------------------------------
GIVEN_DATABASE = env.str("DATABASE_URL", default="")
DATABASE_OWNER_URL = env.str("DATABASE_OWNER_URL", default="") or GIVEN_DATABASE or embedded.database_url(VAR)
"""The role that owns the tables and migrates; all else runs as the application's role, which may do less."""
OWNER_COMMANDS = {"migrate", "flush", "dbshell", "test"}
DATABASE_URL = GIVEN_DATABASE or embedded.database_url(VAR, role=embedded.APPLICATION_ROLE)
DATABASE_APP_ROLE = embedded.APPLICATION_ROLE
if DATABASE_URL != DATABASE_OWNER_URL:
    DATABASE_APP_ROLE = env.db_url_config(DATABASE_URL)["USER"]
if sys.argv[1:2] and sys.argv[1] in OWNER_COMMANDS:
    DATABASE_URL = DATABASE_OWNER_URL
REDIS_URL = env.str("REDIS_URL", default="") or embedded.redis_url(VAR)
DATABASES = {"default": env.db_url_config(DATABASE_URL)}
DATABASES["default"]["ENGINE"] = "django.db.backends.postgresql"
DATABASES["default"].setdefault("OPTIONS", {})
DATABASES["default"]["CONN_MAX_AGE"] = 0
if env.bool("DATABASE_POOL", default=False):  # the web process only; workers hold one connection each
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 16, "timeout": 10}
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True  # a restarted server is no fault to whoever asks next
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_FUNCTION": "registry.core.cache.key_of",
    },
    "process": {  # what every page asks for, kept for seconds and without asking another server
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "process",
        "KEY_FUNCTION": "registry.core.cache.key_of",
        "OPTIONS": {"MAX_ENTRIES": 2000},
    },
}

CELERY_BROKER_URL = embedded.broker_url(REDIS_URL)
CELERY_RESULT_BACKEND = None  # the run row in PostgreSQL is the truth
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 1500
CELERY_TASK_TIME_LIMIT = 1800
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, "unacked_restore_throttle": 1}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
VERIFIER_QUEUE = "verifiers"
CELERY_TASK_DEFAULT_QUEUE = "celery"
CELERY_TASK_QUEUES = [
    Queue(name, Exchange(name), routing_key=name) for name in (CELERY_TASK_DEFAULT_QUEUE, VERIFIER_QUEUE)
]
"""A worker serves both; one started with ``-Q verifiers`` serves the verifiers' recalculations alone.

Each has an exchange of its own: two queues under one key would both be given every message.
"""
CELERY_BEAT_SCHEDULE = {
    "resend-lost-runs": {"task": "mrv.runs.tasks.resend_lost_runs", "schedule": 30.0},
    "seal-telemetry": {"task": "mrv.uploads.tasks.seal_telemetry", "schedule": 3600.0},
    "expire-offered-transfers": {"task": "registry.credits.tasks.expire_offers", "schedule": 60.0},
    "extend-the-log": {"task": "registry.audit.tasks.extend_log", "schedule": 60.0},
    "verify-the-log": {"task": "registry.audit.tasks.verify_log_nightly", "schedule": 24 * 3600.0},
    "tell-of-what-the-log-holds": {"task": "registry.notices.tasks.follow_the_log", "schedule": 3.0},
    "mail-waiting-notices": {"task": "registry.notices.tasks.resend_mails", "schedule": 60.0},
    "tell-of-deadlines": {"task": "registry.notices.tasks.tell_of_deadlines", "schedule": 3600.0},
    "draw-waiting-certificates": {"task": "registry.certificates.tasks.resend_waiting", "schedule": 60.0},
    "certify-new-acts": {"task": "registry.certificates.tasks.certify_new", "schedule": 5.0},
    "certify-all-acts": {"task": "registry.certificates.tasks.certify_all", "schedule": 3600.0},
}

# --- applications ---------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "pgtrigger",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "registry.core",
    "registry.audit",
    "registry.organisations",
    "registry.notices",
    "registry.projects",
    "registry.credits",
    "registry.certificates",
    "registry.complaints",
    "registry.transparency",
    "registry.public",
    "mrv.methodologies",
    "mrv.stations",
    "mrv.uploads",
    "mrv.records",
    "mrv.quality",
    "mrv.periods",
    "mrv.runs",
    "mrv.verification",
    "mrv.decisions",
    "mrv.publication",
    "mrv.learning",
    "mrv.province",
    "mrv.demo",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "registry.organisations.middleware.ActorMiddleware",
    "registry.audit.middleware.RefusalMiddleware",
]
ROOT_URLCONF = "registry.urls"
WSGI_APPLICATION = "registry.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "registry.core.context.page_frame",
                "registry.notices.context.bell",
            ],
            "loaders": None,
            "builtins": ["registry.core.templatetags.kcr"],
        },
    },
]

# --- people ---------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "organisations.User"
LOGIN_URL = "organisations:sign_in"
LOGIN_REDIRECT_URL = "core:to_do"
LOGOUT_REDIRECT_URL = "public:home"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_ADAPTER = "registry.organisations.account.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # nobody signs up alone: an organisation invites
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # the invitation went to the address and came back
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = LOGOUT_REDIRECT_URL
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key", "reset_password": "10/m/ip,3/5m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=1 if PRODUCTION else 0)
MFA_ADAPTER = "registry.organisations.second_factor.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Karst Carbon Registry"
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off; a code still works once only
MFA_FORMS = {
    "authenticate": "registry.organisations.second_factor.CodeForm",
    "reauthenticate": "registry.organisations.second_factor.FreshCodeForm",
}
USERSESSIONS_TRACK_ACTIVITY = False
SECOND_FACTOR_FRESH_S = env.int("SECOND_FACTOR_FRESH_S", default=300)
SECOND_FACTOR_KEY = env.str("SECOND_FACTOR_KEY", default=SECRET_KEY)  # encrypts the secrets of the second factor

# --- mail: SMTP by EMAIL_URL; without it every message is a file under var/mail --------------------------
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="registry@localhost")
EMAIL_FILE_PATH = str(VAR / "mail")
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
if env.str("EMAIL_URL", default=""):
    globals().update(env.email_url("EMAIL_URL"))

# --- languages, numbers, time ---------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [ROOT / "locale"]
FORMAT_MODULE_PATH = ["registry.core.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- files ----------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
NODE_MODULES = ROOT / "node_modules"
STATICFILES_DIRS = [
    ROOT / "static",
    ("vendor/bootstrap", NODE_MODULES / "bootstrap" / "dist"),
    ("vendor/htmx", NODE_MODULES / "htmx.org" / "dist"),
    ("vendor/uplot", NODE_MODULES / "uplot" / "dist"),
]
FONTS_DIR = VAR / "fonts"
os.environ.setdefault("MPLCONFIGDIR", str(VAR / "matplotlib"))  # a home directory may be missing or read-only
KEYS_DIR = Path(env.str("KEYS_DIR", default=str(VAR / "keys")))
LOG_SIGNING_KEY = Path(env.str("LOG_SIGNING_KEY", default=str(KEYS_DIR / "log.key")))
LOG_ORIGIN = env.str("LOG_ORIGIN", default=PUBLIC_BASE_URL.partition("://")[2] + "/log")
LOG_CHECKPOINTS_DIR = Path(env.str("LOG_CHECKPOINTS_DIR", default=str(VAR / "checkpoints")))
"""The last signed checkpoint outside the database, best on another disk: what tells an older copy of the database."""
LOG_CHECKPOINT_EVERY_S = env.int("LOG_CHECKPOINT_EVERY_S", default=240)
EVIDENCE_STORE = Path(env.str("EVIDENCE_STORE", default=str(VAR / "store")))
EVIDENCE_BUCKET = env.str("EVIDENCE_BUCKET", default="")  # S3-compatible; the folder is then only a copy
EVIDENCE_S3_ENDPOINT = env.str("EVIDENCE_S3_ENDPOINT", default="")
UPLOAD_SIZE_LIMIT_BYTES = env.int("UPLOAD_SIZE_LIMIT_BYTES", default=512 * 1024 * 1024)
FILE_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024

# --- published settings of the programme ----------------------------------------------------------------
PUBLIC_COMMENT_WORKING_DAYS = env.int("PUBLIC_COMMENT_WORKING_DAYS", default=20)
CREDITING_RENEWALS_LIMIT = env.int("CREDITING_RENEWALS_LIMIT", default=2)
CREDITING_RENEWAL_YEARS = env.int("CREDITING_RENEWAL_YEARS", default=10)
CREDITING_RENEWAL_OPENS_DAYS = env.int("CREDITING_RENEWAL_OPENS_DAYS", default=365)  # before the crediting ends
CREDITING_RENEWAL_CLOSES_DAYS = env.int("CREDITING_RENEWAL_CLOSES_DAYS", default=0)
PUBLIC_NOTICE_WORKING_DAYS = env.int("PUBLIC_NOTICE_WORKING_DAYS", default=5)
COMPLAINT_ANSWER_WORKING_DAYS = env.int("COMPLAINT_ANSWER_WORKING_DAYS", default=20)
COMPLAINT_REPLY_WORKING_DAYS = env.int("COMPLAINT_REPLY_WORKING_DAYS", default=10)
APPEAL_FILING_WORKING_DAYS = env.int("APPEAL_FILING_WORKING_DAYS", default=15)
APPEAL_DECISION_WORKING_DAYS = env.int("APPEAL_DECISION_WORKING_DAYS", default=20)
FINDING_ANSWER_WORKING_DAYS = env.int("FINDING_ANSWER_WORKING_DAYS", default=20)
DOCKET_WORKING_DAYS = {  # until the authority sets others on the docket itself
    "begin": env.int("DOCKET_BEGIN_WORKING_DAYS", default=5),
    "prepare": env.int("DOCKET_PREPARE_WORKING_DAYS", default=10),
    "decide": env.int("DOCKET_DECIDE_WORKING_DAYS", default=5),
}
VERIFICATION_ROTATION_LIMIT = env.int("VERIFICATION_ROTATION_LIMIT", default=5)  # periods of a project in a row

PUBLIC_DOWNLOADS_PER_MINUTE = env.int("PUBLIC_DOWNLOADS_PER_MINUTE", default=300)  # files, of one address

TRUST_WORKING_DAYS = 4  # a recipient counts as trusted on the fourth working day after it was listed
TRANSFER_EXPIRY_DAYS = env.int("TRANSFER_EXPIRY_DAYS", default=14)
TRANSFER_DAILY_LIMIT_T = env.int("TRANSFER_DAILY_LIMIT_T", default=100_000)  # of one account
TRANSFER_LARGE_T = env.int("TRANSFER_LARGE_T", default=10_000)
TRANSFER_LARGE_DELAY_HOURS = env.int("TRANSFER_LARGE_DELAY_HOURS", default=24)

# --- browser security -----------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "frame-ancestors": ["'none'"],
        "form-action": [SELF],
        "base-uri": [SELF],
        "object-src": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
if PRODUCTION:
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = False

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "registry.organisations.tokens.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],  # each view calls one selector or service
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser", "rest_framework.parsers.MultiPartParser"],
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.AnonRateThrottle",
        "rest_framework.throttling.UserRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {
        "anon": env.str("API_RATE_ANONYMOUS", default="120/min"),
        "user": env.str("API_RATE_PERSON", default="1200/min"),
    },
    "NUM_PROXIES": ALLAUTH_TRUSTED_PROXY_COUNT,
    "DEFAULT_SCHEMA_CLASS": "registry.api.schema.Schema",
    "EXCEPTION_HANDLER": "registry.api.problems.handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Karst Carbon Registry",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "DESCRIPTION": "Everything a person can do by page, a program can do here in that person's name.",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": ["registry.api.examples.add_examples"],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "pyhanko": {"level": "CRITICAL"},
        "pyhanko_certvalidator": {"level": "CRITICAL"},
        "fontTools": {"level": "WARNING"},
    },
}
