#!/bin/sh
# Step: the script of the command that the action was asked for.
set -eu
here=$(dirname "$0")
case "$MPCTL_COMMAND" in
  plan | diff) exec python "$here/plan.py" ;;
  apply) exec python "$here/apply.py" ;;
  drift | expire) exec python "$here/drift.py" ;;
esac
echo "::error title=command::one of plan, diff, apply, drift, expire" >&2
exit 64
