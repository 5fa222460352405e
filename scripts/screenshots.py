"""Every page at the width of a desk and of a phone, as pictures: to be looked at.

Builds (or takes) a demonstration place, serves it with personas, signs in as each and takes a picture of each
page that the persona may open.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

WIDTHS = {"desk": 1280, "phone": 375}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-component-update",
]
ARGUMENTS += ["--disable-background-networking", "--disable-sync"]
#: Further pages of a place, where the persona may open them.
FURTHER = (
    *("coverage/", "professions/physiotherapist/", "return/", "board/", "compare/", "routes/"),
    *("help/definitions/", "help/excel/", "help/sharing/", "help/sources/", "help/roles/", "help/api/"),
)


def served(place: Path) -> tuple[subprocess.Popen[str], str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "skillmix", "serve", str(place), "--personas", "--port", "0"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if "The pages are at" in line:
            return process, line.split("The pages are at ")[1].split()[0].rstrip("/")
    raise SystemExit("The server did not start.")


def shot(page: Any, folder: Path, name: str) -> None:
    for width_name, width in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": 900})
        # Charts are drawn when they come into view.
        page.evaluate("document.querySelectorAll('img[loading=lazy]').forEach(i => { i.loading = 'eager'; })")
        for figure in page.locator("figure[data-chart]").all():
            figure.scroll_into_view_if_needed()
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(300)
        page.evaluate("window.scrollTo(0, 0)")
        page.screenshot(path=str(folder / f"{name}.{width_name}.png"), full_page=True)
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 1:
            print(f"{name} at {width} px is {over} px too wide")


def slug(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:60]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("site/screenshots"))
    parser.add_argument("--name", default="leeds", choices=["leeds", "aldmoor"])
    parser.add_argument(
        "--place", type=Path, help="a demonstration place that is there already; it is copied"
    )
    parser.add_argument("--persona", help="only personas whose words hold this")
    asked = parser.parse_args()
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        print("Chromium is not installed (Debian: apt-get install chromium)", file=sys.stderr)
        return 1
    asked.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary) / asked.name
        os.environ.setdefault("SKILLMIX_KEY_FILE", str(Path(temporary) / "keys.json"))
        os.environ.setdefault("SKILLMIX_SECRET_KEY_FILE", str(Path(temporary) / "session_key"))
        if asked.place:
            shutil.copytree(asked.place, place)
        else:
            command = [
                sys.executable,
                "-m",
                "skillmix",
                "demo",
                asked.name,
                "--out",
                str(place),
                "--no-serve",
            ]
            subprocess.run(command, check=True)
        process, address = served(place)
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
                first = browser.new_page()
                first.goto(f"{address}/personas/")
                shot(first, asked.out, "personas")
                first.goto(f"{address}/account/login/")
                shot(first, asked.out, "sign-in")
                first.goto(f"{address}/personas/")
                words = [b.inner_text().strip() for b in first.locator("main button").all()]
                for number, persona in enumerate(words):
                    if asked.persona and asked.persona.lower() not in persona.lower():
                        continue
                    context = browser.new_context()
                    page = context.new_page()
                    page.goto(f"{address}/personas/")
                    page.locator("main button").nth(number).click()
                    page.wait_for_load_state()
                    home = page.url
                    links = [a.get_attribute("href") for a in page.locator(".app-navigation a").all()]
                    base = "/" + home.split("/")[3] + "/"
                    pages = [base, *links, *(base + f for f in FURTHER), "/account/"]
                    for path in dict.fromkeys(p for p in pages if p):
                        answer = page.goto(address + path)
                        if answer is None or answer.status != 200:
                            continue
                        shot(page, asked.out, f"{slug(persona)}--{slug(path) or 'home'}")
                    context.close()
                browser.close()
        finally:
            process.terminate()
            process.wait(timeout=60)
    print(f"{len(list(asked.out.glob('*.png')))} pictures in {asked.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
