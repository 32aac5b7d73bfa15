"""Web log: page views and what was looked at, for a platform that keeps such a log."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from mappers.kinds import Instant, Key
from mappers.messages import Context, Json
from mappers.outcomes import DeadRow, Details, Draft, Filtered, Outcome, Stream
from mappers.products import product

PAGE = "page_viewed"
KINDS = (
    PAGE,
    "cart_viewed",
    "product_list_viewed",
    "product_clicked",
    "product_viewed",
    "promotion_viewed",
    "promotion_clicked",
)


class WebHit(NamedTuple):
    """A line of the web log; `kind` is one of `KINDS`."""

    row_id: Key
    user_id: Key | None
    anonymous_id: Key | None
    occurred_at: Instant
    kind: str
    page_url: str | None = None
    page_path: str | None = None
    page_title: str | None = None
    page_referrer: str | None = None
    page_search: str | None = None
    ip: str | None = None
    user_agent: str | None = None
    cart_id: Key | None = None
    list_id: Key | None = None
    promotion_id: Key | None = None
    creative: str | None = None
    product_id: Key | None = None
    sku: str | None = None
    category: str | None = None
    name: str | None = None
    brand: str | None = None
    variant: str | None = None
    price: Decimal | None = None
    quantity: int | None = None
    coupon: str | None = None
    position: int | None = None
    url: str | None = None
    image_url: str | None = None
    currency: str | None = None


def drafts(rows: Sequence[WebHit], wanted: frozenset[str], _: Details) -> Iterator[Outcome]:
    """Yield a Page call, or the Track call that the hit's kind names."""
    for row in rows:
        if row.kind not in KINDS:
            yield DeadRow(row.row_id, "Unknown-Value", "kind is none of the web log's kinds")
        elif row.kind not in wanted:
            yield Filtered(row.row_id, "switched off in the plan")
        else:
            page = _page(row)
            body = page if row.kind == PAGE else _properties(row)
            context = _context(row, page)
            yield Draft(row.kind, row.user_id, row.anonymous_id, row.occurred_at, row.row_id, "", body, None, context)


def _page(row: WebHit) -> dict[str, Json]:
    fields = {
        "url": row.page_url,
        "path": row.page_path,
        "title": row.page_title,
        "referrer": row.page_referrer,
        "search": row.page_search,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _properties(row: WebHit) -> dict[str, Json]:
    fields = {
        "cart_id": row.cart_id,
        "list_id": row.list_id,
        "promotion_id": row.promotion_id,
        "creative": row.creative,
        "currency": row.currency,
    }
    return {name: value for name, value in fields.items() if value is not None} | product(row)


def _context(row: WebHit, page: dict[str, Json]) -> Context:
    context: Context = {}
    if page:
        context["page"] = page  # type: ignore[typeddict-item]  # built from the same names
    if row.ip:
        context["ip"] = row.ip
    if row.user_agent:
        context["userAgent"] = row.user_agent
    return context


WEB_LOG = Stream(
    "web_log",
    WebHit,
    KINDS,
    drafts,
    log_identity=("user_id", "anonymous_id", "occurred_at", "kind", "page_url", "product_id", "promotion_id"),
)
