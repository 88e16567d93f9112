"""Fees, splits, audit rates and panels over exact fractions."""

from fractions import Fraction
from math import ceil, floor, prod


def fee(tokens: int, price: int) -> dict:
    exact = Fraction(tokens * price, 10**6)
    return {"ceil": ceil(exact), "floor": floor(exact)}


def bps(amount: int, points: int) -> dict:
    exact = Fraction(amount * points, 10**4)
    return {"ceil": ceil(exact), "floor": floor(exact)}


def split(amount: int, points: list) -> dict:
    parts = [floor(Fraction(amount * part, 10**4)) for part in points]
    return {"parts": parts, "remainder": amount - sum(parts)}


def effective_slice(amount: int, shares: dict) -> int:
    r = Fraction(shares["capture_bps"], 10**4)
    lost = shares["user_bps"] + r * (shares["honest_bps"] + shares["dispute_bps"])
    return floor(amount * (10**4 - lost) / 10**4)


def audit_rate(a: dict):
    """Billionths, or None where no rate up to 1 deters."""
    kept = 1 - Fraction(a["capture_bps"], 10**4)
    detected = Fraction(a["detection_ppm"], 10**6) * (1 - Fraction(a["dispute_loss_ppm"], 10**6))
    gain = max(0, a["cost"] + a["stolen"] - a["reward"])
    p = gain / (kept * detected * (a["slice"] + a["stolen"]))
    rate = max(floor(p * 10**9) + 1, a["p_min_e9"])
    return rate if rate <= 10**9 else None


def panel(s: dict):
    """The smallest panel by the formula of the protocol over exact fractions; None where it does not fit."""
    m = s["eligible"]
    b = m * s["capture_bps"] // 10**4
    for n in range(max(1, s["sampling_min"]), min(64, m - 2) + 1):
        captured = prod((Fraction(max(0, b - i), m - i) for i in range(n)), start=Fraction(1))
        if s["max_draws"] * captured * s["at_risk"] <= s["risk_budget"]:
            return n
    return None
