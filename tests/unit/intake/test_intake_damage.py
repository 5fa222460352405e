"""Damage is told in plain words, and no row is lost."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake_files import PCN, job, write

from skillmix import intake
from skillmix.errors import InputError

pytestmark = pytest.mark.unit


def test_a_quotation_mark_left_open_is_no_half_loadedwrite(tmp_path: Path) -> None:
    opened = job("Pharmacist").replace("A PCN", '"A PCN')
    with pytest.raises(InputError, match="opened and not closed") as refused:
        intake.understand(write(tmp_path, job(), opened, *[job()] * 5, job().replace("A PCN", 'A PCN"')))
    assert refused.value.where[0].row == 3


def test_many_long_rows_are_told_apart_from_each_other(tmp_path: Path) -> None:
    understood = intake.understand(write(tmp_path, job() + ",x", job(), job() + ",y,z"))
    assert understood.set_aside.select("row", "value").rows() == [(2, "12 cells"), (4, "13 cells")]


_BASE = "\n".join([PCN, job(), job("Other Director", group="Directors", person="5")]).encode()


@given(
    st.lists(
        st.tuples(
            st.integers(0, len(_BASE)),
            st.integers(0, 30),
            st.sampled_from([b"", b'"', b",", b"\n", b"\r", b"\0", b"\xff", b";", b"1,0", b"\xe2\x80\x93"]),
        ),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from(["utf-8", "utf-16", "zip"]),
)
def test_damage_is_told_in_plain_words_and_loses_no_row(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[tuple[int, int, bytes]], form: str
) -> None:
    data = _BASE.decode().encode("utf-16") if form == "utf-16" else _BASE
    if form == "zip":
        whole = io.BytesIO()
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("1. Individual Level.csv", _BASE)
        data = whole.getvalue()
    for at, length, put in cuts:
        data = data[:at] + put + data[at + length :]
    file = tmp_path_factory.mktemp("damaged") / "sent.csv"
    file.write_bytes(data)
    read, parts, cure = 0, [0], "mend it"
    try:
        done = intake.understand(file, "pcn_individual")
        read = done.rows_read
        parts = [done.rows_loaded, done.rows_set_aside, done.rows_outside, done.rows_not_used]
    except InputError as refused:
        cure = refused.cure
    assert cure
    assert sum(parts) == read
