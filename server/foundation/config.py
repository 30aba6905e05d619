"""Settings: read once from ANPING_* into a frozen object; an invalid value stops the start."""

import os
import re
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from media.slides.checks.url_allowlist import is_page
from media.storage.bucket_url import Bucket
from server.foundation.db.postgres import is_postgres

PREFIX = "ANPING_"
# S3 accepts 5 GiB in one PUT.
LARGEST_OBJECT_MB = 5 * 1024
SECRETS = ("secret_key", "admin_password", "database_url", "redis_url", "smtp_url")


class WrongSetting(Exception):
    """A setting is invalid; the text names the variable and the expected value."""


class Settings(BaseSettings):
    """All settings of an operator; documented in docs/operations.md."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    bind: str = Field("127.0.0.1:8000", pattern=r"^\S+:\d{1,5}$")
    data: Path = Path("var")
    database_url: str | None = Field(None, repr=False)
    redis_url: str | None = Field(None, repr=False)
    workers: int = Field(1, ge=1, le=64)
    jobs: bool = True
    storage_url: str | None = None
    public_url: str | None = Field(None, pattern=r"^https?://[^/\s]+$")
    timezone: str = "Asia/Shanghai"
    locale: str = Field("zh_CN", pattern="^(zh_CN|en)$")
    secret_key: SecretStr | None = None
    signing_key_file: Path | None = None
    admin_password: SecretStr | None = None
    smtp_url: SecretStr | None = None
    trusted_proxies: int = Field(0, ge=0, le=5)
    review_steps: int = Field(1, ge=1, le=3)
    two_person: bool = True
    allow_insecure_players: bool = False
    embed_origins: Annotated[tuple[str, ...], NoDecode] = ()
    allowed_numbers: Annotated[tuple[str, ...], NoDecode] = ()
    allowed_pages: Annotated[tuple[str, ...], NoDecode] = ()
    outgoing_networks: Annotated[tuple[str, ...], NoDecode] = ()
    require_totp: bool = False
    log_level: str = Field("info", pattern="^(debug|info|warning|error)$")
    log_days: int = Field(180, ge=1)
    max_image_mb: int = Field(50, ge=1)
    max_video_mb: int = Field(4096, ge=1)
    max_video_s: int = Field(7200, ge=1)
    max_megapixels: int = Field(100, ge=1)
    max_fps: int = Field(60, ge=1)
    max_side_px: int = Field(8192, ge=64)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only the environment is read: no settings file in the working folder."""
        return init_settings, env_settings

    @field_validator("data")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().resolve()

    @field_validator("timezone")
    @classmethod
    def _valid_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            message = "must be a time zone name such as Asia/Shanghai"
            raise ValueError(message) from error
        return value

    @field_validator("database_url")
    @classmethod
    def _valid_database(cls, value: str | None) -> str | None:
        if value is None or value.startswith("sqlite:///") or is_postgres(value):
            return value
        message = "must be sqlite:///PATH or postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
        raise ValueError(message)

    @field_validator("storage_url")
    @classmethod
    def _valid_storage(cls, value: str | None) -> str | None:
        try:
            if value is not None:
                Bucket.of(value)
        except ValueError as error:
            message = "must be s3://BUCKET/PREFIX?endpoint_url=URL; left out, a folder is used"
            raise ValueError(message) from error
        return value

    @field_validator("smtp_url")
    @classmethod
    def _valid_mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None or re.fullmatch(r"smtps?://[^\s/]+(/?\?\S*)?", value.get_secret_value()):
            return value
        message = "must be smtp://USER:PASSWORD@HOST:PORT?from=ADDRESS, or smtps:// for TLS at once"
        raise ValueError(message)

    @field_validator("max_video_mb")
    @classmethod
    def _fits_one_object(cls, value: int, info: ValidationInfo) -> int:
        if info.data.get("storage_url") is not None and value > LARGEST_OBJECT_MB:
            message = f"must be at most {LARGEST_OBJECT_MB} where ANPING_STORAGE_URL is a bucket"
            raise ValueError(message)
        return value

    @field_validator("redis_url")
    @classmethod
    def _many_machines(cls, value: str | None, info: ValidationInfo) -> str | None:
        if not value:
            return None
        if not re.fullmatch(r"(rediss?://[^\s/]+(:\d{1,5})?(/\d*)?|unix://\S+)", value):
            message = "must be redis://:PASSWORD@HOST:PORT/0, rediss:// for TLS, or unix://"
            raise ValueError(message)
        from redis.connection import parse_url  # not where it is not used

        try:
            parse_url(value)  # type: ignore[no-untyped-call] # redis has no types here
        except ValueError:
            message = (
                "can't be read: write # as %23, ? as %3F, / as %2F and @ as %40 in the password, "
                "and a port up to 65535"
            )
            raise ValueError(message) from None
        if not is_postgres(info.data.get("database_url") or ""):
            message = "needs ANPING_DATABASE_URL on PostgreSQL: SQLite serves one process"
            raise ValueError(message)
        return value

    @field_validator("workers")
    @classmethod
    def _workers_share_redis(cls, value: int, info: ValidationInfo) -> int:
        if value > 1 and not info.data.get("redis_url"):
            message = "needs ANPING_REDIS_URL, by which workers tell each other; or leave it at 1"
            raise ValueError(message)
        return value

    @field_validator("jobs")
    @classmethod
    def _somebody_does_them(cls, value: bool, info: ValidationInfo) -> bool:
        if not value and not info.data.get("redis_url"):
            message = "needs ANPING_REDIS_URL and another machine that does them; or leave it true"
            raise ValueError(message)
        return value

    @field_validator(
        "embed_origins", "allowed_numbers", "allowed_pages", "outgoing_networks", mode="before"
    )
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(value.split()) if isinstance(value, str) else value

    @field_validator("allowed_numbers")
    @classmethod
    def _numbers(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if all(re.fullmatch(r"\d{3,12}", number) for number in value):
            return value
        message = "must be phone numbers of digits alone, separated by spaces"
        raise ValueError(message)

    @field_validator("allowed_pages")
    @classmethod
    def _pages(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if all(is_page(page) for page in value):
            return value
        message = "must be https addresses without user, port or query, separated by spaces"
        raise ValueError(message)

    @field_validator("outgoing_networks")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        try:
            for network in value:
                ip_network(network)
        except ValueError as error:
            message = "must be networks such as 10.20.0.0/16 or fd00:1::/64, separated by spaces"
            raise ValueError(message) from error
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The district's zone."""
        return ZoneInfo(self.timezone)

    @property
    def config_url(self) -> str:
        """The database of the configuration."""
        return self.database_url or f"sqlite:///{self.data / 'config.db'}"

    @property
    def plays_url(self) -> str:
        """The database of plays: a second file beside the configuration, or the same database."""
        if self.plays_schema is not None:
            return self.config_url
        config = Path(self.config_url.removeprefix("sqlite:///"))
        return f"sqlite:///{config.with_name('plays.db')}"

    @property
    def plays_schema(self) -> str | None:
        """The PostgreSQL schema of the plays; None for files."""
        return "plays" if is_postgres(self.config_url) else None


def read_settings(**overrides: Any) -> Settings:
    """Settings from the environment. Raises WrongSetting, which names the variable."""
    try:
        return Settings(**{**_secrets_from_files(), **overrides})
    except ValidationError as error:
        first = error.errors()[0]
        field = "_".join(str(part) for part in first["loc"])
        given = "" if field in SECRETS else f" = {first.get('input')!r}"
        text = f"{PREFIX}{field.upper()}{given}: {first['msg']}"
        raise WrongSetting(text) from error


def environment_of(settings: Settings) -> dict[str, str]:
    """A copy of this process's environment for which `read_settings()` returns these settings.

    Independent of the working folder. Secrets that are set already, or in a file named there, stay
    in that form, so that no environment contains a secret it didn't before. Raises WrongSetting.
    """
    written = {name: _as_written(getattr(settings, name)) for name in Settings.model_fields}
    for name, value in _secrets_around().items():
        if written[name] == value:
            del written[name]
    names = {f"{PREFIX}{name.upper()}{end}" for name in written for end in ("", "_FILE")}
    # Variable names of settings are case-insensitive.
    kept = {name: value for name, value in os.environ.items() if name.upper() not in names}
    variables = {f"{PREFIX}{name.upper()}": value for name, value in written.items()}
    return kept | {name: value for name, value in variables.items() if value is not None}


def _secrets_around() -> dict[str, str]:
    """Secrets in the environment or in files named there."""
    plain = {name: os.environ.get(f"{PREFIX}{name.upper()}") for name in SECRETS}
    return {name: value for name, value in plain.items() if value} | _secrets_from_files()


def _as_written(value: object) -> str | None:
    """A setting in its variable's form; None to leave it out."""
    match value:
        case None:
            return None
        case Path():
            return str(value.absolute())
        case tuple():
            return " ".join(value)
        case SecretStr():
            return value.get_secret_value()
    return str(value)


def _secrets_from_files() -> dict[str, str]:
    """Secrets from files. Raises WrongSetting, also if both forms are given."""
    found = {}
    for field in SECRETS:
        plain = f"{PREFIX}{field.upper()}"
        path = os.environ.get(f"{plain}_FILE")
        if path is None:
            continue
        if plain in os.environ:
            text = f"{plain} and {plain}_FILE are both given: leave one of them out"
            raise WrongSetting(text)
        found[field] = _secret_in(f"{plain}_FILE", path)
    return found


def _secret_in(name: str, path: str) -> str:
    try:
        content = Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        text = f"{name} = {path!r}: the file can't be read ({error.strerror})"
        raise WrongSetting(text) from error
    except UnicodeDecodeError as error:
        text = f"{name} = {path!r}: the file isn't UTF-8 text"
        raise WrongSetting(text) from error
    if not content:
        text = f"{name} = {path!r}: the file is empty"
        raise WrongSetting(text)
    return content
