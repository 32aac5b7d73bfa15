"""What of a bundle is still to go: the ledger's receipts decide, whatever run or push wrote them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from flows.bundles.checking import Bundle
from flows.bundles.lines import PUSHED, read_lines
from flows.bundles.pages import Own, pages
from flows.letters import Judged
from flows.tally import ALREADY, MESSAGES, SKIPPED
from loaders.batches import Limits
from loaders.ledger.dead_letters import LetterKey
from loaders.ledger.runs import Counts
from loaders.ledger.segments import delivered

NOTHING = Judged(frozenset(), frozenset())


@dataclass(frozen=True)
class Going:
    """What all shards of a push have in common: the bundle, and how large a batch may be.

    `skipped` are messages in doubt that are not to go again, `letters` those that were open when it began.
    """

    bundle: Bundle
    limits: Limits
    skipped: frozenset[str]
    letters: frozenset[LetterKey]

    def unsent(self, ledger: Engine, page: Sequence[Own]) -> tuple[list[Own], Counts]:
        """Return each user's messages that are to go, without users who have none, and the page's counts."""
        ids = [message.id for own in page for message in own.messages]
        sent = delivered(ledger, ids)
        skipped = self.skipped.intersection(ids) - sent
        users = [Own(user, [one for one in own if one.id not in sent and one.id not in skipped]) for user, own in page]
        counts = Counter({MESSAGES: len(ids), ALREADY: len(sent), SKIPPED: len(skipped)})
        return [own for own in users if own.messages], counts

    def judge(self, page: Sequence[Own]) -> Judged:
        """Return which open letters of an earlier push the page is about; those that go through are mended."""
        if not self.letters:
            return NOTHING
        met = self.letters.intersection(LetterKey(one.stream, one.id, PUSHED) for own in page for one in own.messages)
        return Judged(frozenset(key for key in met if key.row_id not in self.skipped), met)

    def left(self, ledger: Engine) -> int:
        """Return how many messages of the whole bundle are to go. Raises `PartBroken`."""
        folder, manifest, _ = self.bundle
        read = (pages(read_lines(folder, manifest, part)) for part in manifest.parts)
        return sum(len(own.messages) for part in read for page in part for own in self.unsent(ledger, page)[0])
