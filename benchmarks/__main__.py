"""`python -m benchmarks`: the whole path, the floor and the peers in interleaved rounds, side by side in one table."""

import sys
import tempfile
from argparse import ArgumentParser, Namespace
from pathlib import Path

from rich.console import Console

from benchmarks.contestants import ContestantFailed
from benchmarks.machine import machine
from benchmarks.measure import Task
from benchmarks.report import Report, save, show
from benchmarks.rounds import Result, play
from benchmarks.sample import SampleFailed, sample
from benchmarks.sink import running_sink

ROOT = Path(__file__).resolve().parent.parent
MODELS = ROOT / "extractors" / "models" / "sample"
BATCH_EVENTS, BATCH_BYTES = 2_000, 1_000_000
WIDTH = 180


def main() -> int:
    """Run the benchmark as it is asked for; 1 where a contestant failed or sent the wrong number."""
    asked = _asked()
    progress = Console(stderr=True, highlight=False)
    try:
        results = _results(asked, progress)
    except (ContestantFailed, SampleFailed) as error:
        progress.print(str(error), markup=False, soft_wrap=True)
        return 1
    counts = {"events": asked.events, "rounds": asked.rounds, "peer_events": asked.peer_events}
    report = Report(counts, machine(), results)
    show(report, Console(width=max(WIDTH, Console().width)))
    save(report, asked.results)
    return 0


def _results(asked: Namespace, progress: Console) -> list[Result]:
    progress.print("The sample platform, and one run off the record ...")
    database = sample(asked.state, asked.events)
    results = []
    with tempfile.TemporaryDirectory(dir=asked.state) as folder, running_sink() as sink:
        task = Task(
            url=sink.url,
            database=str(database),
            models=str(MODELS),
            ledger=f"{folder}/ledger.db",
            calls=f"{folder}/calls.jsonl",
            batch_events=BATCH_EVENTS,
            batch_bytes=BATCH_BYTES,
        )
        for result in play(sink, task, asked.rounds, asked.peer_events):
            results.append(result)
            progress.print(f"round {result.round}: {result.contestant}, {result.rate:,.0f} events/s")
    return results


def _asked() -> Namespace:
    parser = ArgumentParser(
        prog="python -m benchmarks", description="The project, its peers and the floor, side by side."
    )
    parser.add_argument("--events", type=_count, default=1_000_000, help="about how many events the sample makes")
    parser.add_argument("--rounds", type=_count, default=3, help="how often each contestant runs")
    parser.add_argument("--peer-events", type=_count, default=100_000, help="how many of them go to each peer")
    parser.add_argument("--results", type=Path, default=ROOT / "benchmarks" / "results", help="folder of the results")
    parser.add_argument("--state", type=Path, default=ROOT / "data" / "state" / "bench", help="folder of the sample")
    asked = parser.parse_args()
    asked.state = asked.state.resolve()
    return asked


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise ValueError(text)
    return count


if __name__ == "__main__":
    sys.exit(main())
