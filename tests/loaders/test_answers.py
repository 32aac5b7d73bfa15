"""What an answer means: a table for each kind of data plane."""

import pytest

from loaders.answers import Answer, Decision, Receipt, Target, cure, decide, knows_us, receipt, shown

D, R = Decision, Receipt
TABLE = [
    (Answer(200, "ok"), R.DELIVERED, D.DELIVERED, ""),
    (Answer(301, ""), R.REJECTED, D.STOP, "run again"),
    (Answer(400, "invalid json"), R.REJECTED, D.HALVE, "refuses an event of this batch"),
    (Answer(401, "invalid write key"), R.REJECTED, D.STOP, "BACKFILL_WRITE_KEY"),
    (Answer(403, ""), R.REJECTED, D.STOP, "run again"),
    (Answer(404, "source is disabled"), R.REJECTED, D.STOP, "BACKFILL_DATA_PLANE_URL"),
    (Answer(405, ""), R.REJECTED, D.STOP, "run again"),
    (Answer(408, ""), R.REJECTED, D.RETRY, "run again"),
    (Answer(413, "request size exceeds max limit"), R.REJECTED, D.SPLIT, "run again"),
    (Answer(429, "max requests limit reached"), R.REJECTED, D.RETRY, "limits the rate"),
    (Answer(200, "<html>Welcome</html>"), R.IN_DOUBT, D.STOP, "no RudderStack data plane"),
    (Answer(500, "pq: the disk is full"), R.IN_DOUBT, D.RETRY, "the same ids"),
    (Answer(500, "failed to read body from request"), R.REJECTED, D.RETRY, "run again"),
    (Answer(502, ""), R.IN_DOUBT, D.RETRY, "the same ids"),
    (Answer(503, "Service Unavailable"), R.REJECTED, D.RETRY, "the same ids"),
    (Answer(503, "<html>503 Service Unavailable</html>"), R.IN_DOUBT, D.RETRY, "the same ids"),
    (Answer(504, "gateway timeout"), R.IN_DOUBT, D.RETRY, "the same ids"),
    (Answer(None, "ReadTimeout"), R.IN_DOUBT, D.RETRY, "BACKFILL_DATA_PLANE_URL"),
    (Answer(None, "the connection broke"), R.IN_DOUBT, D.RETRY, "BACKFILL_DATA_PLANE_URL"),
    (Answer(None, "no connection", reached=False), R.REJECTED, D.RETRY, "BACKFILL_DATA_PLANE_URL"),
    (Answer(None, "no such address", reached=False), R.REJECTED, D.STOP, "BACKFILL_DATA_PLANE_URL"),
    (Answer(None, "its TLS certificate does not hold", reached=False), R.REJECTED, D.STOP, "certificate"),
]
table = pytest.mark.parametrize(
    ("answer", "became", "decision", "words"), TABLE, ids=[str(row[0][:2]) for row in TABLE]
)


@table
def test_what_an_answer_of_rudderstack_means(answer, became, decision, words):
    assert became is receipt(answer)
    assert decision is decide(answer)
    assert words in cure(answer)


SEGMENT = [
    (Answer(200, '{"success": true}'), R.DELIVERED, D.DELIVERED),
    (Answer(200, '{"success":true}'), R.DELIVERED, D.DELIVERED),
    (Answer(200, '{\n  "success": true\n}'), R.DELIVERED, D.DELIVERED),
    (Answer(200, '{"success": "true"}'), R.IN_DOUBT, D.STOP),
    (Answer(200, "[true]"), R.IN_DOUBT, D.STOP),
    (Answer(400, '{"success":false,"message":"Exceed payload limit"}'), R.REJECTED, D.HALVE),
    (Answer(400, '{"success":false,"message":"An invalid write key was provided"}'), R.REJECTED, D.STOP),
    (Answer(200, "ok"), R.IN_DOUBT, D.STOP),
    (Answer(200, '{"success": false}'), R.IN_DOUBT, D.STOP),
    (Answer(400, "too large"), R.REJECTED, D.HALVE),
    (Answer(429, ""), R.REJECTED, D.RETRY),
    (Answer(503, ""), R.IN_DOUBT, D.RETRY),
]


@pytest.mark.parametrize(("answer", "became", "decision"), SEGMENT, ids=[str(row[0][:2]) for row in SEGMENT])
def test_what_an_answer_of_segment_means(answer, became, decision):
    assert became is receipt(answer, Target.SEGMENT)
    assert decision is decide(answer, Target.SEGMENT)


KEY_REFUSED = Answer(400, '{"success": false, "message": "An invalid write key was provided"}')


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(200, "<html>"), "no Segment: set BACKFILL_DATA_PLANE_URL to https://api.segment.io"),
        (Answer(404, ""), "https://events.eu1.segmentapis.com"),
        (KEY_REFUSED, "BACKFILL_WRITE_KEY"),
        (Answer(429, ""), "limits the rate"),
    ],
)
def test_segment_has_its_own_cures(answer, words):
    assert words in cure(answer, Target.SEGMENT)


def test_segment_s_own_words_are_shown_and_no_others():
    assert shown(KEY_REFUSED) == "400 An invalid write key was provided"
    assert shown(Answer(400, '{"message": "ada@example.org"}')) == "400"


@pytest.mark.parametrize(
    ("target", "answer", "knows"),
    [
        (Target.RUDDERSTACK, Answer(400, "empty batch payload"), True),
        (Target.RUDDERSTACK, Answer(200, "ok"), False),
        (Target.SEGMENT, Answer(200, '{"success": true}'), True),
        (Target.SEGMENT, Answer(400, '{"success": false, "message": "an empty batch"}'), True),
        (Target.SEGMENT, Answer(400, "empty batch payload"), False),
        (Target.SEGMENT, Answer(200, "ok"), False),
        (Target.SEGMENT, Answer(500, '{"success": false}'), False),
        (Target.SEGMENT, Answer(None, "no connection"), False),
        (Target.SEGMENT, KEY_REFUSED, False),
    ],
)
def test_who_answers_an_empty_batch_so_is_the_target(target, answer, knows):
    assert knows_us(answer, target) is knows


@pytest.mark.parametrize("status", [100, 199, 201, 299, 300, 399, 403, 408, 499, 500, 501, 599])
def test_only_200_is_a_delivery_and_every_5xx_a_doubt(status):
    became = receipt(Answer(status, ""))

    assert (became is R.DELIVERED) == (status == 200)
    if status >= 500:
        assert became is R.IN_DOUBT


@pytest.mark.parametrize("status", [201, 202, 204])
def test_a_success_that_is_not_ours_leaves_it_in_doubt_whether_anything_was_stored(status):
    assert receipt(Answer(status, "")) is R.IN_DOUBT


@pytest.mark.parametrize("target", Target)
@pytest.mark.parametrize("status", [None, *range(100, 600)])
def test_what_is_delivered_is_what_its_receipt_says(status, target):
    for text in ("ok", '{"success": true}', "anything"):
        answer = Answer(status, text)
        assert (decide(answer, target) is D.DELIVERED) == (receipt(answer, target) is R.DELIVERED)
        if receipt(answer, target) is R.IN_DOUBT:
            assert decide(answer, target) in (D.RETRY, D.STOP)  # what may be stored is never cut up


@pytest.mark.parametrize("text", ["pq: (ada@example.org)", "<html>"])
def test_only_known_words_are_shown(text):
    assert shown(Answer(500, text)) == "500"
    assert shown(Answer(400, "invalid json")) == "400 invalid json"
    assert shown(Answer(None, "no connection")) == "no connection"
