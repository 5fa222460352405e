"""What holds for every test: one marker, no network, keys of its own, official files where they are."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from skillmix.place import Place, PlaceOrganisation

# No time limit an example: other work on the machine is no failure. `make fuzz` looks much further.
# The same examples each time where a machine judges: what is new is found by people and by `make fuzz`.
hypothesis.settings.register_profile("house", deadline=None, derandomize=bool(os.environ.get("CI")))
hypothesis.settings.register_profile("fuzz", deadline=None, max_examples=5_000)
hypothesis.settings.load_profile("house")

# The web reads its settings once, before any test: they name the place that the fixture `north` makes.
_WEB = tempfile.TemporaryDirectory(prefix="skillmix-web-")
os.environ["SKILLMIX_PLACES"] = str(Path(_WEB.name) / "north")
os.environ["SKILLMIX_SECRET_KEY_FILE"] = str(Path(_WEB.name) / "session_key")
os.environ["SKILLMIX_CONTROL_FILE"] = str(Path(_WEB.name) / "control.sqlite3")
os.environ["SKILLMIX_STRICT_TEMPLATES"] = "1"
os.environ["DJANGO_SETTINGS_MODULE"] = "skillmix.web.site.settings"
if "DATABASE_OWNER_URL" in os.environ:
    # A test database is made by the owner of its tables, whom forced row-level security holds as well; the
    # account of the web keeps its own address for tests that serve, or that look at the lock itself.
    os.environ.setdefault("WEB_DATABASE_URL", os.environ["DATABASE_URL"])
    os.environ["DATABASE_URL"] = os.environ["DATABASE_OWNER_URL"]

MARKERS = {"unit", "integration", "official", "database", "browser"}
REPOSITORY = Path(__file__).resolve().parent.parent
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_keys = pytest.StashKey[tempfile.TemporaryDirectory[str]]()


def pytest_configure(config: pytest.Config) -> None:
    # Keys of the person who runs the tests are never read or written; one file for the whole run, so that
    # places made by wide fixtures stay readable.
    config.stash[_keys] = tempfile.TemporaryDirectory(prefix="skillmix-keys-")
    os.environ["SKILLMIX_KEY_FILE"] = str(Path(config.stash[_keys].name) / "keys.json")
    _close_the_network()
    import django

    django.setup()
    # Processes that share the tests start without it: each names its own place before it reads settings.
    os.environ.pop("DJANGO_SETTINGS_MODULE")


def pytest_unconfigure(config: pytest.Config) -> None:
    if _keys in config.stash:
        config.stash[_keys].cleanup()


def _close_the_network() -> None:
    opened = {name: getattr(socket.socket, name) for name in ("connect", "connect_ex")}

    def guarded(name: str) -> Any:
        def connect(self: socket.socket, address: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6) and str(address[0]) not in _LOOPBACK:
                raise RuntimeError(f"A test reached for the network: {address[0]}.")
            return opened[name](self, address)

        return connect

    for name in opened:
        setattr(socket.socket, name, guarded(name))


def pytest_runtest_setup(item: pytest.Item) -> None:
    if type(item).__name__ == "DoctestItem":
        return
    found = sorted({mark.name for mark in item.iter_markers()} & MARKERS)
    if len(found) != 1:
        pytest.fail(
            f"Give this test exactly one of {', '.join(sorted(MARKERS))}; it has {found or 'none'}.", False
        )


def need(program: str, found: object, install: str) -> None:
    """Skip where a program is missing, saying so; where a machine judges, that is a failure."""
    if found:
        return
    words = f"{program} is not installed ({install})"
    if os.environ.get("CI") == "true":
        pytest.fail(words, pytrace=False)
    pytest.skip(words)


@pytest.fixture(autouse=True)
def _nothing_noted_by_earlier_tests() -> None:
    """An earlier test's notes of its own audit are not this one's; `north` lays a fresh folder after this."""
    shutil.rmtree(Path(_WEB.name) / "north" / "control", ignore_errors=True)


@pytest.fixture(autouse=True)
def _acts_for_the_whole_place(request: pytest.FixtureRequest) -> None:
    """On PostgreSQL, what a test itself writes and reads is not held back by row-level security."""
    if not {"db", "transactional_db"} & set(request.fixturenames):
        return
    request.getfixturevalue("transactional_db" if "transactional_db" in request.fixturenames else "db")
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('skillmix.organisations', '*', false)")


@pytest.fixture(autouse=True)
def _the_audit_is_locked_until_it_is_emptied(request: pytest.FixtureRequest) -> Iterator[None]:
    """After a test with transactions every table is emptied, the audit too, which refuses it otherwise."""
    if "transactional_db" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")
    from django.db import connection

    from skillmix.web.audit.append_only import lock, locked, unlock

    if not locked(connection):
        lock(connection)
    yield
    unlock(connection)


@pytest.fixture(scope="session")
def official() -> Path:
    """The folder of official files; the test is skipped, saying so, where there is none."""
    named = os.environ.get("SKILLMIX_OFFICIAL_DATA")
    folder = Path(named) if named else REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no official files at {folder}; name their folder in SKILLMIX_OFFICIAL_DATA")
    return folder


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.create(
        tmp_path / "place",
        name="Test place",
        code="TST",
        organisations=[
            PlaceOrganisation("TRUST1", "First trust", "acute", "acute_trust"),
            PlaceOrganisation("TRUST2", "Second trust", "community", "community_trust"),
        ],
    )


@pytest.fixture(scope="session")
def north_as_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small place of the web's tests, as it is made; never written to."""
    from web_places import north

    return north(tmp_path_factory.mktemp("north") / "north").path


@pytest.fixture
def north(north_as_made: Path) -> Iterator[Place]:
    """The small place as the web serves it, under the word ``north``; a fresh copy for each test."""
    from skillmix.web.panels.reading import KEPT
    from skillmix.web.site.served import served

    folder = Path(os.environ["SKILLMIX_PLACES"])
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(north_as_made, folder)
    served.cache_clear()
    KEPT.clear()
    yield Place.open(folder)
    served.cache_clear()
    KEPT.clear()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def account(db: None) -> Callable[..., Any]:
    """Makes an account with one membership: ``account("organisation_lead", "NT1")``."""
    from skillmix.web.people.models import Membership, User
    from skillmix.web.site.database import service

    def make(role: str, organisation: str = "", family: str = "", place: str = "north") -> Any:
        email = f"{role}.{organisation or family or 'place'}@example.org".replace("_", "-").lower()
        with service():
            user, _ = User.objects.get_or_create(email=email, defaults={"name": role.replace("_", " ")})
            Membership.objects.get_or_create(
                place=place, user=user, role=role, organisation=organisation, family=family
            )
        return user

    return make


@pytest.fixture
def client_as(north: Place, account: Callable[..., Any]) -> Callable[..., Any]:
    """A signed-in client: ``client_as("organisation_lead", "NT1").get("/north/")``."""
    from django.test import Client

    def sign_in(role: str, organisation: str = "", family: str = "") -> Any:
        client = Client(headers={"host": "localhost"})
        user = account(role, organisation, family)
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        client.user = user
        return client

    return sign_in
