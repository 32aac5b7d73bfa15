"""Pages read: every stream's rows of one range of users, out of one snapshot of the database."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from extractors.check import Present
from extractors.contract import ROW_ID, Contract
from extractors.models import Model
from extractors.pages import Axis, Page, page_query
from extractors.rows import Cleaning, Rows, typed_rows
from extractors.source import reading


@dataclass(frozen=True)
class Source:
    """A checked source: where it is, which models there are and what they yield, and how its rows are cleaned."""

    engine: Engine
    models: Mapping[str, Model]
    contracts: Mapping[str, Contract]
    present: Present
    cleaning: Cleaning

    def read(self, page: Page) -> Mapping[str, Rows]:
        """Return the rows of every stream on the page. Raises `SourceStopped` where the database fails."""
        with reading(self.engine) as connection, connection.begin():
            return dict(self._streams(page, connection))

    def _streams(self, page: Page, connection: Connection) -> Iterator[tuple[str, Rows]]:
        for name, model in self.models.items():
            contract, present = self.contracts[name], self.present[name]
            if page.axis is Axis.VISITORS and not contract.anonymous:
                continue
            query = page_query(model, contract, present, page, self.cleaning.window)
            keyed = ROW_ID in present or ROW_ID not in contract.identity
            fetched = connection.execute(query).all()
            yield name, typed_rows(fetched, contract, page.axis, keyed, self.cleaning)
