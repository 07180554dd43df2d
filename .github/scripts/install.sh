#!/bin/sh
# Step: install mpctl as it stands beside this script, or the release that MPCTL_VERSION names, into
# an environment of its own. It runs in the folder of the action: python -m looks for modules in the
# current one, and that of the policies belongs to whoever wrote the pull request.
set -eu
cd "$(dirname "$0")/../.."
where="$RUNNER_TEMP/mpctl-environment"
python -m venv "$where"
case "${MPCTL_VERSION:-}" in
  "") "$where/bin/python" -m pip install --quiet --disable-pip-version-check . ;;
  *[!0-9a-z.]*) echo "::error title=version::a version is like 1.2.3" >&2 && exit 64 ;;
  *) "$where/bin/python" -m pip install --quiet --disable-pip-version-check "mpctl==$MPCTL_VERSION" ;;
esac
echo "$where/bin" >>"$GITHUB_PATH"
