#!/usr/bin/env bash
# Make the lock files anew: every package with its hashes, and no address of where it was found.
# Run it in the development environment after a change of the dependencies in pyproject.toml.
set -euo pipefail
cd "$(dirname "$0")/.."
python="${VENV:-.venv}/bin/python"
export CUSTOM_COMPILE_COMMAND="scripts/lock.sh"

compile() {
    "$python" -m piptools compile --quiet --generate-hashes --strip-extras --allow-unsafe \
        --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options \
        --build-deps-for editable --build-deps-for wheel \
        "$@" pyproject.toml
}

compile --extra projection --extra report --extra web --extra postgres --output-file requirements.txt
compile --extra projection --extra report --extra web --extra postgres --extra dev --constraint requirements.txt \
    --output-file requirements-dev.txt

if grep -nE '://|(^|[^A-Za-z0-9_.-])/[a-z]+/|--(index-url|find-links|trusted-host)' requirements.txt requirements-dev.txt; then
    echo "A lock file names an address or a path: see the lines above." >&2
    exit 1
fi
echo "requirements.txt and requirements-dev.txt are made."
