"""Every link within the documentation leads somewhere: files exist, headings exist, pictures exist.

Links to other sites are not followed: the check needs no network. Prints each broken link and leaves with 1
when there is one.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(
    r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)|^\[[^\]]+\]:\s*(\S+)", re.MULTILINE
)
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")


def pages() -> list[Path]:
    """The Markdown pages of the project."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").glob("*.md")])


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    made: dict[str, int] = {}
    found = set()
    for heading in re.findall(
        r"^#{1,6}\s+(.+?)\s*#*$", FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE
    ):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        number = made.get(slug, 0)
        made[slug] = number + 1
        found.add(f"{slug}-{number}" if number else slug)
    return found


def broken(page: Path) -> Iterator[str]:
    """The broken links of a page."""
    text = CODE.sub("", FENCE.sub("", page.read_text(encoding="utf-8")))
    for match in LINK.finditer(text):
        target = unquote(match[1] or match[2])
        if re.match(r"[a-z][a-z0-9+.-]*:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        shown = page.relative_to(ROOT)
        if not file.is_relative_to(ROOT) or not file.exists():
            yield f"{shown}: {target} leads nowhere"
        elif anchor and file.suffix == ".md" and anchor not in anchors(file):
            yield f"{shown}: {target} names no heading of {file.relative_to(ROOT)}"


def main() -> int:
    looked = pages()
    found = [line for page in looked for line in broken(page)]
    for line in found:
        print(line)
    print(f"Links: {len(looked)} pages, {len(found)} broken.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
