"""What the plan and the event spec want in traits and properties, written out once more from the tables' columns."""

import json
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from truth_rows import Row, wire

Body = dict[str, Any]


def canonical(value: Any) -> str:
    """Write a value so that two texts are equal exactly if the values are: a number by its exact decimal digits."""
    return json.dumps(_marked(value), sort_keys=True, ensure_ascii=False)


def _marked(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _marked(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_marked(item) for item in value]
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return f"number {Decimal(value).normalize():f}"
    return value


def trim(text: str | None) -> str | None:
    return text.strip() if text and text.strip() else None


def phone_digits(phone: str | None) -> str | None:
    if phone is None:
        return None
    lowered = phone.lower()
    cut = min((place for mark in ("ext", "x", "#") if (place := lowered.find(mark)) >= 0), default=len(phone))
    return "".join(sign for sign in phone[:cut] if sign in "0123456789") or None


def money(amount: float | None) -> Decimal | None:
    """Return the exact amount of a column of two decimals, which SQLite keeps as the nearest binary number."""
    return None if amount is None else Decimal(repr(amount)).quantize(Decimal("0.01"))


def is_email(text: str | None) -> bool:
    return (
        text is not None
        and text.count("@") == 1
        and not text.startswith("@")
        and not text.endswith("@")
        and (re.search(r"\s", text) is None)
    )


def account_traits(row: Row, licenses: list[Row]) -> Body:
    return present(
        email=trim(row["email"]),
        first_name=trim(row["first_name"]),
        last_name=trim(row["last_name"]),
        phone=phone_digits(row["phone"]),
        company_name=trim(row["company_name"]),
        title=trim(row["job_title"]),
        username=trim(row["username"]),
        website=trim(row["website"]),
        gender=trim(row["gender"]),
        birthday=row["birth_date"],
        address=_address(row),
        createdAt=row["created_at"] and wire(row["created_at"]),
    ) | license_traits(licenses)


def license_traits(licenses: list[Row]) -> Body:
    if not licenses:
        return {}
    listed = sorted(licenses, key=lambda row: row["row_id"])
    columns = ("profession", "license_type", "license_number", "state", "status", "issued_on", "expires_on")
    ends = [row["expires_on"] for row in listed if row["expires_on"]]
    return present(
        licenses=[present(license_id=row["row_id"], **{name: row[name] for name in columns}) for row in listed],
        license_count=len(listed),
        next_license_expiration=min(ends, default=None),
    )


def group_traits(row: Row) -> Body:
    return present(
        name=trim(row["name"]),
        industry=trim(row["industry"]),
        employees=row["employee_count"],
        email=trim(row["email"]),
        phone=phone_digits(row["phone"]),
        website=trim(row["website"]),
        plan=trim(row["plan_name"]),
        description=row["description"],
        address=_address(row),
        createdAt=row["created_at"] and wire(row["created_at"]),
    )


def profile_traits(row: Row) -> Body:
    """Return what a profile change says of the user: the new values of what changed."""
    return present(
        email=trim(row["new_email"]),
        first_name=trim(row["new_first_name"]),
        last_name=trim(row["new_last_name"]),
        phone=phone_digits(row["new_phone"]),
        company_name=trim(row["new_company_name"]),
    )


def profile_properties(row: Row) -> Body:
    phone, company = phone_digits(row["new_phone"]), trim(row["new_company_name"])
    return present(section=row["section"], phone=phone, company_name=company)


def cart_properties(row: Row) -> Body:
    return present(cart_id=str(row["cart_id"])) | _product(row, row["position"])


def checkout_properties(row: Row, lines: Iterable[Row]) -> Body:
    return present(
        checkout_id=row["row_id"],
        value=money(row["cart_value"]),
        currency=row["currency"],
        coupon=row["coupon"],
        products=_products(lines),
    )


def order_properties(row: Row, lines: Iterable[Row]) -> Body:
    amounts = {name: money(row[name]) for name in ("subtotal", "discount", "shipping", "tax", "total")}
    total = amounts["total"]
    zero = Decimal(0)
    return present(
        order_id=row["row_id"],
        checkout_id=None if row["checkout_id"] is None else str(row["checkout_id"]),
        affiliation=row["affiliation"],
        revenue=None if total is None else total - (amounts["shipping"] or zero) - (amounts["tax"] or zero),
        currency=row["currency"],
        coupon=row["coupon"],
        products=_products(lines),
        **amounts,
    )


def _products(lines: Iterable[Row]) -> list[Body]:
    return [_product(line, line["line_no"]) for line in sorted(lines, key=lambda line: line["line_no"])]


def _product(row: Row, position: int | None) -> Body:
    return present(
        product_id=str(row["product_id"]),
        price=money(row["unit_price"]),
        position=position,
        **{
            name: row[name]
            for name in ("sku", "category", "name", "brand", "variant", "quantity", "coupon", "url", "image_url")
        },
    )


def _address(row: Row) -> Body | None:
    parts = {"postalCode": row["postal_code"], **{name: row[name] for name in ("street", "city", "state", "country")}}
    return present(**parts) or None


def trimmed(row: Row, names: Iterable[str]) -> Body:
    return present(**{name: trim(row[name]) for name in names})


def present(**fields: Any) -> Body:
    """Leave out what is null or an empty text: null traits are left out."""
    return {name: value for name, value in fields.items() if value is not None and value != ""}
