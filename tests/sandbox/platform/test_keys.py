"""Keys are issued once each, and hostile to whoever takes them for floats or for case-insensitive."""

import numpy as np

from sandbox.platform.keys import FIRST_LEGACY_KEY, Mint, string_keys


def test_string_keys_never_repeat_whatever_the_case():
    keys = string_keys("order", np.arange(1, 300_001))
    assert len({key.lower() for key in keys}) == 300_000


def test_the_two_systems_share_one_mint():
    mint = Mint("integer")
    legacy = mint.for_system(legacy=True)
    assert mint.keys("cart", 3).tolist() == [1, 2, 3]
    assert legacy.keys("cart", 2).tolist() == [FIRST_LEGACY_KEY, FIRST_LEGACY_KEY + 2]
    assert mint.keys("cart", 1).tolist() == [4]
    assert legacy.numbers("sign_in", 2).tolist() == [1, 2]
    assert mint.numbers("sign_in", 2).tolist() == [3, 4]
