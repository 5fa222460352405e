"""How places are served: on this machine, unless a proxy stands in front; personas for demonstrations."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from skillmix.cli.serve import usable_port
from skillmix.errors import PlaceError, SkillmixError
from skillmix.web.site.secret import session_key
from skillmix.web.site.served import slug_of, word_of
from skillmix.web.site.serving import Serving, command, is_loopback, ready

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::", "workforce.example.org"])
def test_another_address_needs_production(host: str, tmp_path: Path) -> None:
    with pytest.raises(SkillmixError, match="this machine alone"):
        ready(Serving((tmp_path,), host=host))


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.1.2.3"])
def test_this_machines_addresses(host: str) -> None:
    assert is_loopback(host)


def test_personas_and_production_exclude_each_other(tmp_path: Path) -> None:
    with pytest.raises(SkillmixError, match="demonstrations"):
        ready(Serving((tmp_path,), personas=True, production=True))


def test_a_session_key_is_made_once_and_for_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "session_key"
    key = session_key(path, [])
    assert len(key) >= 64
    assert session_key(path, []) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    with pytest.raises(PlaceError, match="Others on this machine"):
        session_key(path, [])


def test_a_session_key_never_lies_inside_a_place(tmp_path: Path) -> None:
    with pytest.raises(PlaceError, match="inside the place"):
        session_key(tmp_path / "place" / "control" / "key", [tmp_path / "place"])


def test_a_place_is_called_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "place.toml").write_text('[place]\nname = "West Leeds (invented)"\n', encoding="utf-8")
    assert slug_of(tmp_path) == "west-leeds"
    assert word_of("API") == "place-api"
    assert word_of("!!!") == "place"


def test_the_server_is_a_fresh_process(tmp_path: Path) -> None:
    words = command(Serving((tmp_path,), port=8123))
    assert words[1:3] == ["-m", "skillmix.web.site.server"]
    assert "--bind=127.0.0.1:8123" in words


def test_a_port_in_use_is_named_with_the_cure() -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(SkillmixError, match="cannot be used"):
            usable_port("127.0.0.1", taken.getsockname()[1])
    assert usable_port("127.0.0.1", 0) > 0
