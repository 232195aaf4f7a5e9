#!/usr/bin/env bash
# A full disk: exit code 7 and a message that names the database. Needs root for a small file system of its own.
set -u
[ "$(id -u)" = 0 ] || { echo "needs root"; exit 77; }
mkdir small
mount -t tmpfs -o size=512k none small 2>/dev/null || { echo "cannot mount"; exit 77; }
trap 'umount small' EXIT
coldfleet run scenarios/quickstart.yaml --set record.decisions=all --set duration=20d -o small/a.db >out.txt 2>err.txt
code=$?
[ "$code" = 7 ] || { echo "exit code $code"; cat err.txt; exit 1; }
grep -q 'error: small.*\(full\|No space left\)' err.txt || { echo "the message does not name file and cause:"; cat err.txt; exit 1; }
# Even the start fails clearly when there is no room at all.
rm -f small/*
head -c 512k /dev/zero >small/filler 2>/dev/null
coldfleet run scenarios/quickstart.yaml -q -o small/b.db 2>err.txt
code=$?
[ "$code" = 7 ] || { echo "exit code $code on a disk without room"; cat err.txt; exit 1; }
grep -q 'error: .*\(full\|No space left\)' err.txt || { cat err.txt; exit 1; }
grep -q 'small/b.db' err.txt || { cat err.txt; exit 1; }
