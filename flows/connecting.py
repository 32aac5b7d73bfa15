"""The two connections tried, as a Prefect flow: nothing is sent, and nothing is read but the clock and the models."""

from typing import Any

from prefect.client.schemas.objects import State
from prefect.states import Completed

from extractors.clock import source_clock
from extractors.source import open_source, reading
from flows.blocks import PlatformDatabase, RudderStackConnection
from flows.errors import SettingsInvalid
from flows.formed import formed
from flows.outcome import counted
from flows.profile import load_profile
from flows.routing import reference, routed
from flows.settings import DeliverySettings, SourceSettings
from loaders.client import DataPlane

_TAKES_US = "The data plane answers and takes the write key."


def _name() -> str:
    return "test connection"


@formed("test-connection", _name)
def connections(
    connection: RudderStackConnection | None = None, database: PlatformDatabase | None = None
) -> State[Any]:
    """Ask the data plane whether it takes the write key, and the database for its time; read the database's models.

    What is not given is not asked. Fails with the cure where one of them does not answer, or does not hold.
    """
    if not (connection or database):
        raise SettingsInvalid(["choose a RudderStack connection, a platform database, or both"])
    said = []
    if connection:
        settings = routed(DeliverySettings, reference(connection=connection))
        key = settings.write_key.get_secret_value()
        with DataPlane(settings.data_plane_url, key, target=settings.target) as data_plane:
            unknowable = data_plane.check()
        said.append(f"The data plane answers. {unknowable}" if unknowable else _TAKES_US)
    if database:
        source = routed(SourceSettings, reference(database))
        said.append(f"The database answers: its clock says {_clock(source)}.")
        said.append(f"Its profile has {counted(len(load_profile(source.models)), 'model')}.")
    return Completed(message=" ".join(said))


def _clock(settings: SourceSettings) -> str:
    engine = open_source(settings.source_url.get_secret_value(), settings.statement_seconds)
    try:
        with reading(engine) as connection:
            return str(source_clock(connection))
    finally:
        engine.dispose()
