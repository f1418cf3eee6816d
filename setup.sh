#!/usr/bin/env bash
# Makes everything `make run` and `make test` need, in this folder's own .venv. Safe to run again: the
# second time it only looks. Python is never changed outside .venv (externally managed ones refuse that).
set -euo pipefail
cd "$(dirname "$0")"

# What the window, its screen tests and the sound output load at run time.
SYSTEM_PACKAGES=(
    libegl1 libgl1 libglib2.0-0 libdbus-1-3 libfontconfig1
    libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0
    fonts-dejavu-core xvfb xauth libpulse0 libportaudio2
)

say() { printf 'set-up: %s\n' "$*" >&2; }

find_python() {
    local name
    for name in python3.13 python3.12 python3.11 python3; do
        if command -v "$name" >/dev/null &&
            "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))'; then
            command -v "$name"
            return
        fi
    done
    say "Python 3.11, 3.12 or 3.13 is needed and none was found; install one and run this again."
    exit 1
}

# Since Ubuntu 24.04 and Debian 13 some libraries carry a t64 suffix.
is_installed() {
    local states
    states=$(dpkg-query -W -f='${Status}\n' "$1" "$1t64" 2>/dev/null || true)
    [[ $states == *"install ok installed"* ]]
}

install_system_packages() {
    command -v dpkg-query >/dev/null && command -v apt-get >/dev/null || return 0
    local missing=() package
    for package in "${SYSTEM_PACKAGES[@]}"; do
        is_installed "$package" || missing+=("$package")
    done
    "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
    [ ${#missing[@]} -gt 0 ] || return 0

    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
            as_root=(sudo -n)
        else
            say "these system packages are missing and only an administrator may install them. Run:"
            say "  sudo apt-get install --no-install-recommends ${missing[*]}"
            say "going on without them; the window or the sound output may not work until then."
            return 0
        fi
    fi
    say "installing system packages: ${missing[*]}"
    if ! { "${as_root[@]}" apt-get update -qq &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null; }; then
        say "the system packages could not be installed. Run this yourself, then start again:"
        say "  sudo apt-get install --no-install-recommends ${missing[*]}"
    fi
}

PYTHON=$(find_python)
install_system_packages

STAMP=.venv/.set-up
WANTED=$(cat pyproject.toml setup.sh engine/__init__.py | sha256sum | cut -d' ' -f1)
if [ -x .venv/bin/foley ] && [ "$(cat "$STAMP" 2>/dev/null)" = "$WANTED" ]; then
    exit 0
fi

if ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    say "making .venv with $PYTHON"
    if ! "$PYTHON" -m venv --clear .venv; then
        say "$PYTHON can't make a virtual environment; on Debian or Ubuntu run: sudo apt-get install python3-venv"
        exit 1
    fi
fi
.venv/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.5'
say "installing Python packages (the first time some 5 GB, mostly torch)"
# --inexact leaves pip and uv themselves in the environment.
UV_PYTHON_DOWNLOADS=never UV_HTTP_TIMEOUT=600 VIRTUAL_ENV="$PWD/.venv" \
    .venv/bin/uv sync --inexact --quiet --compile-bytecode --python .venv/bin/python
echo "$WANTED" >"$STAMP"
say "done"
