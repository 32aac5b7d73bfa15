"""The settings of the environment, read once at the edge; lower layers get arguments."""

import hashlib
import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from extractors.instants import Fold
from flows.destinations import destination_names
from flows.errors import SettingsInvalid
from loaders import segment
from loaders.answers import Target
from loaders.privacy import Privacy

ROOT = Path(__file__).resolve().parent.parent
STATE = Path("data/state")
_SHORTEST_KEY = 16


OTHERS = frozenset(
    {"BACKFILL_WAREHOUSE_URL", "BACKFILL_WAREHOUSE_SCHEMA", "BACKFILL_ALERT_WEBHOOK", "BACKFILL_ALERT_APPRISE"}
)
"""Variables of ours that other commands read than those that send."""


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is no time zone; name one of the IANA database, as America/New_York") from None
    return name


def _address(url: str) -> str:
    parts = urlsplit(url)
    try:
        _ = parts.port
    except ValueError:
        raise ValueError("has a port that is none; write it as https://host:8080") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be the data plane's address, as https://example.dataplane.rudderstack.com")
    if parts.username or parts.password:
        raise ValueError("must not hold a user or a password; the write key goes into BACKFILL_WRITE_KEY")
    return url


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _filled(secret: SecretStr) -> SecretStr:
    if not secret.get_secret_value().strip():
        raise ValueError("is empty")
    return secret


def _long(secret: SecretStr | None) -> SecretStr | None:
    if secret is not None and len(secret.get_secret_value().strip()) < _SHORTEST_KEY:
        raise ValueError(f"must have at least {_SHORTEST_KEY} characters; `openssl rand -hex 32` makes one")
    return secret


class LedgerSettings(BaseSettings):
    """Where the ledger is: all that looking at past runs takes."""

    model_config = SettingsConfigDict(env_prefix="BACKFILL_", extra="ignore", frozen=True)

    ledger_url: SecretStr = Field(SecretStr(f"sqlite:///{STATE}/ledger.db"), description="SQLAlchemy URL of the ledger")


class PeopleSettings(BaseSettings):
    """The files that say who may be sent; the folder of models may say so too."""

    model_config = SettingsConfigDict(env_prefix="BACKFILL_", extra="ignore", frozen=True)

    suppressed: Path | None = Field(None, description="file of the ids of users who are not sent, one a line")
    consented: Path | None = Field(None, description="file of the ids of users who alone are sent, one a line")


class DeliverySettings(LedgerSettings, PeopleSettings):
    """Everything that sending takes from the environment."""

    source_name: str = Field("platform", min_length=1, description="name of the platform; message ids come from it")
    data_plane_url: Annotated[str, AfterValidator(_address)] = Field(description="the data plane's address")
    write_key: Annotated[SecretStr, AfterValidator(_filled)] = Field(description="the source's write key")
    former_write_key: SecretStr | None = Field(
        None, description="the same source's key before it was changed: the ledger's receipts are of it"
    )
    destinations: Annotated[str, AfterValidator(destination_names)] = Field(
        "", description="`none`, `all`, or display names between commas: nothing is sent until it is set"
    )
    target: Target = Field(Target.RUDDERSTACK, description="what kind of data plane it is: rudderstack or segment")
    plan: Path = Field(ROOT / "data" / "tracking_plan.yaml", description="the tracking plan file")
    privacy: Path | None = Field(None, description="the privacy file: what leaves of personal fields; by default all")
    hmac_key: Annotated[SecretStr | None, AfterValidator(_long)] = Field(
        None, description="the key of pseudonyms, where the privacy file asks for some"
    )
    batch_bytes: int = Field(1_000_000, ge=40_000, le=4_000_000, description="most bytes of a batch")
    batch_events: int = Field(2_000, ge=1, le=100_000, description="most events of a batch")
    in_flight: int = Field(8, ge=1, le=64, description="batches of a shard on their way at the same time")
    answer_seconds: float = Field(30, gt=0, le=600, description="how long an answer of the data plane is waited for")
    patience_seconds: float = Field(600, ge=0, description="how long a batch that does not go through is tried again")

    @model_validator(mode="before")
    @classmethod
    def _fitting(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Let batches fit the target where nobody says how large they are."""
        if values.get("target") != Target.SEGMENT:
            return values
        return {"batch_bytes": segment.USUAL.bytes, "batch_events": segment.USUAL.events, **values}

    @field_validator("batch_bytes", "batch_events")
    @classmethod
    def _taken(cls, size: int, info: ValidationInfo) -> int:
        """Refuse a batch of which Segment would say that it took it, and drop it."""
        most = {"batch_bytes": segment.MOST.bytes, "batch_events": segment.MOST.events}[str(info.field_name)]
        if info.data.get("target") is Target.SEGMENT and size > most:
            raise ValueError(f"is {size:,}, and for Segment at most {most:,} are right: lower it, or leave it out")
        return size

    @property
    def key_digests(self) -> list[str]:
        """Return digests of the write key and, where there is one, of the former: receipts of these are ours."""
        return [_digest(key.get_secret_value()) for key in (self.write_key, self.former_write_key) if key]

    @property
    def disclosed(self) -> Privacy | None:
        """Return where it is said what leaves of personal fields, if it is."""
        key = self.hmac_key.get_secret_value().encode() if self.hmac_key else b""
        return Privacy(self.privacy, key) if self.privacy else None

    @property
    def delivery_digest(self) -> str:
        """Return a digest of where a run sends to: all of it goes to one data plane, under one key."""
        return _digest(f"{self.data_plane_url} {self.write_key.get_secret_value()}")


class SourceSettings(BaseSettings):
    """Everything that reading the platform's database takes from the environment."""

    model_config = SettingsConfigDict(env_prefix="BACKFILL_", extra="ignore", frozen=True)

    source_url: Annotated[SecretStr, AfterValidator(_filled)] = Field(description="SQLAlchemy URL of the database")
    models: Path = Field(description="folder of models, one SELECT a stream")
    source_timezone: Annotated[str, AfterValidator(_zone)] = Field(description="zone of the database's naive times")
    ambiguous_time: Fold = Field("earliest", description="the hour that happens twice: earliest, latest or dead")
    nonexistent_time: Fold = Field("earliest", description="the hour that does not exist: earliest, latest or dead")
    safety_lag_seconds: int = Field(300, ge=0, description="rows younger than this wait for the next run")
    lookback_seconds: int = Field(
        21_600, ge=0, description="how far before where the last night ended the next begins, for rows that come late"
    )
    statement_seconds: float = Field(3_600, gt=0, description="how long one query of the database may take")


class Settings(DeliverySettings, SourceSettings):
    """Everything that a run takes from the environment, as BACKFILL_... in capitals."""


Kind = TypeVar("Kind", bound=BaseSettings)


class Given(NamedTuple):
    """Settings that come from elsewhere than the environment, by name, and where that is, for people."""

    where: str
    values: Mapping[str, Any]


def load_settings(*given: Given) -> Settings:
    """Read the settings of a run. What is given goes before the environment. Raises what `load` raises."""
    return load(Settings, *given)


def load(kind: type[Kind], *given: Given) -> Kind:
    """Read settings. Raises `SettingsInvalid` with every fault at once, naming the place and the cure."""
    unknown = _unknown()
    places = {name: one.where for one in given for name in one.values}
    try:
        settings = kind(**{name: value for one in given for name, value in one.values.items()})
    except ValidationError as error:
        faults = [_fault(fault["loc"], fault["type"], fault["msg"], places) for fault in error.errors()]
        raise SettingsInvalid([*faults, *unknown]) from None
    if unknown:
        raise SettingsInvalid(unknown)
    return settings


def _unknown() -> list[str]:
    """Return a fault for each BACKFILL_ variable that is no setting: a misspelt one would silently be the default."""
    known = [*(f"BACKFILL_{name.upper()}" for name in Settings.model_fields), *sorted(OTHERS)]
    faults = []
    for name in sorted(name for name in os.environ if name.startswith("BACKFILL_") and name not in known):
        near = get_close_matches(name, known, 1)
        faults.append(f"{name} is no setting{f'; did you mean {near[0]}?' if near else ''}")
    return faults


def _fault(place: tuple[int | str, ...], kind: str, words: str, places: Mapping[str, str]) -> str:
    name = str(place[0])
    variable = f"BACKFILL_{name.upper()}"
    if kind == "missing":
        return f"{variable} is not set: {Settings.model_fields[name].description}"
    return f"{places.get(name, variable)}: {words.removeprefix('Value error, ')}"
