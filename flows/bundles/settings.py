"""The settings of an export: those of a run, without a data plane and its key."""

from pydantic import Field, SecretStr

from flows.settings import Settings


class ExportSettings(Settings):
    """What an export takes from the environment. It sends nothing, so that neither of these has to be set, or hold."""

    data_plane_url: str = Field("", description="not used: an export asks no data plane")
    write_key: SecretStr = Field(SecretStr(""), description="not used: an export asks no data plane")
