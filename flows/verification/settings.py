"""The settings of a verification: those of a run, and the warehouse that its events end in."""

from pydantic import Field, SecretStr

from flows.errors import SettingsInvalid
from flows.settings import Settings, load
from loaders.answers import Target

_SEGMENT = "compare with its Delivery Overview (docs/segment.md), or verify against a local data plane without it"


class VerifySettings(Settings):
    """What a verification takes from the environment. Without a warehouse it looks into the local data plane."""

    warehouse_url: SecretStr | None = Field(None, description="SQLAlchemy URL of the warehouse to verify")
    warehouse_schema: str = Field("", description="schema of the source in that warehouse")

    @property
    def warehouse(self) -> str | None:
        """Return the warehouse's URL, if one is set."""
        return (self.warehouse_url.get_secret_value().strip() or None) if self.warehouse_url else None


def load_verify_settings() -> VerifySettings:
    """Read the settings from the environment. Raises `SettingsInvalid`, naming the variable and the cure."""
    return checked(load(VerifySettings))


def checked(settings: VerifySettings) -> VerifySettings:
    """Return the settings, if their warehouse is whole. Raises `SettingsInvalid`."""
    if settings.warehouse and settings.target is Target.SEGMENT:
        raise SettingsInvalid(["BACKFILL_WAREHOUSE_URL is set, and verify reads no warehouse of Segment: " + _SEGMENT])
    if settings.warehouse and not settings.warehouse_schema:
        raise SettingsInvalid(["BACKFILL_WAREHOUSE_SCHEMA is not set: " + _field("warehouse_schema")])
    return settings


def _field(name: str) -> str:
    return VerifySettings.model_fields[name].description or ""
