"""Whole people and exact FTE from shares; chance that is the same on every machine."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillmix.demonstration.leeds_city.rounding import ONE, Carry, apportion, exact_fte, uniform

pytestmark = pytest.mark.unit

weights = st.lists(st.floats(0.001, 10), min_size=1, max_size=12)


@given(st.integers(0, 5000), weights)
def test_shares_are_within_one_person_and_add_up(total: int, given_weights: list[float]) -> None:
    counts = apportion(total, given_weights)
    assert sum(counts) == total
    whole = sum(given_weights)
    for count, weight in zip(counts, given_weights, strict=True):
        assert abs(count - total * weight / whole) < 1 + 1e-6


@given(st.lists(st.integers(1, 40), min_size=1, max_size=30), weights)
def test_small_groups_together_keep_the_shares(groups: list[int], given_weights: list[float]) -> None:
    whole = sum(given_weights)
    shares = {str(i): w / whole for i, w in enumerate(given_weights)}
    carry = Carry()
    given_out = dict.fromkeys(shares, 0)
    for size in groups:
        counts = carry.share_out(size, shares)
        assert sum(counts.values()) == size
        assert min(counts.values()) >= 0
        for category, count in counts.items():
            given_out[category] += count
    for category, share in shares.items():
        assert abs(given_out[category] - share * sum(groups)) < len(shares)


def test_one_by_one_does_not_all_go_to_the_commonest() -> None:
    carry = Carry()
    counts = [carry.share_out(1, {"a": 0.6, "b": 0.4}) for _ in range(10)]
    assert sum(c["a"] for c in counts) == 6


def test_a_category_without_a_share_gets_nobody() -> None:
    carry = Carry()
    assert carry.share_out(3, {"a": 1.0, "b": 0.0}) == {"a": 3, "b": 0}


@given(
    st.lists(st.sampled_from([ONE, ONE * 8 // 10, ONE * 6 // 10, ONE * 4 // 10]), min_size=1, max_size=60),
    st.floats(0.01, 1.3),
)
def test_fte_adds_up_to_the_last_step(pattern: list[int], mean: float) -> None:
    total = max(len(pattern), int(len(pattern) * mean * ONE))
    jobs = exact_fte(np.array(pattern), total)
    assert int(jobs.sum()) == total
    assert jobs.min() >= 1
    assert jobs.max() <= max(ONE, total // len(pattern) + 1)


def test_the_pattern_is_kept_where_it_already_fits() -> None:
    pattern = np.array([ONE, ONE, ONE // 2, ONE // 2])
    assert exact_fte(pattern, 3 * ONE).tolist() == pattern.tolist()


def test_fewer_steps_than_jobs_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot share"):
        exact_fte(np.array([ONE, ONE]), 1)


def test_chance_is_a_hash_of_seed_stream_and_position() -> None:
    # SplitMix64 by hand, in whole numbers of Python
    import hashlib

    start = int.from_bytes(hashlib.blake2b(b"7:age", digest_size=8).digest(), "little")
    mask = (1 << 64) - 1
    wanted = []
    for position in range(1, 4):
        x = (start + position * 0x9E3779B97F4A7C15) & mask
        x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & mask
        x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & mask
        x ^= x >> 31
        wanted.append((x >> 11) * 2.0**-53)
    assert uniform(7, "age", 3).tolist() == wanted


def test_streams_and_seeds_share_nothing_and_are_even() -> None:
    one, other, seed = (uniform(1, "a", 20_000), uniform(1, "b", 20_000), uniform(2, "a", 20_000))
    for values in (one, other, seed):
        # four standard errors of the mean of a uniform
        assert abs(values.mean() - 0.5) < 4 * (1 / 12) ** 0.5 / 20_000**0.5
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.03
    assert abs(np.corrcoef(one, seed)[0, 1]) < 0.03
