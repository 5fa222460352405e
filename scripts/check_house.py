"""The house rules that no other tool keeps.

Files stay under 400 lines; every test has exactly one marker; no tracked file names a path of one machine or
the address of a package registry; the spelling is British. Prints each breach and leaves with 1 when there is
one.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 400
MARKERS = {"unit", "integration", "official", "database", "browser"}
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".cfg",
    ".ini",
    ".sh",
    ".txt",
    ".yml",
    ".yaml",
    ".html",
    ".json",
    ".css",
    ".csv",
}
SKIPPED = {".git", "places", "site", "dist", "build", "__pycache__"}

MACHINE = re.compile(r"(?<![A-Za-z0-9_.~<>*/-])/(?:work|farm|root|home|Users|opt|mnt)/[A-Za-z0-9_.-]+")
REGISTRY = re.compile(
    r"https?://[^\s\"')>]*/(?:simple/|packages/[0-9a-f]{2}/)"
    r"|--(?:extra-)?index-url|--find-links[= ]\S*/|--trusted-host"
)
#: American word: the British one.
SPELLING = {
    r"organiz(?:e|es|ed|ing|ation|ations|ational)": "organis...",
    r"analyz(?:e|es|ed|ing)": "analys...",
    r"behavior(?:s|al)?": "behaviour",
    r"(?:labor|neighbor|favor|honor)(?:s|ed|ing|hood|ite|ites)?": "...our",
    r"model(?:ed|ing)": "modell...",
    r"label(?:ed|ing)": "labell...",
    r"cancel(?:ed|ing)": "cancell...",
    r"summariz(?:e|es|ed|ing)": "summaris...",
    r"recogniz(?:e|es|ed|ing)": "recognis...",
    r"prioritiz(?:e|es|ed|ing)": "prioritis...",
    r"catalogs?": "catalogue",
    r"enrollments?": "enrolment",
    r"pediatric\w*": "paediatric...",
}
AMERICAN = re.compile(r"\b(?:" + "|".join(SPELLING) + r")\b")
#: This file names what it forbids.
OWN = Path("scripts/check_house.py")


def files() -> list[Path]:
    """Tracked files and new ones that git does not ignore; every file where there is no repository."""
    asked = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode == 0:
        named = [Path(name) for name in asked.stdout.split("\0") if name]
    else:
        named = [path.relative_to(ROOT) for path in ROOT.rglob("*")]
        named = [path for path in named if not any(p in SKIPPED or p.startswith(".venv") for p in path.parts)]
    return sorted(path for path in named if (ROOT / path).is_file())


def _marks(decorators: list[ast.expr]) -> set[str]:
    found = set()
    for node in decorators:
        named = node.func if isinstance(node, ast.Call) else node
        if isinstance(named, ast.Attribute) and named.attr in MARKERS:
            found.add(named.attr)
    return found


def _module_marks(tree: ast.Module) -> set[str]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(getattr(t, "id", "") == "pytestmark" for t in node.targets):
            listed = node.value.elts if isinstance(node.value, (ast.List, ast.Tuple)) else [node.value]
            return _marks(listed)
    return set()


def check_markers(path: Path, text: str) -> Iterator[str]:
    """Tests without exactly one marker."""
    if not (path.parts[0] == "tests" and path.name.startswith("test_")):
        return
    tree = ast.parse(text)
    around = _module_marks(tree)
    for node in tree.body:
        within = around | (_marks(node.decorator_list) if isinstance(node, ast.ClassDef) else set())
        for test in node.body if isinstance(node, ast.ClassDef) else [node]:
            if isinstance(test, ast.FunctionDef) and test.name.startswith("test"):
                marks = within | _marks(test.decorator_list)
                if len(marks) != 1:
                    held = ", ".join(sorted(marks)) or "none"
                    yield f"{path}:{test.lineno}: {test.name} has markers: {held}; give it exactly one"


def check_length(path: Path, text: str) -> Iterator[str]:
    """Python files of over 400 lines."""
    lines = text.count("\n")
    if path.suffix == ".py" and lines > LONGEST:
        yield f"{path}: {lines} lines; split it by concept (at most {LONGEST})"


def check_words(path: Path, text: str) -> Iterator[str]:
    """Paths of one machine, registry addresses and American spelling."""
    if path == OWN:
        return
    for number, line in enumerate(text.splitlines(), start=1):
        if found := MACHINE.search(line):
            yield f"{path}:{number}: a path of one machine: {found[0]}"
        if path.name != "lock.sh" and (found := REGISTRY.search(line)):
            yield f"{path}:{number}: a registry's address: {found[0]}"
        if path.suffix in (".py", ".md", ".toml") and (found := AMERICAN.search(line)):
            yield f"{path}:{number}: American spelling: {found[0]}"


def main() -> int:
    breaches: list[str] = []
    looked = files()
    for path in looked:
        if path.suffix not in TEXT and path.name not in ("Makefile", "run", "LICENSE"):
            continue
        text = (ROOT / path).read_text(encoding="utf-8", errors="replace")
        for check in (check_length, check_markers, check_words):
            breaches += check(path, text)
    for breach in breaches:
        print(breach)
    print(f"House rules: {len(looked)} files, {len(breaches)} breaches.")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
