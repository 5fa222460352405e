"""Servers and workers of tests that can be told at which point of their work to stop, and are killed there.

Run as a script: ``prepare`` migrates, makes an account and prints its session; ``serve PORT`` answers on
loopback; ``work`` runs a worker. Where the file named in ``SKILLMIX_TEST_ARM`` holds the name of a point, the
process notes it and waits there.
"""

from __future__ import annotations

import http.client
import os
import socket
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any

import polars as pl

TOKEN = "t" * 32
#: Points of a request, and of a job.
OF_WEB = ("receiving", "staging", "staged", "queueing")
OF_WORKER = ("storing", "stored", "publishing", "published")


def _at(point: str) -> None:
    arm = Path(os.environ["SKILLMIX_TEST_ARM"])
    if arm.exists() and arm.read_text(encoding="utf-8") == point:
        arm.with_suffix(".reached").write_text(f"{point} {os.getpid()}", encoding="utf-8")
        time.sleep(120)


def _around(
    owner: Any, name: str, point: str, *, before: bool = False, only: Callable[..., bool] | None = None
):
    called = getattr(owner, name)

    @wraps(called)
    def with_point(*args: Any, **kwargs: Any) -> Any:
        wanted = only is None or only(*args, **kwargs)
        if before and wanted:
            _at(point)
        result = called(*args, **kwargs)
        if not before and wanted:
            _at(point)
        return result

    setattr(owner, name, with_point)


def _hook() -> None:
    from skillmix import intake
    from skillmix.place import Place
    from skillmix.place.lake import Lake
    from skillmix.web.jobs import work as jobs
    from skillmix.web.submissions import folders
    from skillmix.web.submissions.uploads import UnlinkedUploadHandler

    _around(UnlinkedUploadHandler, "receive_data_chunk", "receiving")
    _around(pl.DataFrame, "write_parquet", "staging", only=lambda _, path, **__: "staging" in str(path))
    _around(folders, "write", "staged")
    _around(jobs, "start", "queueing")
    _around(Lake, "append", "storing", only=lambda _, name, *__: name == "assignment")
    _around(intake, "store", "stored")
    _around(Place, "publish", "publishing", before=True)
    _around(Place, "publish", "published")


def _prepare() -> None:
    from django.core.management import call_command
    from django.test import Client

    from skillmix.web.people.models import Membership, User

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    user = User.objects.create_user("lead@example.org", name="Workforce lead")
    slug = Path(os.environ["SKILLMIX_PLACES"]).name
    Membership.objects.create(user=user, place=slug, role="organisation_lead", organisation="NT1")
    client = Client(headers={"host": "localhost"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    sys.stdout.write(client.cookies["sessionid"].value)


def _serve(port: int) -> None:
    from socketserver import ThreadingMixIn
    from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

    from skillmix.web.site.wsgi import application

    class Threaded(ThreadingMixIn, WSGIServer):
        daemon_threads = True

    class Quiet(WSGIRequestHandler):
        def log_message(self, *args: object) -> None:
            """Say nothing."""

    make_server("127.0.0.1", port, application, Threaded, Quiet).serve_forever()


def main() -> None:
    """As the script's words say."""
    import django

    django.setup()
    if sys.argv[1] == "prepare":
        _prepare()
        return
    _hook()
    if sys.argv[1] == "serve":
        _serve(int(sys.argv[2]))
    else:
        from skillmix.web.jobs.worker import work_until_stopped

        work_until_stopped()


def until(holds: Callable[[], bool], what: str, seconds: float = 120) -> None:
    """Wait until something holds; fail with words where it never does."""
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends, f"Not within {seconds:.0f} seconds: {what}"
        time.sleep(0.02)


@dataclass
class Site:
    """A place with a server and a worker, each a process of its own that is replaced when it was killed.

    Attributes:
        place: the place folder.
        folder: where database, temporary files and words between processes lie.
    """

    place: Path
    folder: Path
    session: str = ""
    port: int = 0
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """Of the processes: their own database, keys and folder of temporary files."""
        (self.folder / "temporary").mkdir(exist_ok=True)
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "skillmix.web.site.settings",
            "SKILLMIX_PLACES": str(self.place),
            "SKILLMIX_CONTROL_FILE": str(self.folder / "control.sqlite3"),
            "SKILLMIX_SECRET_KEY_FILE": str(self.folder / "session_key"),
            "SKILLMIX_TEST_ARM": str(self.arm),
            "DATABASE_URL": "",
            "TMPDIR": str(self.folder / "temporary"),
            "SKILLMIX_JOB_LEASE": "1.5",
            "SKILLMIX_JOB_HEARTBEAT": "0.3",
            "SKILLMIX_JOB_POLL": "0.05",
            "SKILLMIX_JOB_ATTEMPTS": "1000",
        }

    @property
    def arm(self) -> Path:
        """The file that names the point to stop at."""
        return self.folder / "arm.txt"

    def prepare(self) -> None:
        """Migrate, and make the account."""
        made = subprocess.run([*_COMMAND, "prepare"], env=self.environment(), check=True, capture_output=True)
        self.session = made.stdout.decode().strip()

    def start(self, name: str) -> None:
        """Start the ``server`` or the ``worker``."""
        words = ["work"]
        if name == "server":
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self.port = free.getsockname()[1]
            words = ["serve", str(self.port)]
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen([*_COMMAND, *words], env=self.environment(), stderr=log)
        if name == "server":
            until(self.answers, "the server answers")

    def answers(self) -> bool:
        """Whether the server answers."""
        try:
            return self.request("GET", "/healthz")[0] == 200
        except OSError:
            return False

    def kill(self, name: str) -> None:
        """Kill a process at once, and start another."""
        self.running[name].kill()
        self.running[name].wait()
        self.arm.unlink(missing_ok=True)
        self.arm.with_suffix(".reached").unlink(missing_ok=True)
        self.start(name)

    def stop(self) -> None:
        """End every process."""
        for process in self.running.values():
            process.kill()
            process.wait()

    def request(self, method: str, path: str, body: bytes = b"", kind: str = "") -> tuple[int, str]:
        """A request of the lead: status, and where it leads."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, self.headers(kind))
            answer = connection.getresponse()
            answer.read()
            return answer.status, answer.headers.get("Location", "")
        finally:
            connection.close()

    def headers(self, kind: str) -> dict[str, str]:
        """What a browser sends."""
        cookies = f"sessionid={self.session}; csrftoken={TOKEN}"
        return {"Host": "localhost", "Cookie": cookies, "X-CSRFToken": TOKEN, "Content-Type": kind}

    def begin(self, body: bytes, kind: str, most: int) -> socket.socket:
        """Begin to send a file, and stop after some bytes, or after all."""
        sent = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        headers = self.headers(kind) | {"Content-Length": str(len(body))}
        lines = [f"POST /{self.place.name}/submit/ HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items())]
        sent.sendall("\r\n".join([*lines, "", ""]).encode() + body[:most])
        return sent

    def reached(self, point: str) -> bool:
        """Whether a process waits at the point."""
        found = self.arm.with_suffix(".reached")
        return found.exists() and found.read_text(encoding="utf-8").startswith(f"{point} ")

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the control database."""
        connection = sqlite3.connect(self.folder / "control.sqlite3", timeout=20)
        try:
            return list(connection.execute(sql))
        finally:
            connection.close()


def form(content: bytes, as_of: str) -> tuple[bytes, str]:
    """The body of the form with a file, and its content type."""
    boundary = uuid.uuid4().hex
    fields = {"organisation": "NT1", "source": "esr_staff_in_post", "as_of": as_of}
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    parts.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="staff.csv"\r\n'
        "Content-Type: text/csv\r\n\r\n".encode()
        + content
        + b"\r\n"
    )
    last = f'--{boundary}\r\nContent-Disposition: form-data; name="whole"\r\n\r\nyes\r\n--{boundary}--\r\n'
    parts.append(last.encode())
    return b"".join(parts), f"multipart/form-data; boundary={boundary}"


#: Files that were searched and held none of some words, as they were then: most of a lake never changes.
_CLEAN: set[tuple[str, int, int, int]] = set()


def found_in(folders: list[Path], secrets: list[str]) -> list[str]:
    """Files that hold any of some words, read as bytes and, where they are Parquet, as what they say."""
    wanted = [word.encode() for word in secrets]
    hits = []
    for folder in folders:
        for file in sorted(f for f in folder.rglob("*") if f.is_file()):
            about = file.stat()
            state = (str(file), about.st_mtime_ns, about.st_size, hash(tuple(secrets)))
            if state in _CLEAN:
                continue
            content = file.read_bytes()
            if file.suffix == ".parquet":
                try:
                    frame = pl.read_parquet(content)
                    content += (
                        str(frame.to_dicts()).encode()
                        + frame.cast(pl.String, strict=False).write_json().encode()
                    )
                except pl.exceptions.PolarsError:
                    pass  # broken off while it was written: its bytes are searched as they are
            found = [f"{file}: {word.decode()}" for word in wanted if word in content]
            hits += found
            if not found:
                _CLEAN.add(state)
    return hits


_COMMAND = (sys.executable, str(Path(__file__).resolve()))

if __name__ == "__main__":
    main()
