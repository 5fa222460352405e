"""The scripts that keep the house in order find what they are for."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement

pytestmark = pytest.mark.unit
ROOT = Path(__file__).resolve().parents[3]


def _script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


house = _script("check_house")
links = _script("check_links")


def test_a_long_file_is_found() -> None:
    path = Path("src/skillmix/a.py")
    assert list(house.check_length(path, "x\n" * 400)) == []
    assert len(list(house.check_length(path, "x\n" * 401))) == 1


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@pytest.mark.unit\ndef test_a(): pass", 0),
        ("def test_a(): pass", 1),
        ("@pytest.mark.unit\n@pytest.mark.official\ndef test_a(): pass", 1),
        ("pytestmark = pytest.mark.unit\ndef test_a(): pass\ndef test_b(): pass", 0),
        ("pytestmark = [pytest.mark.unit]\n@pytest.mark.integration\ndef test_a(): pass", 1),
        ("@pytest.mark.unit\nclass TestA:\n    def test_a(self): pass", 0),
        ("class TestA:\n    def test_a(self): pass", 1),
        ("@pytest.mark.unit\n@pytest.mark.parametrize('a', [1])\ndef test_a(a): pass", 0),
    ],
)
def test_markers_are_counted(text: str, found: int) -> None:
    assert len(list(house.check_markers(Path("tests/unit/test_a.py"), text))) == found


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("see /ho" + "me/anna/data.csv", 1),
        ("see /wo" + "rk/main", 1),
        ("see docs/work/plan.md and places/opt/x", 0),
        ("pip install --index" + "-url x", 1),
        ("https://registry.example/sim" + "ple/polars", 1),
        ("https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/", 0),
        ("an organi" + "zation", 1),
        ("an organisation, a catalogue, labelled", 0),
    ],
)
def test_words_are_checked(line: str, found: int) -> None:
    assert len(list(house.check_words(Path("docs/a.md"), line))) == found


def test_headings_have_the_anchors_that_links_use(tmp_path: Path) -> None:
    page = tmp_path / "a.md"
    page.write_text(
        "# The house\n\n## FTE, or WTE?\n\n```\n# no heading\n```\n\n## The house\n", encoding="utf-8"
    )
    assert links.anchors(page) == {"the-house", "fte-or-wte", "the-house-1"}


def test_broken_links_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "ROOT", tmp_path)
    (tmp_path / "b.md").write_text("# Here\n", encoding="utf-8")
    page = tmp_path / "a.md"
    page.write_text(
        "[a](b.md) [b](b.md#here) [c](https://example.org) `[d](no.md)`\n"
        "[e](no.md) [f](b.md#there) ![g](no.svg) [h](../out.md)\n",
        encoding="utf-8",
    )
    assert [line.split(": ")[1].split()[0] for line in links.broken(page)] == [
        "no.md",
        "b.md#there",
        "no.svg",
        "../out.md",
    ]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_lock_files_pin_by_hash_and_name_no_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"://|^-|^--|file:/|\s@\s", text, re.MULTILINE)
    entries = re.split(r"\n(?=[A-Za-z0-9])", text)
    pinned = [entry for entry in entries if not entry.startswith("#")]
    assert len(pinned) > 20
    assert all(
        re.match(r"[A-Za-z0-9._-]+==\S+ .*\\\n\s+--hash=sha256:[0-9a-f]{64}", entry) for entry in pinned
    )


def test_what_is_used_is_pinned_alike_in_both() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^([\w.-]+==\S+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))

    assert pins("requirements.txt") < pins("requirements-dev.txt")


def test_lock_files_hold_every_dependency_within_its_bounds() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    text = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8")
    pins = dict(re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE))
    for line in [*project["dependencies"], *extras["projection"], *extras["report"], *extras["dev"]]:
        wanted = Requirement(line)
        assert wanted.specifier.contains(pins[wanted.name.lower()]), f"{line}: run 'make lock'"


@pytest.mark.parametrize("line", ["dependencies", "projection", "report"])
def test_dependencies_have_an_upper_bound_and_a_reason(line: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    reasons = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    for wanted in map(Requirement, {**project, **project["optional-dependencies"]}[line]):
        assert any(bound.operator in ("<", "<=", "==") for bound in wanted.specifier), wanted.name
        assert re.search(rf"^\|.*\b{re.escape(wanted.name)}\b", reasons, re.MULTILINE), wanted.name


@pytest.mark.parametrize("script", [".ci/run", "scripts/lock.sh"])
def test_shell_scripts_are_sound_and_may_be_run(script: str) -> None:
    path = ROOT / script
    assert path.stat().st_mode & 0o111
    assert "set -euo pipefail" in path.read_text(encoding="utf-8")
    assert subprocess.run(["bash", "-n", str(path)], capture_output=True, check=False).returncode == 0
