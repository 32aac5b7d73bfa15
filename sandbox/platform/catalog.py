"""The products on sale."""

import numpy as np

from sandbox.platform.draw import pick, sometimes
from sandbox.platform.rows import Random, Rows, objects

SIZE = 240
_SUBJECTS = (
    "Wound Care", "Infection Control", "Pediatric Dosing", "Ethics", "Dementia Care", "Fall Prevention", "HIPAA Basics",
    "Pain Management", "Cardiac Rhythms", "Nutrition", "Safe Lifting", "De-escalation",
)  # fmt: skip
_KINDS = (("course", "Online course"), ("bundle", "Bundle"), ("exam", "Exam prep"), ("book", "Handbook"))
_VARIANTS = ("standard", "with certificate", "group of 10", None)


def products(rng: Random) -> Rows:
    """Return the whole catalog."""
    numbers = np.arange(1, SIZE + 1)
    subjects, kinds = pick(rng, _SUBJECTS, SIZE), pick(rng, _KINDS, SIZE)
    skus = [f"{kind[0][:2].upper()}-{number:05}" for number, kind in zip(numbers, kinds, strict=True)]
    titles = [f"{subject}: {kind[1]}" for subject, kind in zip(subjects, kinds, strict=True)]
    return Rows(
        "products",
        {
            "product_id": numbers,
            "sku": objects(skus),
            "name": objects(titles),
            "category": objects([kind for kind, _ in kinds]),
            "brand": pick(rng, ("Academy", "Bedside Press", "Northlight"), SIZE),
            "variant": pick(rng, _VARIANTS, SIZE),
            "list_price": rng.integers(5, 400, SIZE) * 100 + pick(rng, (0, 50, 95, 99), SIZE).astype(np.int64),
            "url": objects([f"https://shop.example.com/p/{sku.lower()}" for sku in skus]),
            "image_url": sometimes(rng, 0.8, objects([f"https://img.example.com/{sku}.jpg" for sku in skus])),
        },
    )
