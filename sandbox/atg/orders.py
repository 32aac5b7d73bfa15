"""Carts and what became of them: in such a store a cart is an order that is still incomplete."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sandbox.atg.book import BEGIN, Book, Row

ADDED, REMOVED, ADDED_BY_SCENARIO = "ItemAddedToOrder", "ItemRemovedFromOrder", "ScenarioAddedItemToOrder"
SITES = ("academySite", "partnerSite")
CURRENCIES = {"USD": 8, "CAD": 1, "EUR": 1}
STATES = {
    "INCOMPLETE": 30,
    "NO_PENDING_ACTION": 40,
    "SUBMITTED": 8,
    "PROCESSING": 4,
    "PENDING_MERCHANT_ACTION": 2,
    "PENDING_REMOVE": 2,
    "REMOVED": 6,
    "FAILED": 3,
    "PENDING_APPROVAL": 3,
    "TEMPLATE": 2,
}
_NEVER_SUBMITTED = {"INCOMPLETE", "FAILED", "TEMPLATE"}


class Piece(NamedTuple):
    """A kind of thing that is bought, with the price of one to seven decimals."""

    sku: str
    product: str
    price: Decimal


def catalog(book: Book) -> list[Piece]:
    """Draw what is sold. Prices that were converted or shared out have more decimals than a person sees."""
    pieces = []
    for number in range(24):
        shown = Decimal(book.rng.randrange(499, 29_999)).scaleb(-2)
        beyond = Decimal(book.rng.randrange(-40_000, 40_000)).scaleb(-7) if number % 3 == 0 else Decimal(0)
        pieces.append(Piece(f"sku{40_001 + number}", f"prod{20_001 + number // 2}", shown + beyond))
    return pieces


def add_carts(book: Book) -> None:
    """Let members and visitors fill carts, and some of them buy."""
    pieces = catalog(book)
    for row in list(book.rows["dps_user"]):
        for _ in range(book.rng.randrange(1, 7)):
            low = row["registration_date"] or BEGIN
            add_cart(book, row["id"], book.moment(low=low), pieces)


def add_cart(book: Book, profile: str, begun: datetime, pieces: list[Piece]) -> None:
    """Add a cart with its events, and the order that it is."""
    state = book.drawn(STATES)
    order_id = f"o{book.number('order')}"
    now = begun
    bought: list[tuple[Piece, int]] = []
    for piece in book.rng.sample(pieces, book.rng.randrange(1, 5)):
        now, quantity = book.later(now, 10), book.rng.randrange(1, 4)
        kind = book.drawn({ADDED: 9, ADDED_BY_SCENARIO: 1})
        add_cart_event(book, kind, now, (order_id, profile), piece, quantity)
        if book.rng.random() < 0.2 and bought:  # noqa: PLR2004  # one in five goes back
            now = book.later(now, 10)
            add_cart_event(book, REMOVED, now, (order_id, profile), piece, quantity)
        else:
            bought.append((piece, quantity))
    submitted = book.later(now, 60) if _is_submitted(book, state) else None
    add_order(book, (order_id, profile, state), (begun, submitted), bought)


def _is_submitted(book: Book, state: str) -> bool:
    return state not in _NEVER_SUBMITTED and (state != "REMOVED" or book.rng.random() < 0.5)  # noqa: PLR2004  # half were


def add_cart_event(
    book: Book, kind: str, moment: datetime, whose: tuple[str, str | None], piece: Piece, quantity: int
) -> Row:
    """Add a line of the cart log; its amount is what all pieces cost. `whose` are cart and profile."""
    order_id, profile = whose
    return book.add(
        "dcs_cart_event",
        id=kind,
        timestamp=moment,
        orderid=order_id,
        itemid=piece.sku,
        quantity=quantity,
        amount=piece.price * quantity,
        profileid=profile,
        sessionid=f"s{order_id}",
    )


def add_order(
    book: Book,
    order: tuple[str, str | None, str],
    dates: tuple[datetime, datetime | None],
    bought: list[tuple[Piece, int]],
) -> None:
    """Add an order with its lines, prices and the way it was paid. `order` are its id, profile and state."""
    (order_id, profile, state), (begun, submitted) = order, dates
    subtotal = sum((_add_line(book, order_id, place, *line) for place, line in enumerate(bought)), Decimal(0))
    price = f"ai{book.number('ai')}"
    share = Decimal("0.0831") if book.rng.random() < 0.2 else Decimal(0)  # noqa: PLR2004  # one in five has a coupon
    amount, tax = _stored(subtotal * (1 - share)), _stored(subtotal * Decimal("0.0731"))
    shipping = book.rng.choice((Decimal(0), Decimal("4.95")))
    book.add("dcspp_amount_info", amount_info_id=price, amount=amount)
    book.add("dcspp_order_price", amount_info_id=price, raw_subtotal=subtotal, tax=tax, shipping=shipping)
    if submitted:
        add_payment(book, order_id, book.drawn(CURRENCIES), amount + shipping + tax)
    book.add(
        "dcspp_order",
        order_id=order_id,
        profile_id=profile,
        state=state,
        creation_date=begun,
        submitted_date=submitted,
        last_modified_date=book.later(submitted or begun, 3 * 24 * 60),
        completed_date=book.later(submitted, 2 * 24 * 60) if submitted and state == "NO_PENDING_ACTION" else None,
        price_info=price,
        site_id=book.rng.choice(SITES),
    )


def add_payment(book: Book, order_id: str, currency: str, amount: Decimal) -> None:
    """Add a payment group of an order; its currency is the only one that the order has."""
    group = f"pg{book.number('pg')}"
    book.add("dcspp_pay_group", payment_group_id=group, order_ref=order_id, currency_code=currency, amount=amount)


def _add_line(book: Book, order_id: str, place: int, piece: Piece, quantity: int) -> Decimal:
    item, price = f"ci{book.number('ci')}", f"ai{book.number('ai')}"
    amount = piece.price * quantity
    book.add("dcspp_order_item", order_id=order_id, sequence_num=place, commerce_items=item)
    book.add("dcspp_amount_info", amount_info_id=price, amount=amount)
    book.add(
        "dcspp_item",
        commerce_item_id=item,
        catalog_ref_id=piece.sku,
        product_id=piece.product,
        quantity=quantity,
        price_info=price,
    )
    return amount


def _stored(amount: Decimal) -> Decimal:
    """Return the amount with the decimals that a column keeps."""
    return amount.quantize(Decimal("1e-7"))
