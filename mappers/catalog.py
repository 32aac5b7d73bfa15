"""Every stream there is, by name, in the order in which equal instants of a user are sent."""

from collections.abc import Mapping

from mappers.accounts import ACCOUNTS
from mappers.address_changes import ADDRESS_CHANGES
from mappers.cart_events import CART_EVENTS
from mappers.checkouts import CHECKOUTS
from mappers.license_changes import LICENSE_CHANGES
from mappers.memberships import MEMBERSHIPS
from mappers.orders import ORDERS
from mappers.outcomes import Detail, Stream
from mappers.password_resets import PASSWORD_RESETS
from mappers.profile_updates import PROFILE_UPDATES
from mappers.sign_ins import SIGN_INS
from mappers.sign_ups import SIGN_UPS
from mappers.web_log import WEB_LOG

STREAMS: Mapping[str, Stream] = {
    stream.name: stream
    for stream in (
        ACCOUNTS,
        MEMBERSHIPS,
        SIGN_UPS,
        SIGN_INS,
        PROFILE_UPDATES,
        LICENSE_CHANGES,
        WEB_LOG,
        CART_EVENTS,
        CHECKOUTS,
        ORDERS,
        PASSWORD_RESETS,
        ADDRESS_CHANGES,
    )
}

DETAILS: Mapping[str, Detail] = {stream.detail.stream: stream.detail for stream in STREAMS.values() if stream.detail}
