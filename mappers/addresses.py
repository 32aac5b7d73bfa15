"""A postal address as the event spec wants it."""

from mappers.messages import Address


def address(
    street: str | None, city: str | None, state: str | None, postal_code: str | None, country: str | None
) -> Address | None:
    """Return the address of those parts that are there, or None where none is."""
    parts: Address = {}
    if street:
        parts["street"] = street
    if city:
        parts["city"] = city
    if state:
        parts["state"] = state
    if postal_code:
        parts["postalCode"] = postal_code
    if country:
        parts["country"] = country
    return parts or None
