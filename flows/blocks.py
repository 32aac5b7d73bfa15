"""What people connect to, kept by Prefect: its secrets encrypted there, and runs given no more than a reference.

The fields are plain, so that a block which does not hold can be loaded, and named, by `load_settings`.
"""

from collections.abc import Mapping
from typing import ClassVar, Literal

from prefect.blocks.core import Block
from pydantic import Field, SecretStr

from flows.settings import Given
from loaders.answers import Target
from loaders.client import DataPlane


class RudderStackConnection(Block):
    """A RudderStack source that events are sent to, and the destinations that they may go on to."""

    _block_type_name = "RudderStack Connection"
    _block_type_slug = "rudderstack-connection"
    _description = "The data plane and the source's write key, and the destinations that events may go on to."

    GIVES: ClassVar[Mapping[str, str]] = {
        name: name for name in ("data_plane_url", "write_key", "target", "destinations")
    }
    """The settings that it gives, and the field of each."""

    data_plane_url: str = Field(title="Data plane URL", description="As https://example.dataplane.rudderstack.com")
    write_key: SecretStr = Field(title="Source write key", description="Of an HTTP source of its own, not the live one")
    target: Literal["rudderstack", "segment"] = Field(
        "rudderstack", title="Target", description="What kind of data plane it is"
    )
    destinations: str = Field(
        "",
        title="Allowed destinations",
        description="Where events may go on to: display names between commas, or `all`. Empty: nowhere",
    )

    def given(self) -> Given:
        """Return the block's values as settings."""
        return _given(self, self.GIVES)

    def titles(self) -> dict[str, str]:
        """Return what people call each setting that it gives."""
        return _titles(self, self.GIVES)

    def test_connection(self) -> None:
        """Ask whether the data plane takes the write key, storing nothing. Raises `DataPlaneStopped`."""
        key = self.write_key.get_secret_value()
        with DataPlane(self.data_plane_url, key, target=Target(self.target)) as data_plane:
            data_plane.check()


class PlatformDatabase(Block):
    """The platform's SQL database, the zone of its times, and the models that read it."""

    _block_type_name = "Platform Database"
    _block_type_slug = "platform-database"
    _description = "The platform's database, opened for reading only, and the profile of models that reads it."

    GIVES: ClassVar[Mapping[str, str]] = {
        "source_url": "url",
        "source_timezone": "timezone",
        "models": "profile",
        "source_name": "name",
    }
    """The settings that it gives, and the field of each."""

    url: SecretStr = Field(
        title="URL", description="SQLAlchemy URL, as postgresql://reader:secret@db.example.com/store"
    )
    timezone: str = Field(title="Time zone", description="IANA zone of times without an offset, as America/New_York")
    profile: str = Field(
        title="Profile",
        description="Folder of models, one SELECT a stream, on the worker's machine; a full path is best",
    )
    name: str = Field(
        title="Source name",
        description="Tells platforms apart, since message ids come from it: one for each platform, for ever",
    )

    def given(self) -> Given:
        """Return the block's values as settings."""
        return _given(self, self.GIVES)

    def titles(self) -> dict[str, str]:
        """Return what people call each setting that it gives."""
        return _titles(self, self.GIVES)


def _given(block: Block, gives: Mapping[str, str]) -> Given:
    return Given(_called(block), {setting: getattr(block, field) for setting, field in gives.items()})


def _titles(block: Block, gives: Mapping[str, str]) -> dict[str, str]:
    """Return the titles of its fields, as `"Time zone" of Platform Database "store"`."""
    fields = type(block).model_fields
    return {setting: f'"{fields[field].title}" of {_called(block)}' for setting, field in gives.items()}


def _called(block: Block) -> str:
    """Return what people call the block, as `RudderStack Connection "live"`."""
    return f'{block.get_block_type_name()} "{block._block_document_name or "unsaved"}"'  # noqa: SLF001  # has no other name
