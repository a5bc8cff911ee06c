"""Django settings, read from the environment once.

Every variable is optional: with none set the product runs on an embedded SQLite database under ``var/``.
"""

import contextlib
import os
import secrets
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

import django_stubs_ext
from pydantic import BaseModel, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

# Lets fields and managers carry type parameters at run time, as the type checker wants them.
django_stubs_ext.monkeypatch()

ROOT = Path(__file__).resolve().parent


class OpenIdProvider(BaseModel):
    """One that people may log in with. Its address to come back to is ``…/oidc/<code>/back/``."""

    code: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    name: str
    issuer: str
    client_id: str
    secret_file: str = ""


class Environment(BaseSettings):
    """What an installation may set. Names are the environment variables, in any case."""

    model_config = SettingsConfigDict(extra="ignore")

    xianxing_home: Path = Field(default=Path("var"), description="Folder of the database, uploads, keys and job files.")
    database_url: str = Field(default="", description="postgresql://user:password@host:port/name; empty means SQLite.")
    xianxing_hosts: str = Field(default="127.0.0.1,localhost", description="Host names served, comma separated.")
    xianxing_ciphers: Literal["aes", "sm"] = Field(
        default="aes", description="Ciphers that seal personal data: aes (AES-256-GCM) or sm (SM4-GCM, SM3)."
    )
    xianxing_url: str = Field(default="", description="Address at which people reach the product; links in mails.")
    xianxing_mail_url: str = Field(
        default="", description="smtps://user:password@host:465 or smtp://… (STARTTLS; ?tls=no: none); empty: no mail."
    )
    xianxing_mail_from: str = Field(default="xianxing@localhost", description="Sender of the mails.")
    xianxing_webhook_hosts: str = Field(
        default="", description="Hosts that webhooks may call, comma separated, host or host:port; empty: none."
    )
    xianxing_webhook_private: str = Field(
        default="", description="Those of them that may lie on private or loopback addresses and speak plain http."
    )
    xianxing_oidc: list[OpenIdProvider] = Field(
        default=[], description='OpenID providers as JSON: [{"code", "name", "issuer", "client_id", "secret_file"}].'
    )
    xianxing_proxies: str = Field(
        default="", description="Addresses of proxies in front whose X-Forwarded-For is believed, comma separated."
    )
    xianxing_debug: bool = False


ENV = Environment()
HOME = ENV.xianxing_home.resolve()


def _database() -> dict[str, object]:
    if not ENV.database_url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": HOME / "xianxing.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 60,  # of programs; who answers people waits less: kernel/busy.py
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                " PRAGMA cache_size=-65536; PRAGMA secure_delete=ON;",
            },
        }
    url = urlsplit(ENV.database_url)
    query = dict(parse_qsl(url.query))
    host = query.pop("host", url.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": host,
        "OPTIONS": query,
        "PORT": str(url.port or ""),
        "CONN_MAX_AGE": 60,
    }


def _secret() -> str:
    """The key that signs sessions: made on first use, readable by its owner only, kept outside the database."""
    path = HOME / "keys" / "session.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_name(f"session.{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(50), encoding="ascii")
        # Two processes may start at once: the first to link its key wins, nobody reads half a key.
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    return path.read_text(encoding="ascii")


SECRET_KEY = _secret()
CIPHERS = ENV.xianxing_ciphers
DEBUG = ENV.xianxing_debug
ALLOWED_HOSTS = [host.strip() for host in ENV.xianxing_hosts.split(",")]
DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SLICES = [
    "xianxing.subjects.enterprise",
    "xianxing.subjects.project",
    "xianxing.subjects.parcel",
    "xianxing.subjects.building",
    "xianxing.subjects.rulebook",
    "xianxing.lines.attract.projects",
    "xianxing.lines.attract.screening",
    "xianxing.lines.attract.chains",
    "xianxing.lines.upgrade.visits",
    "xianxing.lines.upgrade.classification",
    "xianxing.lines.upgrade.exits",
    "xianxing.lines.upgrade.policies",
    "xianxing.lines.upgrade.listing",
    "xianxing.lines.serve.resettlement",
    "xianxing.lines.safeguard.bottomlines",
    "xianxing.lines.safeguard.inspections",
    "xianxing.lines.safeguard.petitions",
]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "xianxing.kernel",
    *SLICES,
    "xianxing.pages",
    "xianxing.desk",
    "xianxing.api",
    "xianxing.demo",
]
AUTH_USER_MODEL = "kernel.Person"
ROOT_URLCONF = "xianxing.urls"
WSGI_APPLICATION = "xianxing.wsgi.application"
MIDDLEWARE = [
    "xianxing.pages.middleware.PolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "xianxing.pages.middleware.ActorMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {"environment": "xianxing.pages.environment.environment", "extensions": ["jinja2.ext.i18n"]},
    },
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [ROOT / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
EVIDENCE_ROOT = HOME / "evidence"
EVIDENCE_LIMIT = 32 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
# Above every limit of ours: an upload may hold personal data and must not be laid down in a temporary file.
FILE_UPLOAD_MAX_MEMORY_SIZE = 72 * 1024 * 1024

# Shared by all server processes: it counts failed log-ins, and two workers must not allow twice as many.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": HOME / "cache"}}

BASE_URL = ENV.xianxing_url.rstrip("/")
MAIL_SET_UP = bool(ENV.xianxing_mail_url)
MAIL = urlsplit(ENV.xianxing_mail_url)
EMAIL_HOST, EMAIL_PORT = MAIL.hostname or "", MAIL.port or (465 if MAIL.scheme == "smtps" else 587)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(MAIL.username or ""), unquote(MAIL.password or "")
EMAIL_USE_SSL = MAIL.scheme == "smtps"
EMAIL_USE_TLS = MAIL.scheme == "smtp" and dict(parse_qsl(MAIL.query)).get("tls") != "no"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = ENV.xianxing_mail_from
WEBHOOK_PRIVATE = frozenset(filter(None, map(str.strip, ENV.xianxing_webhook_private.lower().split(","))))
WEBHOOK_HOSTS = WEBHOOK_PRIVATE | set(filter(None, map(str.strip, ENV.xianxing_webhook_hosts.lower().split(","))))

OIDC = [provider.model_dump() for provider in ENV.xianxing_oidc]
PROXIES = frozenset(filter(None, map(str.strip, ENV.xianxing_proxies.split(","))))
# Reached over TLS: then cookies go over nothing else, and forms may come from that origin though a proxy ends the TLS.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BASE_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [f"https://{urlsplit(BASE_URL).netloc}"] if SESSION_COOKIE_SECURE else []

LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "xianxing.kernel.login.passwords.Kinds"},
    {"NAME": "xianxing.kernel.login.passwords.NotAgain"},
]
CSRF_FAILURE_VIEW = "xianxing.pages.errors.forbidden"
