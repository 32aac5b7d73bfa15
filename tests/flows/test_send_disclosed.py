"""A message by hand goes through the same policies, the traits in its context too; its id does not depend on them."""

import json

import pytest
from sent import AT, CONTEXT, TRAITS, arrived, asked_of

from flows.errors import Exit, SettingsInvalid
from flows.sending.delivering import send
from flows.sending.forms import Group, Identify, Track
from flows.settings import ROOT, DeliverySettings, load
from mappers.disclosure import pseudonym

KEY = "0123456789abcdef-of-the-tests"
POLICIES = {
    "contact": "hmac", "name": "truncate", "birth": "year", "address": "drop", "network": "truncate", "unknown": "drop",
    "demographic": "drop", "license": "drop",
}  # fmt: skip
CLEAR = ("ada.u", "berhaupt", "15550100199", "1983-02-03", "female", "1 Hill Rd", "55731", "192.0.2.7", "a browser")
named = pseudonym(KEY.encode())


@pytest.fixture
def delivery(environment, set_environment, tmp_path):
    """Give the settings of sending under policies, or without."""

    def settings(policies=None, ledger="ledger", **changes):
        values = {f"BACKFILL_{name}": environment[f"BACKFILL_{name}"] for name in ("DATA_PLANE_URL", "WRITE_KEY")}
        values |= {"BACKFILL_DESTINATIONS": "none", "BACKFILL_LEDGER_URL": f"sqlite:///{tmp_path}/{ledger}.db"}
        if policies:
            path = tmp_path / "privacy.yaml"
            path.write_text(json.dumps(policies))
            values |= {"BACKFILL_PRIVACY": str(path), "BACKFILL_HMAC_KEY": KEY}
        set_environment(values | changes)
        return load(DeliverySettings)

    return settings


def sent(plane, became):
    assert became.outcome.exit is Exit.DONE, became.outcome.words
    return arrived(plane, became.message_id)


def test_an_identify_by_hand_leaves_what_the_policies_leave(plane, delivery):
    form = Identify(user_id="u1", timestamp=AT, traits=TRAITS, custom={"cohort": "spring"})
    (message,) = sent(plane, send(form, delivery({"classes": POLICIES})))

    traits = message["traits"]
    assert traits == message["context"]["traits"]
    assert (traits["email"], traits["phone"]) == (named(TRAITS["email"]), named("15550100199"))
    assert (traits["first_name"], traits["last_name"], traits["birthday"]) == ("A", "Ü", "1983")
    assert not {"cohort", "gender", "address", "age"} & traits.keys()
    assert [
        clear for clear in CLEAR[:6] if clear in json.dumps(traits, ensure_ascii=False).replace(TRAITS["avatar"], "")
    ] == []


@pytest.mark.parametrize("spelling", ["plan", "rudderstack"])
def test_the_traits_in_the_context_of_a_track_leave_as_an_identifys(plane, delivery, tmp_path, spelling):
    text = (ROOT / "data" / "tracking_plan.yaml").read_text("utf-8")
    (tmp_path / "plan.yaml").write_text(text.replace("\n  use: plan", f"\n  use: {spelling}"), "utf-8")
    form = Track(user_id=f"u2-{spelling}", timestamp=AT, event="User Signed In", context=CONTEXT)
    (message,) = sent(plane, send(form, delivery({"classes": POLICIES}, BACKFILL_PLAN=str(tmp_path / "plan.yaml"))))

    context = message["context"]
    assert (context["ip"], context["userAgent"]) == ("192.0.2.0", "a")
    assert context["traits"]["email"] == named(TRAITS["email"])
    assert context["traits"]["first_name" if spelling == "plan" else "firstName"] == "A"
    assert [clear for clear in CLEAR if clear in json.dumps(context["traits"])] == []
    assert context["location"] == CONTEXT["location"]


def test_an_allow_list_is_of_the_traits_of_groups_and_contexts_too(plane, delivery):
    settings = delivery({"traits": ["email"]})
    (group,) = sent(
        plane, send(Group(user_id="u3", group_id="g", timestamp=AT, traits={"name": "Hill", "plan": "p"}), settings)
    )
    context = {"traits": {"email": "a@example.org", "phone": "5550100"}}
    (track,) = sent(plane, send(Track(user_id="u3", timestamp=AT, event="User Signed In", context=context), settings))

    assert group["traits"] == {}
    assert track["context"]["traits"] == {"email": "a@example.org"}


def test_the_id_and_the_ledger_do_not_depend_on_a_policy(delivery, tmp_path):
    form = Identify(user_id="u4", timestamp=AT, traits=TRAITS)
    whole = send(form, delivery())
    again = send(form, delivery({"classes": POLICIES}))
    elsewhere = send(form, delivery({"classes": POLICIES}, ledger="another"))

    assert whole.message_id == again.message_id == elsewhere.message_id
    assert "delivered before" in again.outcome.words
    assert len(set(asked_of(tmp_path / "ledger.db", "SELECT versions FROM runs"))) == 2
    assert KEY.encode() not in (tmp_path / "another.db").read_bytes()


def test_what_the_plan_refuses_is_refused_in_its_own_words(delivery):
    form = Track(user_id="u5", timestamp=AT, event="User Updated Profile", custom={"section": "details", "phone": "x"})
    faults = []
    for settings in (delivery(), delivery({"classes": POLICIES})):
        with pytest.raises(SettingsInvalid) as raised:
            send(form, settings)
        faults.append(raised.value.faults)

    assert faults[0] == faults[1] != ()


def test_a_plan_without_the_rule_for_traits_by_hand_lets_none_leave(plane, delivery, tmp_path):
    text = (ROOT / "data" / "tracking_plan.yaml").read_text("utf-8")
    (tmp_path / "plan.yaml").write_text(text.replace("key: identify_by_hand", "key: identify_other"), "utf-8")
    form = Track(user_id="u6", timestamp=AT, event="User Signed In", context=CONTEXT)
    (message,) = sent(plane, send(form, delivery({"classes": POLICIES}, BACKFILL_PLAN=str(tmp_path / "plan.yaml"))))

    assert "traits" not in message["context"]


@pytest.mark.parametrize("key", ["", "short", " " * 20])
def test_a_key_that_is_too_short_is_refused(delivery, key):
    with pytest.raises(
        SettingsInvalid, match="BACKFILL_HMAC_KEY: must have at least 16 characters; `openssl"
    ) as raised:
        delivery({"classes": POLICIES}, BACKFILL_HMAC_KEY=key)
    assert "short:" not in str(raised.value)
