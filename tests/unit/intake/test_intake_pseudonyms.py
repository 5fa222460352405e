"""Pseudonyms: keyed, scoped, never inside the place."""

from __future__ import annotations

import hashlib
import hmac
import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillmix.errors import PlaceError
from skillmix.intake.pseudonyms import KeyRing, links

pytestmark = pytest.mark.unit

RING = KeyRing("k1", b"0123456789abcdef0123456789abcdef")


def test_the_hash_is_hmac_sha256_over_kind_scope_and_identifier() -> None:
    key = hmac.new(RING.key, b"4:nwrs7:2026|6|3:177", hashlib.sha256).hexdigest()
    assert RING.pseudonym("nwrs", "2026|6|", "177") == f"k1:nwrs:{key}"


@given(st.tuples(st.text(), st.text(), st.text()), st.tuples(st.text(), st.text(), st.text()))
def test_two_identifiers_never_read_the_same(one: tuple[str, str, str], two: tuple[str, str, str]) -> None:
    assert (RING.pseudonym(*one).rsplit(":", 1)[1] == RING.pseudonym(*two).rsplit(":", 1)[1]) == (one == two)


def test_a_column_is_hashed_cell_by_cell_and_null_stays_null() -> None:
    hashed = RING.pseudonyms(
        "nwrs", pl.Series(["a", "b", "a", "a"]), pl.Series(["1", "1", "1", None], dtype=pl.String)
    ).to_list()
    assert hashed[0] == hashed[2] == RING.pseudonym("nwrs", "a", "1")
    assert hashed[1] == RING.pseudonym("nwrs", "b", "1") != hashed[0]
    assert hashed[3] is None


def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "config" / "keys.json"
    first = KeyRing.open(file)
    again = KeyRing.open(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(first.key) == 32
    assert (again.key_id, again.key) == (first.key_id, first.key)
    assert "Keep a copy" in first.made
    assert again.made == ""
    assert repr(first) == f"KeyRing({first.key_id!r})"


def test_many_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(lambda _: KeyRing.open(tmp_path / "keys.json"), range(16)))
    assert len({ring.key for ring in rings}) == 1
    assert [p.name for p in tmp_path.iterdir()] == ["keys.json"]


def test_a_key_inside_the_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlaceError, match="inside the place folder"):
        KeyRing.open(tmp_path / "place" / "keys.json", tmp_path / "place")
    assert not (tmp_path / "place").exists()


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    KeyRing.open(tmp_path / "keys.json")
    (tmp_path / "keys.json").chmod(0o644)
    with pytest.raises(PlaceError, match="Others on this machine"):
        KeyRing.open(tmp_path / "keys.json")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{}",
        json.dumps({"current": "a", "keys": {"a": {"secret": "c2hvcnQ="}}}),
        '{"current": "b", "keys": {}}',
    ],
)
def test_a_damaged_key_file_is_never_replaced(tmp_path: Path, content: str) -> None:
    file = tmp_path / "keys.json"
    file.touch(mode=0o600)
    file.write_text(content)
    with pytest.raises(PlaceError, match=r"damaged|too short"):
        KeyRing.open(file)
    assert file.read_text() == content


def test_an_ephemeral_key_is_another_each_time() -> None:
    assert KeyRing.ephemeral().key != KeyRing.ephemeral().key


def test_people_are_random_and_one_a_key() -> None:
    made = links(["k1:nwrs:a", "k1:nwrs:b"])
    assert made.select("person_key", "kind", "key_id").rows() == [
        ("k1:nwrs:a", "nwrs", "k1"),
        ("k1:nwrs:b", "nwrs", "k1"),
    ]
    assert made.get_column("person").n_unique() == 2
    assert set(made.get_column("person")).isdisjoint(links(["k1:nwrs:a"]).get_column("person"))
