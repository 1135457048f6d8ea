#!/bin/sh
# Makes the virtual environment in which the oracle test runs real settings: build/venv-lib under the repository's root.
# Safe to run again; does nothing when the requirements have not changed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../../../.." && pwd)
venv=$root/build/venv-lib
if [ -x "$venv/bin/python" ] && cmp -s "$here/requirements.txt" "$venv/installed.txt"; then
	exit 0
fi
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
cp "$here/requirements.txt" "$venv/installed.txt"
