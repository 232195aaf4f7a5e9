#!/usr/bin/env bash
# A directory that cannot be written: exit code 7, and the message names it. Reading a database in it works.
set -u
coldfleet run scenarios/quickstart.yaml -q -o a.db || exit 1
mkdir locked
mv a.db locked
if [ "$(id -u)" = 0 ]; then # root ignores the mode, so the file system itself is made read-only
  mount --bind locked locked 2>/dev/null || { echo "cannot mount"; exit 77; }
  trap 'umount locked' EXIT
  mount -o remount,ro,bind locked 2>/dev/null || { echo "cannot remount"; exit 77; }
else
  chmod a-w locked
  trap 'chmod u+w locked' EXIT
fi
coldfleet run scenarios/quickstart.yaml -q -o locked/b.db 2>err.txt
code=$?
[ "$code" = 7 ] || { echo "exit code $code"; cat err.txt; exit 1; }
grep -q 'error: locked.*Read-only\|error: locked.*denied' err.txt || { echo "the message does not name the place and the cause:"; cat err.txt; exit 1; }
coldfleet run scenarios/quickstart.yaml -q -o locked/a.db --force 2>err.txt
code=$?
[ "$code" = 7 ] || { echo "replacing: exit code $code"; cat err.txt; exit 1; }
coldfleet query locked/a.db 'SELECT policy FROM run' >/dev/null || { echo "cannot read"; exit 1; }
coldfleet run scenarios/quickstart.yaml -q -o nowhere/deep/b.db 2>err.txt
[ $? = 7 ] || { echo "missing directory"; cat err.txt; exit 1; }
grep -q 'nowhere/deep' err.txt || { cat err.txt; exit 1; }
