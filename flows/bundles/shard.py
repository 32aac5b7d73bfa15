"""A shard of a bundle delivered: part after part read, what no receipt covers sent, and then the cursor moved."""

from collections import Counter, deque
from collections.abc import Sequence

from extractors.errors import SourceStopped
from flows.account import Account, PageSent
from flows.bundles.going import NOTHING, Going
from flows.bundles.lines import read_lines
from flows.bundles.pages import Own, pages
from flows.bundles.parts import Part, PartBroken
from flows.errors import foremost
from flows.letters import Judged
from flows.memory import collect, quiet_collector
from flows.shard import UNDER_WAY
from flows.tally import USERS
from loaders.batches import Batch, batches
from loaders.errors import Interrupted
from loaders.ledger.runs import Counts, Keys, Shard
from loaders.sender import Sender, sending
from loaders.way import Way

_AXIS = "parts"


def shard_of(parts: Sequence[Part]) -> Shard:
    """Return the shard as the ledger keeps it: a key for each of its parts."""
    return Shard(_AXIS, tuple(Keys((part.name,)) for part in parts))


def push_shard(going: Going, way: Way, lanes: int, parts: Sequence[Part]) -> None:
    """Send the parts' messages that no receipt covers, and keep the shard's account.

    Once the way is stopping, no further page and no further batch is begun. Raises `SourceStopped` where a part is not
    what it was when the bundle was looked through, `DataPlaneStopped`, `LedgerStopped` or `Interrupted`, once all that
    was on its way is settled.
    """
    work = _Work(going, way, parts)
    errors: list[BaseException] = []
    with quiet_collector(), sending(way, lanes) as sender:
        try:
            for place, part in enumerate(parts):
                work.send(place, part, sender)
                collect()
        except BaseException as error:  # noqa: BLE001  # raised below
            errors.append(error)
        errors += work.account.settle_all(work.under_way)
    stopped = foremost(errors)
    if stopped:
        raise stopped


class _Work:
    def __init__(self, going: Going, way: Way, parts: Sequence[Part]) -> None:
        self._going, self._way = going, way
        self._user = self._counted = ""  # whom the last page ended with, and who was counted last
        self.account = Account(way, shard_of(parts))
        self.under_way: deque[PageSent] = deque()

    def send(self, place: int, part: Part, sender: Sender) -> None:
        """Send a part page by page; the cursor moves past it when its every page is settled."""
        folder, manifest, _ = self._going.bundle
        where = (_AXIS, part.name, None)
        try:
            for page in pages(read_lines(folder, manifest, part)):
                self._settle()
                if self._way.stopping.is_set():
                    raise Interrupted
                cut, counts, letters = self._cut(page)
                sent = [sender.send(batch) for batch in cut]
                self.under_way.append(PageSent((place, place), where, counts, letters, sent))
        except PartBroken as error:
            raise SourceStopped(f"{error}: it was changed since the bundle was looked through") from None
        self.under_way.append(PageSent((place, place + 1), where, Counter(), NOTHING, ()))

    def _cut(self, page: Sequence[Own]) -> tuple[list[Batch], Counts, Judged]:
        """Return the page's batches, its counts, and what it tells of the open dead letters."""
        users, counts = self._going.unsent(self._way.ledger, page)
        counts[USERS] = sum(own.user != self._counted for own in users)
        self._counted = users[-1].user if users else self._counted
        goes_on, self._user = page[0].user == self._user, page[-1].user
        cut = list(batches([own.messages for own in users], self._going.limits))
        if cut and goes_on:
            cut[0] = cut[0]._replace(continues=True)
        return cut, counts, self._going.judge(page)

    def _settle(self) -> None:
        """Settle the pages whose answers are there, or the oldest while too many are on their way."""
        while self.under_way and (self.under_way[0].is_over or self._held() > UNDER_WAY):
            self.account.settle(self.under_way.popleft())

    def _held(self) -> int:
        return sum(page.messages for page in self.under_way)
