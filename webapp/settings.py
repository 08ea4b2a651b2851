"""Django's settings; everything a deployment may change comes from the environment."""

import os

import dj_database_url

from webapp import environment

BASE_DIR = environment.CLONE
NETLOOM_HOME = environment.home()
HOST = environment.host()
PORT = environment.port()
ORIGINS = environment.names("NETLOOM_ORIGINS")  # e.g. https://netloom.example.org behind a proxy
SECRET_KEY = environment.secret_key(NETLOOM_HOME)
DEBUG = False
ALLOWED_HOSTS = environment.allowed_hosts(HOST, ORIGINS)

# How many runs train at the same time, and what reading one upload may take.
SLOTS = environment.slots()
CHECKPOINTS = {
    "seconds": float(os.environ.get("NETLOOM_CHECKPOINT_SECONDS", "30")),  # so much work is lost at the most
    "epochs": int(os.environ.get("NETLOOM_CHECKPOINT_EPOCHS", "4")),  # kept besides the newest and the best
    "bytes": int(os.environ.get("NETLOOM_CHECKPOINT_BYTES", 2 * 10**9)),  # of one run together
    "ended_bytes": int(os.environ.get("NETLOOM_CHECKPOINT_ENDED_BYTES", 200 * 10**6)),  # of one that has ended
}
UPLOAD_LIMIT = int(os.environ.get("NETLOOM_UPLOAD_LIMIT", 8 * 10**9))
# What one person may have on their way; files that come together wait for the last of them.
UNFINISHED_UPLOADS, UNFINISHED_BYTES = 200, 2 * UPLOAD_LIMIT
READING_SECONDS = float(os.environ.get("NETLOOM_READING_SECONDS", "900"))
READING_MEMORY = int(os.environ.get("NETLOOM_READING_MEMORY", 4 * 10**9))
PREDICT_LIMIT = 200 * 10**6  # images to predict, all together
BODY_LIMIT = 20 * 10**6
ANSWER_SECONDS = 10.0  # what one check, preview or prediction may take
PREDICT_SECONDS = 60.0
RATE_SECONDS = 120.0  # what a search for a learning rate may take
ESTIMATE_SECONDS = 60.0  # what telling what a run takes may take
WEBHOOK_PRIVATE = os.environ.get("NETLOOM_WEBHOOK_PRIVATE") == "1"  # whether webhooks may lie in private networks
PREPARE_SECONDS = 120.0  # what fitting a preparation, or looking for its mistakes, may take

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "webapp.accounts",
    "webapp.datasets",
    "webapp.projects",
    "webapp.runs",
    "webapp.pages",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "webapp.pages.security.content_security_policy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "webapp.urls"
ASGI_APPLICATION = "webapp.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]

# Storage
REDIS_URL = os.environ.get("REDIS_URL", "")
DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or f"sqlite:///{NETLOOM_HOME / 'netloom.sqlite3'}", conn_max_age=0
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    # A file, not memory: the tests read it from several processes, as the server does.
    DATABASES["default"]["TEST"] = {"NAME": str(NETLOOM_HOME / f"test-{os.getpid()}.sqlite3")}
else:
    DATABASES["default"]["OPTIONS"] = {"pool": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}

# Uploads go to disk inside the data folder, never through memory.
UPLOAD_DIR = NETLOOM_HOME / "tmp"
FILE_UPLOAD_TEMP_DIR = UPLOAD_DIR
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = BODY_LIMIT
UPLOAD_DIR.mkdir(mode=0o700, exist_ok=True)

# People
AUTH_USER_MODEL = "accounts.User"
SESSION_COOKIE_NAME = f"netloom_session_{PORT}"  # cookies know no ports; two servers on one machine would clash
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = bool(ORIGINS) and all(o.startswith("https://") for o in ORIGINS)
CSRF_TRUSTED_ORIGINS = ORIGINS
CSRF_FAILURE_VIEW = "webapp.exceptions.csrf_failure"
LINK_SECONDS = 24 * 3600
SOCKET_RECHECK_SECONDS = 30.0

# Answers
APPEND_SLASH = False
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
USE_I18N = False
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if ORIGINS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "webapp.accounts.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["webapp.parsers.LimitedJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "webapp.exceptions.envelope",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Netloom",
    "DESCRIPTION": "Design neural networks, train them live, take away a model that works.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "COMPONENT_SPLIT_REQUEST": True,
    "COMPONENT_NO_READ_ONLY_REQUIRED": False,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "webapp.schema.add_errors",
    ],
    "ENUM_NAME_OVERRIDES": {
        "DatasetState": "webapp.datasets.serializers.STATES",
        "DataKind": "webapp.datasets.serializers.KINDS",
        "RunState": "webapp.runs.models.Run.State",
        "LayerRole": "webapp.projects.drawing.ROLES",
        "SupervisorState": "webapp.pages.status.SUPERVISOR_STATES",
        "EventType": "webapp.runs.serializers.EVENT_TYPES",
        "DeliveryState": "webapp.runs.models.Delivery.State",
        "EndReason": "webapp.runs.serializers.REASONS",
    },
}

# The built browser application
FRONTEND_DIST = BASE_DIR / "frontend" / "dist"
STATIC_URL = "/static/"
STATIC_ROOT = NETLOOM_HOME / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS = [("app", FRONTEND_DIST)] if FRONTEND_DIST.is_dir() else []
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+/assets/.+-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$"  # Vite's hashed names

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "webapp": {"level": "INFO"},
        # A 4xx is an answer, not an incident.
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "ERROR"},
    },
}
