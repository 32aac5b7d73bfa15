"""A source, a data plane and a ledger that remembers, on which the command is run, killed, and run again."""

from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from commands import ROOT, Commands, Ended, Running
from content import Content, count_arrivals, differences, read_content
from sqlalchemy import NullPool, create_engine, text
from truth import Truth

KEY = "wk-chaos-0001"
RUN = ("run", "--no-prefect", "--max-dead", "20%")


@dataclass(frozen=True)
class Scene:
    """Where it happens: the source's truth, the data plane's store, the settings of every run, and what starts one."""

    truth: Truth
    store: Path
    environment: dict[str, str]
    commands: Commands = field(repr=False)

    def with_settings(self, **values: Any) -> "Scene":
        """Return the same scene with other settings."""
        more = {f"BACKFILL_{name}": str(value) for name, value in values.items()}
        return replace(self, environment=self.environment | more)

    def start(self, *arguments: Any, **armed: Any) -> Running:
        """Start `backfill run` with further options, and with what is armed in it."""
        return self.commands.start(*RUN, *arguments, environment=self.environment, armed=armed)

    def run(self, *arguments: Any, **armed: Any) -> Ended:
        """Do the same, and wait for its end."""
        return self.start(*arguments, **armed).wait()

    def arrived(self) -> int:
        """Count what the data plane holds."""
        return count_arrivals(self.store)

    def ledger(self, query: str, **values: Any) -> list[Any]:
        """Ask the ledger, without the product's help."""
        engine = create_engine(self.environment["BACKFILL_LEDGER_URL"], poolclass=NullPool)
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query), values)]

    def faults(self) -> list[str]:
        """Name all that is wrong with what the data plane and the ledger hold, after a run that came to its end."""
        content = read_content(self.store)
        faults = differences([one.event for one in self.truth.events], content)
        faults += self._unnamed(content)
        return faults + [f"disordered: user {who}" for who in content.disordered()[:5]]

    def _unnamed(self, content: Content) -> list[str]:
        """Name the doubles that no batch in doubt explains, and the batches that did not come to their end."""
        batches = self.ledger("SELECT state, ids FROM batches WHERE state NOT IN ('delivered', 'rejected')")
        named = Counter(one for _, ids in batches for one in _ids(ids))
        unnamed = [one for one, times in content.doubled.items() if times > named[one]]
        unended = [state for state, _ in batches if state != "superseded"]
        faults = [f"{len(unnamed)} ids doubled beyond what the ledger names in doubt"] if unnamed else []
        return faults + ([f"batches left {dict(Counter(unended))}"] if unended else [])

    def ends_exactly(self, *arguments: Any, **armed: Any) -> None:
        """Run to the end, and see that all is there, once, in order."""
        self.ended_exactly(self.run(*arguments, **armed))

    def ended_exactly(self, ran: Ended) -> None:
        """See that the run came to its end, and that all is there, once, in order."""
        assert ran.code == 0, ran.words
        faults = self.faults()
        assert not faults, "\n".join([*faults, ran.words])

    def sends_nothing_more(self, *arguments: Any, **armed: Any) -> None:
        """See that a further run delivers nothing."""
        before = self.arrived()
        ran = self.run(*arguments, **armed)
        assert ran.code == 0, ran.words
        assert self.arrived() == before
        ((delivered,),) = self.ledger(
            "SELECT count(*) FROM batches WHERE run_id = (SELECT run_id FROM runs ORDER BY started_at DESC LIMIT 1)"
        )
        assert delivered == 0


def environment(source: str, plane: str, ledger: str, **values: Any) -> dict[str, str]:
    """Return the settings of a run in small batches, impatient enough for a test."""
    settings = {
        "SOURCE_URL": source,
        "SOURCE_TIMEZONE": "America/New_York",
        "MODELS": ROOT / "extractors" / "models" / "sample",
        "DATA_PLANE_URL": plane,
        "WRITE_KEY": KEY,
        "DESTINATIONS": "none",
        "LEDGER_URL": ledger,
        "BATCH_EVENTS": 50,
        "PATIENCE_SECONDS": 60,
    }
    return {f"BACKFILL_{name}": str(value) for name, value in (settings | values).items()}


def _ids(blob: bytes) -> list[str]:
    return [str(UUID(bytes=bytes(blob[start : start + 16]))) for start in range(0, len(blob), 16)]
