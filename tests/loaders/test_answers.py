"""What an answer means: a table."""

import pytest

from loaders.answers import Answer, Receipt, cure, receipt

TABLE = [
    (Answer(200, "ok"), Receipt.DELIVERED, ""),
    (Answer(301, ""), Receipt.REJECTED, "run again"),
    (Answer(400, "invalid json"), Receipt.REJECTED, "refuses an event of this batch"),
    (Answer(401, "invalid write key"), Receipt.REJECTED, "BACKFILL_WRITE_KEY"),
    (Answer(404, "source is disabled"), Receipt.REJECTED, "BACKFILL_DATA_PLANE_URL"),
    (Answer(405, ""), Receipt.REJECTED, "run again"),
    (Answer(413, "request size exceeds max limit"), Receipt.REJECTED, "BACKFILL_BATCH_BYTES"),
    (Answer(429, "max requests limit reached"), Receipt.REJECTED, "limits the rate"),
    (Answer(200, "<html>Welcome</html>"), Receipt.IN_DOUBT, "no RudderStack data plane"),
    (Answer(500, "pq: the disk is full"), Receipt.IN_DOUBT, "the same ids"),
    (Answer(502, ""), Receipt.IN_DOUBT, "the same ids"),
    (Answer(503, "Service Unavailable"), Receipt.IN_DOUBT, "the same ids"),
    (Answer(504, "gateway timeout"), Receipt.IN_DOUBT, "the same ids"),
    (Answer(None, "ReadTimeout"), Receipt.IN_DOUBT, "BACKFILL_DATA_PLANE_URL"),
    (Answer(None, "the connection broke"), Receipt.IN_DOUBT, "BACKFILL_DATA_PLANE_URL"),
    (Answer(None, "no connection", reached=False), Receipt.REJECTED, "BACKFILL_DATA_PLANE_URL"),
]
table = pytest.mark.parametrize(("answer", "became", "words"), TABLE, ids=[str(row[0][:2]) for row in TABLE])


@table
def test_what_became_of_the_batch(answer, became, words):
    assert became is receipt(answer)
    assert words in cure(answer)


@pytest.mark.parametrize("status", [100, 199, 201, 299, 300, 399, 403, 408, 499, 500, 501, 599])
def test_only_200_is_a_delivery_and_every_5xx_a_doubt(status):
    became = receipt(Answer(status, ""))

    assert (became is Receipt.DELIVERED) == (status == 200)
    if status >= 500:
        assert became is Receipt.IN_DOUBT


@pytest.mark.parametrize("status", [201, 202, 204])
def test_a_success_that_is_not_ours_leaves_it_in_doubt_whether_anything_was_stored(status):
    assert receipt(Answer(status, "")) is Receipt.IN_DOUBT
