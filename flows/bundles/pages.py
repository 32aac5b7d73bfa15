"""The messages of a part as pages: so many at once as may be held, each user's together where they fit into one."""

from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from operator import itemgetter
from typing import NamedTuple

from flows.bundles.lines import Line
from loaders.batches import Message

PAGE = 5_000
"""Messages that a page aims at; one more user may come to as many again."""


class Own(NamedTuple):
    """A user's messages, or the next of them, in their order."""

    user: str
    messages: list[Message]


def pages(lines: Iterable[Line]) -> Iterator[list[Own]]:
    """Yield the messages page by page. A user who is cut ends a page, and begins the next."""
    page: list[Own] = []
    for user, own in groupby(lines, key=itemgetter(0)):
        while some := [message for _, message, _ in islice(own, PAGE)]:
            page.append(Own(user, some))
            if sum(len(one.messages) for one in page) >= PAGE:
                yield page
                page = []
    if page:
        yield page
