"""A forecast as JSON holds it: the summary's fixed names, what was forecast, and the contract that a run is held to."""

from typing import Any

from flows.forecast.forecast import Forecast
from flows.tally import DEAD, DEAD_ROWS, DELIVERED, FILTERED, LEFT_OUT, SEAMS, by


def document(forecast: Forecast) -> dict[str, Any]:
    """Return the whole of it, without a personal datum."""
    return {
        **forecast.summary.document(),
        "forecast": _figures(forecast),
        "contract": forecast.contract.model_dump(mode="json"),
    }


def _figures(forecast: Forecast) -> dict[str, Any]:
    counts, seen, prices, summary = forecast.counts, forecast.seen, forecast.prices, forecast.summary
    kinds = sorted(forecast.violations.items())
    return {
        "events_by_month": _nested(by(counts, DELIVERED, 0, 1)),
        "users_new_by_month": dict(sorted(seen.new.items())),
        "users_active_by_month": dict(sorted(seen.active.items())),
        "rows_dead": _nested(by(counts, DEAD_ROWS, 0, 1)),
        "rows_filtered": _nested(by(counts, FILTERED, 0, 1)),
        "messages_dead": _nested(by(counts, DEAD, 0, 1)),
        "violations": [
            {**kind._asdict(), "messages": count, "example": forecast.examples.get(kind)} for kind, count in kinds
        ],
        "people_left_out": by(counts, LEFT_OUT, 0),
        "seams": _nested(by(counts, SEAMS, 0, 1)),
        "before_sign_up": seen.before_sign_up,
        "odd_ids": dict(sorted(seen.oddities.items())),
        "too_old": dict(seen.too_old),
        "personal": {".".join((rule, *path)): count for (rule, path), count in sorted(seen.personal.items())},
        "first": seen.first,
        "last": seen.last,
        "seconds_at_rate": round(summary.delivered / forecast.rate, 3),
        "cost": str(prices.cost(summary.delivered, summary.users)) if prices else None,
        "currency": prices.currency if prices else None,
        "samples": seen.samples,
    }


def _nested(counts: dict[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    """Return counts by two parts as a mapping of mappings."""
    nested: dict[str, dict[str, int]] = {}
    for (first, second), count in counts.items():
        nested.setdefault(first, {})[second] = count
    return nested
