"""Run a command with a PostgreSQL of its own: made in a temporary folder, on loopback, gone afterwards.

`python scripts/with_postgres.py pytest -m database` sets `DATABASE_URL` and `DATABASE_OWNER_URL` for the
command. The owner of the tables and the account of the web are two roles, and neither is a superuser, so that
row-level security holds. Leaves with 75 where PostgreSQL is not installed.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MISSING = 75
OWNER, WEB, NAME = "skillmix_owner", "skillmix_web", "skillmix"


def programs() -> Path | None:
    """The folder of PostgreSQL's own programs, the newest version's."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if versions:
        return versions[-1].parent
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def _as_postgres() -> list[str]:
    """PostgreSQL refuses to run as root; its own account runs it then."""
    return ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []


def free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


@contextmanager
def postgres() -> Iterator[dict[str, str]]:
    """A server while the block runs; yields the variables for whoever uses it."""
    folder = programs()
    if folder is None:
        raise FileNotFoundError("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    temporary = Path(tempfile.mkdtemp(prefix="skillmix-postgres-"))
    run = _as_postgres()
    if run:
        account = pwd.getpwnam("postgres")
        os.chown(temporary, account.pw_uid, account.pw_gid)
    data, port = temporary / "data", free_port()

    def do(*command: str, **more: object) -> None:
        subprocess.run([*run, *command], check=True, stdout=subprocess.DEVNULL, cwd=temporary, **more)  # type: ignore[call-overload]

    try:
        do(
            str(folder / "initdb"),
            "-D",
            str(data),
            "-A",
            "trust",
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--no-sync",
        )
        options = f"-h 127.0.0.1 -p {port} -k {temporary} -c fsync=off -c synchronous_commit=off"
        do(
            str(folder / "pg_ctl"),
            "-D",
            str(data),
            "-w",
            "-o",
            options,
            "-l",
            str(temporary / "log"),
            "start",
        )
        try:
            statements = (
                f"CREATE ROLE {OWNER} LOGIN CREATEDB; CREATE ROLE {WEB} LOGIN;",
                f"CREATE DATABASE {NAME} OWNER {OWNER}",
            )
            for statement in statements:
                do(
                    *(str(folder / "psql"), "-q", "-h", "127.0.0.1", "-p", str(port), "-U", "postgres"),
                    *("-v", "ON_ERROR_STOP=1", "-c", statement),
                )
            address = f"127.0.0.1:{port}/{NAME}"
            yield {
                "DATABASE_URL": f"postgres://{WEB}@{address}",
                "DATABASE_OWNER_URL": f"postgres://{OWNER}@{address}",
            }
        finally:
            subprocess.run(
                [*run, str(folder / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"],
                check=False,
                stdout=subprocess.DEVNULL,
                cwd=temporary,
            )
            time.sleep(0.1)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def main() -> int:
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        with postgres() as variables:
            return subprocess.run(sys.argv[1:], check=False, env={**os.environ, **variables}).returncode
    except FileNotFoundError as missing:
        print(missing, file=sys.stderr)
        return MISSING


if __name__ == "__main__":
    sys.exit(main())
