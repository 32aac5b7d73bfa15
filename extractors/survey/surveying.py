"""A survey: every model sampled, counted and explained, and the models held against one another."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import Connection, Engine

from extractors.contract import USER, Contract
from extractors.instants import Zone
from extractors.models import Model
from extractors.source import reading
from extractors.survey.asking import Unanswered, ask
from extractors.survey.findings import Finding, Level, Looked, Survey
from extractors.survey.hours import zone_findings
from extractors.survey.indexes import Surveyed, index_findings
from extractors.survey.keys import collation_of, key_findings, kinds_of, mixed_collations, mixed_kinds
from extractors.survey.row_ids import count_repeated, row_id_findings
from extractors.survey.sample import Sample, take_sample
from extractors.survey.values import judge
from mappers.kinds import Instant

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Scope:
    """What a survey goes by: the zone of naive times, the present moment, and how many rows of a model it looks at."""

    zone: Zone
    now: Instant
    rows: int = 10_000


def survey(engine: Engine, models: Mapping[str, Model], contracts: Mapping[str, Contract], scope: Scope) -> Survey:
    """Look at every model and return all that was found. Reads only; raises `SourceStopped` where nothing answers."""
    with reading(engine) as connection:
        seen = _Seen(connection, scope)
        for name, model in models.items():
            seen.look_at(model, contracts[name])
        found = [*seen.findings, *mixed_kinds(seen.kinds), *mixed_collations(seen.collations)]
    return Survey(tuple(seen.looked), tuple(found))


@dataclass
class _Seen:
    connection: Connection
    scope: Scope
    looked: list[Looked] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    kinds: dict[str, set[str]] = field(default_factory=dict)
    collations: dict[str, str] = field(default_factory=dict)

    def look_at(self, model: Model, contract: Contract) -> None:
        """Look at one model; where it cannot be read at all, that is the one finding."""
        sample = ask(self.connection, lambda: take_sample(self.connection, model, self.scope.rows))
        if isinstance(sample, Unanswered):
            self.findings.append(_unread(model, sample))
            return
        judged = judge(sample, contract, self.scope.zone, self.scope.now)
        self.looked.append(Looked(model.stream, len(sample.rows), sample.whole, judged.dead))
        missing_hours = judged.missing_hours.get(contract.moment or "", 0)
        self.findings += [
            *judged.findings,
            *zone_findings(sample, contract, self.scope.zone, missing_hours),
            *key_findings(sample, contract),
        ]
        self._count(model, contract, sample)
        self._compare(model, sample)
        one = Surveyed(self.connection, model, contract, sample)
        self.findings += index_findings(one, self.scope.zone.name, self.scope.now)

    def _count(self, model: Model, contract: Contract, sample: Sample) -> None:
        repeated = self._asked(model, "row ids", lambda: count_repeated(self.connection, model, contract, sample))
        if repeated:
            self.findings += row_id_findings(contract, repeated)

    def _compare(self, model: Model, sample: Sample) -> None:
        if USER not in sample.columns:
            return
        self.kinds[model.stream] = kinds_of(sample.values(USER))
        if self.kinds[model.stream] == {"text"}:
            collation = self._asked(model, "collation", lambda: collation_of(self.connection, model))
            if collation:
                self.collations[model.stream] = collation

    def _asked(self, model: Model, noun: str, question: Callable[[], Answer]) -> Answer | None:
        answer = ask(self.connection, question)
        if not isinstance(answer, Unanswered):
            return answer
        what = f"could not be looked at ({noun}): {answer.words}"
        self.findings.append(Finding(Level.WARNING, model.stream, "", what, "nothing is known of it"))
        return None


def _unread(model: Model, why: Unanswered) -> Finding:
    if why.late:
        what = f"its first rows did not come: {why.words}"
        cure = "let it read by an index: no GROUP BY, DISTINCT, ORDER BY or window function over a whole table"
        return Finding(Level.WARNING, model.stream, "", what, cure)
    what = f"cannot be read as a part of a larger SELECT: {why.words}"
    return Finding(Level.FAULT, model.stream, "", what, "mend its SQL; each column needs a name of its own")
