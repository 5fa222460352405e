"""Fifty people browse the demonstration place on two processors: p50 and p95 of each page, and errors.

The floor is the same bytes from a bare Django view behind the same web server, asked for by the same people
in the same order with the same pauses.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path
from urllib.parse import urlsplit

import harness

USERS, SECONDS, PAUSE = 50, 40.0, 1.0
AIM = 0.250
#: Who browses: personas in turn.
PERSONAS = ("Place planner", "Workforce lead", "AHP lead", "Manager", "Education lead", "Board member")
PAGES = {
    "home": "/{slug}/",
    "grid": "/{slug}/grid/",
    "grid by organisation": "/{slug}/grid/?by=organisation",
    "organisations": "/{slug}/organisations/",
    "an organisation": "/{slug}/organisations/RR8/",
    "professions": "/{slug}/professions/",
    "a profession": "/{slug}/professions/physiotherapist/",
    "coverage": "/{slug}/coverage/",
    "scenarios": "/{slug}/scenarios/",
    "a projection": "/{slug}/runs/{run}/",
    "assumptions": "/{slug}/assumptions/",
    "help": "/{slug}/help/",
    "a download": "/{slug}/panels/grid.csv",
}
FLOOR = """
import json, os, sys
from pathlib import Path
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import re_path
KEPT = {k: Path(v).read_bytes() for k, v in json.loads(Path(os.environ["FLOOR_PAGES"]).read_text()).items()}
def view(request):
    return HttpResponse(KEPT[request.get_full_path()])
urlpatterns = [re_path(r"", view)]
settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="floor", MIDDLEWARE=[])
application = get_wsgi_application()
"""


class Visitor:
    """One person's browser: keeps its cookies and its connection."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self.connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=60)
        self.cookies: dict[str, str] = {}

    def ask(self, path: str, method: str = "GET", body: str | None = None) -> tuple[int, bytes, str]:
        """Ask for a page: status, content, and where it sends."""
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), "Host": "localhost"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self.connection.request(method, path, body=body, headers=headers)
            answer = self.connection.getresponse()
        except (http.client.HTTPException, OSError):
            self.connection.close()
            self.connection.request(method, path, body=body, headers=headers)
            answer = self.connection.getresponse()
        content = answer.read()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, content, answer.headers.get("Location", "")

    def sign_in(self, persona: str) -> None:
        """Sign in by the page of personas."""
        _, page, _ = self.ask("/personas/")
        text = page.decode()
        token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)[0]
        forms = re.findall(r"<form.*?</form>", text, re.S)
        form = next(f for f in forms if persona in f)
        action = (re.findall(r'action="([^"]*)"', form) or ["/personas/"])[0]
        fields = re.findall(r'name="([^"]+)" value="([^"]*)"', form)
        fields = [f for f in fields if f[0] != "csrfmiddlewaretoken"]
        body = "&".join([f"csrfmiddlewaretoken={token}", *(f"{k}={v}" for k, v in fields)])
        status, _, _ = self.ask(action, "POST", body)
        assert status == 302, f"persona {persona}: {status}"


def browse(
    visitors: list[Visitor], pages: dict[str, str], seconds: float = SECONDS
) -> tuple[dict[str, list[float]], int, int]:
    """Everybody browses at once; how long each page took, how many were asked for, how many went wrong."""
    taken: dict[str, list[float]] = defaultdict(list)
    wrong, lock = [0], threading.Lock()
    ends = time.monotonic() + seconds

    def one(number: int, visitor: Visitor) -> None:
        luck = random.Random(number)
        time.sleep(luck.random() * PAUSE)
        while time.monotonic() < ends:
            name = luck.choice(list(pages))
            begin = time.perf_counter()
            try:
                status, content, _ = visitor.ask(pages[name])
                good = status == 200 and bool(content)
            except OSError:
                good = False
            spent = time.perf_counter() - begin
            with lock:
                taken[name].append(spent)
                wrong[0] += not good
            time.sleep(luck.expovariate(1 / PAUSE))

    threads = [threading.Thread(target=one, args=pair) for pair in enumerate(visitors)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken, sum(map(len, taken.values())), wrong[0]


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def started(
    command: list[str], environment: dict[str, str], wanted: str
) -> tuple[subprocess.Popen[str], str]:
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    for line in process.stdout:
        if wanted in line:
            return process, line
    raise SystemExit("The server did not start.")


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        environment = {
            **os.environ,
            "SKILLMIX_KEY_FILE": str(folder / "keys.json"),
            "SKILLMIX_SECRET_KEY_FILE": str(folder / "session_key"),
        }
        skillmix = [sys.executable, "-m", "skillmix"]
        place = folder / "leeds"
        if made := os.environ.get("SKILLMIX_BENCH_PLACE"):
            shutil.copytree(made, place)
        else:
            subprocess.run(
                [*skillmix, "demo", "leeds", "--out", str(place), "--no-serve"], env=environment, check=True
            )
        run = next(iter(sorted((place / "runs").glob("*/manifest.json")))).parent.name
        process, line = started(
            [*skillmix, "serve", str(place), "--port", "0", "--personas"], environment, "The pages are at"
        )
        try:
            address = line.split("The pages are at ")[1].split()[0]
            pages = {name: path.format(slug="leeds", run=run) for name, path in PAGES.items()}
            visitors = [Visitor(address) for _ in range(USERS)]
            for number, visitor in enumerate(visitors):
                visitor.sign_in(PERSONAS[number % len(PERSONAS)])
            kept: dict[str, str] = {}
            # Both processes see each page of each kind of visitor once, as they would in the first minute.
            for _ in range(4):
                for visitor in visitors[: len(PERSONAS)]:
                    for name, path in pages.items():
                        status, content, _ = visitor.ask(path)
                        if status != 200:
                            raise SystemExit(f"{name} answered {status}.")
                        (folder / f"page{list(pages).index(name)}").write_bytes(content)
                        kept[path] = str(folder / f"page{list(pages).index(name)}")
            ours, asked, wrong = browse(visitors, pages)
        finally:
            process.terminate()
            process.wait(timeout=60)
        (folder / "floor.py").write_text(FLOOR, encoding="utf-8")
        (folder / "pages.json").write_text(json.dumps(kept), encoding="utf-8")
        port = 18000 + os.getpid() % 1000
        floor_process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "floor:application", "--bind", f"127.0.0.1:{port}"),
                *("--workers", "2", "--threads", "8", "--worker-class", "gthread", "--log-level", "error"),
            ],
            cwd=folder,
            env={**environment, "FLOOR_PAGES": str(folder / "pages.json")},
        )
        try:
            time.sleep(3)
            floor, _, floor_wrong = browse(
                [Visitor(f"http://127.0.0.1:{port}/") for _ in range(USERS)], pages
            )
        finally:
            floor_process.terminate()
            floor_process.wait(timeout=60)
    notes: dict[str, float | str] = {
        "pages asked for": asked,
        "errors": wrong,
        "errors of the floor": floor_wrong,
    }
    for name in pages:
        p50, p95 = statistics.median(ours[name]), percentile(ours[name], 0.95)
        bare_p95 = percentile(floor[name], 0.95)
        notes[name] = f"p50 {p50 * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms; floor p95 {bare_p95 * 1000:.0f} ms"
    every, bare = [t for v in ours.values() for t in v], [t for v in floor.values() for t in v]
    notes["pages whose p95 is over 250 ms"] = sum(percentile(ours[n], 0.95) > AIM for n in pages)
    harness.keep(
        harness.Claim(
            name="web",
            says=f"{USERS} people browse at once, each a page about every {PAUSE:g} s (p95 over all pages).",
            unit="s",
            ours=percentile(every, 0.95),
            floor=percentile(bare, 0.95),
            floor_is="the same bytes from a bare Django view behind the same server",
            checked="every page answered 200 to every kind of visitor before timing",
            notes=notes,
        )
    )


if __name__ == "__main__":
    main()
