"""Third-party files that browsers are given: taken from their packages by name and version, with checksums.

`python scripts/vendor_static.py` fetches the packages with npm and writes them anew;
`python scripts/vendor_static.py --check` compares what is here with the checksums in `vendor.toml`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "src" / "skillmix" / "web" / "static" / "vendor"
LIST = FOLDER / "vendor.toml"

#: Package, version, and its files: name in the package to name here.
PACKAGES: dict[str, tuple[str, dict[str, str]]] = {
    "nhsuk-frontend": (
        "10.6.1",
        {
            "dist/nhsuk/nhsuk-frontend-10.6.1.min.css": "nhsuk-frontend.min.css",
            "dist/nhsuk/nhsuk-frontend-10.6.1.min.js": "nhsuk-frontend.min.js",
            **{
                f"dist/nhsuk/assets/images/{name}.svg": f"images/{name}.svg"
                for name in (
                    "nhsuk-icon-arrow-down",
                    "nhsuk-icon-arrow-up-down",
                    "nhsuk-icon-arrow-up",
                    "nhsuk-icon-cross",
                )
            },
        },
    ),
    "htmx.org": ("2.0.8", {"dist/htmx.min.js": "htmx.min.js"}),
    "vega": ("6.4.0", {"build/vega.min.js": "vega.min.js"}),
    "vega-lite": ("6.5.0", {"build/vega-lite.min.js": "vega-lite.min.js"}),
    "vega-embed": ("7.3.0", {"build/vega-embed.min.js": "vega-embed.min.js"}),
}
_SOURCE_MAP = re.compile(rb"\n?(?://[#@] sourceMappingURL=\S+|/\*[#@] sourceMappingURL=\S+ \*/)\s*$")


def neutral(name: str, content: bytes) -> bytes:
    """The file without what asks another address: fonts of another site, maps that are not carried."""
    content = _SOURCE_MAP.sub(b"\n", content)
    if name.endswith(".css"):
        # The typeface is licensed to the health service alone; the next font of the stack is used.
        content = re.sub(rb"@font-face\{[^}]*\}", b"", content)
        content = content.replace(b"url(/assets/images/", b"url(images/")
    return content


def fetch(package: str, version: str, into: Path) -> Path:
    """The package's archive, fetched with npm."""
    told = subprocess.run(
        ["npm", "pack", "--json", f"{package}@{version}"],
        cwd=into,
        check=True,
        capture_output=True,
        text=True,
    )
    return into / str(json.loads(told.stdout)[0]["filename"])


def write() -> None:
    lines = ["# Made by scripts/vendor_static.py: what browsers are given of others, with checksums.", ""]
    with tempfile.TemporaryDirectory() as temporary:
        for package, (version, files) in PACKAGES.items():
            with tarfile.open(fetch(package, version, Path(temporary))) as archive:

                def member(name: str, archive: tarfile.TarFile = archive) -> bytes:
                    opened = archive.extractfile(f"package/{name}")
                    assert opened is not None, name
                    return opened.read()

                about = json.loads(member("package.json"))
                lines += [
                    "[[package]]",
                    f'name = "{package}"',
                    f'version = "{version}"',
                    f'licence = "{about["license"]}"',
                ]
                licence = next(
                    (n for n in archive.getnames() if re.fullmatch(r"package/LICEN[CS]E(\.\w+)?", n)), None
                )
                given = dict(files)
                if licence is not None:
                    given[licence.removeprefix("package/")] = "LICENCE.txt"
                for source, name in given.items():
                    target = FOLDER / package / name
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(neutral(name, member(source)))
                    digest = hashlib.sha256(target.read_bytes()).hexdigest()
                    lines += [f'files."{name}" = "{digest}"']
                lines.append("")
    LIST.write_text("\n".join(lines), encoding="utf-8")


def breaches() -> list[str]:
    """What differs from the list."""
    listed = {}
    for package in tomllib.loads(LIST.read_text(encoding="utf-8"))["package"]:
        for name, digest in package["files"].items():
            listed[FOLDER / package["name"] / name] = digest
    there = {path for path in FOLDER.rglob("*") if path.is_file() and path != LIST}
    found = [f"{path.relative_to(ROOT)}: not in vendor.toml" for path in sorted(there - set(listed))]
    for path, digest in listed.items():
        if not path.is_file():
            found.append(f"{path.relative_to(ROOT)}: missing")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            found.append(f"{path.relative_to(ROOT)}: differs from its checksum")
        elif re.search(rb"""url\(['"]?(?:https?:)?//""", path.read_bytes()):
            found.append(f"{path.relative_to(ROOT)}: asks another address")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, and change nothing")
    if not parser.parse_args().check:
        write()
    found = breaches()
    for line in found:
        print(line, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
