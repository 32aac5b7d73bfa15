"""What a forecast makes of what was seen: where events may go, what leaves with them, and what is odd about them."""

from collections import Counter

from flows.forecast.forecast import Forecast
from flows.forecast.telling import Section
from flows.outcome import counted
from flows.tables import Table
from flows.tally import DEAD_ROWS, SEAMS, by
from loaders.destination_limits import told
from loaders.plan import Rule, personal_fields
from mappers.disclosure import Path

_TIMES = frozenset(
    {"Sentinel-Time", "Future-Time", "Missing-Time", "Unparseable-Time", "Ambiguous-Time", "Nonexistent-Time"}
)


def destinations(forecast: Forecast) -> Section:
    """Return where events may go on to, and how many of them are too old there."""
    chosen, title = forecast.destinations, "Destinations"
    if chosen is None:
        return Section(title, ("Not chosen, so that a run refuses: set BACKFILL_DESTINATIONS.",))
    if not chosen:
        return Section(title, ("None: RudderStack keeps the events and passes them on to nobody.",))
    if chosen == "all":
        named = ", ".join(sorted(forecast.limits))
        words = (
            f"ALL that the source is connected to. Old events are refused, or dated anew, by {named}, and by others."
        )
        return Section(title, (words,))
    rows = [(name, told(forecast.limits, name), forecast.seen.too_old[name]) for name in chosen]
    table: Table = ("Events too old for a destination", ("destination", "what it does", "events"), rows)
    return Section(title, ("Passed on to these alone, by the exact name that RudderStack shows.",), (table,))


def personal(forecast: Forecast) -> Section:
    """Return the personal fields that would leave, with their class and what the privacy file does to them."""
    plan, seen = forecast.plan, forecast.seen
    rows = [
        (plan.rules[one.rule].event, ".".join(one.path), one.pii_class, one.policy, seen.personal[one.rule, path])
        for one in personal_fields(plan)
        if (path := _spelled(one.path, plan.rules[one.rule], plan.spelling)) and seen.personal[one.rule, path]
    ]
    if not rows:
        return Section("Personal data", ("None would leave.",))
    names = ("event", "field", "class", "policy", "messages")
    return Section(
        "Personal data", ("Fields that would leave, by the classes of the tracking plan.",), (("", names, rows),)
    )


def times(forecast: Forecast) -> Section:
    """Return what is odd about times."""
    counts, seen = forecast.counts, forecast.seen
    dead: Counter[str] = Counter()
    for (_, reason), count in by(counts, DEAD_ROWS, 0, 1).items():
        dead[reason] += count
    rows: list[tuple[object, ...]] = [(f"rows dead of {name}", dead[name]) for name in sorted(_TIMES) if dead[name]]
    rows += [(f"times at a seam of the zone, {seam}", count) for seam, count in by(counts, SEAMS, 1).items()]
    if seen.before_sign_up:
        rows.append(("messages before their user's sign-up", seen.before_sign_up))
    words = (f"From {seen.first} to {seen.last}.",) if seen.first else ()
    return Section("Times", words, (("Worth a look", ("what", "count"), rows),) if rows else ())


def identities(forecast: Forecast) -> Section:
    """Return what is odd about the ids of users."""
    rows = sorted(forecast.seen.oddities.items())
    if not rows:
        return Section("Identities", ("No id is odd.",))
    return Section(
        "Identities", ("Ids that destinations refuse, or take for another.",), (("", ("what", "users"), rows),)
    )


def absent_fields(forecast: Forecast) -> Section:
    """Return which fields of the plan would be left out as their column is null, and how often."""
    total: Counter[str] = Counter()
    present: Counter[tuple[str, str]] = Counter()
    for (rule, names), count in forecast.seen.fields.items():
        total[rule] += count
        present.update({(rule, name): count for name in names})
    rows = [
        (forecast.plan.rules[rule].event, name, total[rule] - present[rule, name], total[rule])
        for rule in sorted(total)
        for name in _names(forecast.plan.rules[rule])
        if present[rule, name] < total[rule]
    ]
    if not rows:
        return Section("Fields left out", ("None: every message has every field of its rule.",))
    table: Table = ("", ("event", "field", "without it", "of messages"), rows)
    return Section("Fields left out", ("A null is left out, so that it overwrites nothing.",), (table,))


def costs(forecast: Forecast) -> list[str]:
    """Return what it would cost, in a sentence, where there is a price table."""
    summary, prices = forecast.summary, forecast.prices
    if prices is None:
        return []
    cost = prices.cost(summary.delivered, summary.users)
    users = counted(summary.users, "user")
    return [f"By your price table: {cost:,.2f} {prices.currency} for {counted(summary.delivered, 'event')} of {users}."]


def _names(rule: Rule) -> list[str]:
    body = "traits" if rule.call in ("identify", "group") else "properties"
    return [*rule.schema.get("properties", {}).get(body, {}).get("properties", {})]


def _spelled(path: Path, rule: Rule, spelling: object) -> Path:
    """Return where a field stands in messages, whose traits may be spelled otherwise than the plan's."""
    names = spelling if isinstance(spelling, dict) and rule.call == "identify" else {}
    if path[0] != "traits" or len(path) == 1:
        return path
    return ("traits", *str(names.get(path[1], path[1])).split("."), *path[2:])
