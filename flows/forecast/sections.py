"""A forecast as sections for people, the same on a terminal, in Prefect and on a page of its own. No personal datum."""

import json
from collections import Counter
from collections.abc import Iterator

from extractors.volume import Volume
from flows.forecast.forecast import Forecast
from flows.forecast.outlook import absent_fields, costs, destinations, identities, personal, times
from flows.forecast.telling import Section
from flows.outcome import counted
from flows.reporting.breakdown import balance, sent_by_event
from flows.reporting.chart import bars_of
from flows.reporting.reasons import in_words
from flows.tables import Table
from flows.tally import DEAD_ROWS, DELIVERED, FILTERED, LEFT_OUT, UNIDENTIFIED, by

_MEGABYTE = 1_000_000


def sections(forecast: Forecast) -> list[Section]:
    """Return the whole forecast, what matters most first; what there is nothing of says so in a sentence."""
    return [
        Section("What is planned", forecast.about),
        _sent(forecast),
        _who(forecast),
        _effort(forecast),
        destinations(forecast),
        personal(forecast),
        _set_aside(forecast),
        times(forecast),
        identities(forecast),
        absent_fields(forecast),
        _samples(forecast),
        _held_to(forecast),
    ]


def _sent(forecast: Forecast) -> Section:
    sent = by(forecast.counts, DELIVERED, 0, 1)
    if not sent:
        return Section("What would be sent", ("Nothing: no message is new.",), (balance(forecast.summary),))
    months = _months(sent)
    return Section(
        "What would be sent", (), (balance(forecast.summary), sent_by_event(forecast.counts), months), bars_of(sent)
    )


def _months(sent: dict[tuple[str, str], int]) -> Table:
    months: Counter[str] = Counter()
    for (_, month), count in sent.items():
        months[month] += count
    return "By month", ("month", "messages"), sorted(months.items())


def _who(forecast: Forecast) -> Section:
    seen, users = forecast.seen, forecast.summary.users
    words = [f"The messages are of {counted(users, 'distinct user')}, visitors included."]
    unidentified = forecast.counts[UNIDENTIFIED]
    if unidentified:
        words.append(f"{counted(unidentified, 'message')} would go out for users without an Identify.")
    left_out = by(forecast.counts, LEFT_OUT, 0)
    if left_out:
        words.append(f"People left out: {', '.join(f'{count:,} {why}' for why, count in left_out.items())}.")
    rows = [(month, seen.new[month], seen.active[month]) for month in sorted(seen.active)]
    table = ("Users by month", ("month", "first seen", "active"), rows)
    return Section("Who", tuple(words), (table,) if rows else ())


def _effort(forecast: Forecast) -> Section:
    summary, rate = forecast.summary, forecast.rate
    at_rate = summary.delivered / rate
    words = [
        f"{counted(summary.requests, 'request')} with {summary.bytes / _MEGABYTE:,.1f} MB before compression.",
        f"Reading and mapping took {_duration(summary.seconds)} here, with one shard at a time.",
        f"At {rate:,} events a second sending takes {_duration(at_rate)}; a run takes the longer of the two.",
        *costs(forecast),
    ]
    return Section("How much, and how long", tuple(words))


def _set_aside(forecast: Forecast) -> Section:
    counts = forecast.counts
    dead = [(*one, count, in_words(one[1])) for one, count in by(counts, DEAD_ROWS, 0, 1).items()]
    filtered = [(*one, count) for one, count in by(counts, FILTERED, 0, 1).items()]
    found: list[Table] = [
        (
            "Messages that the tracking plan does not allow",
            ("rule", "violation", "where", "example", "messages"),
            [*_violations(forecast)],
        ),
        ("Rows that are dead", ("stream", "reason", "rows", "in words"), dead),
        ("Rows that have no message by rule", ("stream", "rule", "rows"), filtered),
    ]
    shown = tuple(table for table in found if table[2])
    words = ("Examples show the shape of a value: x for a letter, 9 for a digit.",) if forecast.violations else ()
    return Section("What would be set aside", words if shown else ("Nothing.",), shown)


def _violations(forecast: Forecast) -> Iterator[tuple[object, ...]]:
    for kind, count in sorted(forecast.violations.items()):
        example = forecast.examples.get(kind)
        yield kind.rule, kind.reason, kind.where, "absent" if example is None else json.dumps(example)[:80], count


def _samples(forecast: Forecast) -> Section:
    samples = [
        (forecast.plan.rules[rule].event if rule in forecast.plan.rules else rule, json.dumps(message, indent=2))
        for rule, message in sorted(forecast.seen.samples.items())
    ]
    words = "One message of each kind, whole; ids and personal fields show their shape alone."
    return Section("Samples", (words,), samples=tuple(samples))


def _held_to(forecast: Forecast) -> Section:
    contract = forecast.contract
    rows = [(name, volume.rows, _latest(volume)) for name, volume in sorted(contract.source.items())]
    words = (
        f"`backfill run --plan FILE` sends this as of {contract.clock[:19]}Z, the source's time when it was read, and "
        "refuses where the source, the models, the mappers, the tracking plan or the settings are not as they were."
    )
    return Section("What a run of this plan is held to", (words,), (("Source", ("stream", "rows", "latest"), rows),))


def _latest(volume: Volume) -> str:
    return " · ".join(f"{column} {times[0]}" for column, times in volume.latest.items() if times)


def _duration(seconds: float) -> str:
    """Return a span in words that suit its length."""
    minutes, hours = seconds / 60, seconds / 3600
    if seconds < 120:  # noqa: PLR2004  # two minutes
        return f"{seconds:,.1f} s"
    return f"{minutes:,.0f} min" if hours < 3 else f"{hours:,.1f} h"  # noqa: PLR2004  # three hours
