#!/usr/bin/env bash
# Finds what a stage of the work needs, installs what is missing, and writes the answer as a file for make.
#
#   tools/deps.sh STAGE FILE     STAGE: build, check, lint, report, browser, ci or slurm; each includes nothing of the others
#
# Probes by compiling and by pkg-config, so a library that stands elsewhere is found too. On Debian and Ubuntu the missing
# packages are installed with apt-get (with sudo where needed); NO_INSTALL=1 forbids that. Elsewhere, and when forbidden,
# it prints the exact command and fails. FILE of stage build holds DEPS_CFLAGS, DEPS_LIBS and DEPS_VERSIONS, and depends
# on the libraries' .pc files: make probes again when one goes.
set -euo pipefail
stage=${1:?stage}
file=${2:?file}
cc=${CC:-gcc}
libraries=(gsl sqlite3 yaml-0.1 sleef libmd)

# One line per need: stage, probe, then the package on Debian, Fedora, Arch.
needs='
build  command:make               make                make                make
build  compiler                   gcc                 gcc                 gcc
build  libc                       libc6-dev           glibc-devel         glibc
build  command:pkg-config         pkg-config          pkgconf-pkg-config  pkgconf
build  pc:gsl                     libgsl-dev          gsl-devel           gsl
build  pc:sqlite3                 libsqlite3-dev      sqlite-devel        sqlite
build  pc:yaml-0.1                libyaml-dev         libyaml-devel       libyaml
build  pc:sleef                   libsleef-dev        sleef-devel         sleef
build  pc:libmd                   libmd-dev           libmd-devel         libmd
build  header:Random123/philox.h  librandom123-dev    Random123-devel     random123(AUR)
check  pc:cmocka                  libcmocka-dev       libcmocka-devel     cmocka
check  command:sqlite3            sqlite3             sqlite              sqlite
lint   command:clang              clang               clang               clang
lint   command:clang-format       clang-format        clang-tools-extra   clang
lint   command:clang-tidy         clang-tidy          clang-tools-extra   clang
lint   command:cppcheck           cppcheck            cppcheck            cppcheck
lint   command:shellcheck         shellcheck          ShellCheck          shellcheck
report command:npm                npm                 npm                 npm
browser command:chromium          chromium            chromium            chromium
ci     command:clang              clang               clang               clang
ci     command:valgrind           valgrind            valgrind            valgrind
slurm  command:slurmctld          slurmctld           slurm-slurmctld     slurm-llnl(AUR)
slurm  command:slurmd             slurmd              slurm-slurmd        slurm-llnl(AUR)
slurm  command:sbatch             slurm-client        slurm               slurm-llnl(AUR)
slurm  command:parallel           parallel            parallel            parallel
'

probe() {
  case $1 in
    command:*) command -v "${1#command:}" >/dev/null ;;
    compiler) command -v "$cc" >/dev/null ;;
    libc) echo '#include <stdio.h>' | "$cc" -E -x c - >/dev/null 2>&1 ;;
    pc:*) pkg-config --exists "${1#pc:}" 2>/dev/null ;;
    header:*) echo "#include <${1#header:}>" | "$cc" -E -x c - >/dev/null 2>&1 ;;
    *) echo "tools/deps.sh: unknown probe $1" >&2 && exit 1 ;;
  esac
}

# Sets the array `missing` to the names that this system's package manager knows.
find_missing() {
  missing=()
  local need debian fedora arch name
  while read -r need_stage need debian fedora arch; do
    [[ $need_stage == "$stage" ]] || continue
    probe "$need" && continue
    case $family in
      debian) name=$debian ;;
      fedora) name=$fedora ;;
      arch) name=$arch ;;
      *) name=$debian ;;
    esac
    [[ $need == compiler && $cc != gcc ]] && name=${cc##*/}
    [[ " ${missing[*]} " == *" $name "* ]] || missing+=("$name")
  done <<<"$needs"
}

if command -v apt-get >/dev/null; then
  family=debian install='apt-get install -y --no-install-recommends'
elif command -v dnf >/dev/null; then
  family=fedora install='dnf install'
elif command -v pacman >/dev/null; then
  family=arch install='pacman -S --needed'
else
  family=other install='(your package manager; these are Debian'\''s names)'
fi

if [[ $(uname -m) != x86_64 ]]; then
  echo "coldfleet needs an x86-64 processor for now: its reproducible mathematics use SSE2 and AVX (this is $(uname -m))" >&2
  exit 1
fi

sudo=
[[ $(id -u) == 0 ]] || sudo='sudo '
find_missing
if ((${#missing[@]})) && [[ $family == debian && -z ${NO_INSTALL:-} ]] && { [[ -z $sudo ]] || command -v sudo >/dev/null; }; then
  echo "installing ${missing[*]}" >&2
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT
  apt() { # shellcheck disable=SC2086 # $sudo is one word or none
    ${sudo}env DEBIAN_FRONTEND=noninteractive apt-get "$@" >>"$log" 2>&1
  }
  get() { apt install -y --no-install-recommends "${missing[@]}"; }
  if ! get && ! { apt update && get; }; then
    tail -n 20 "$log" >&2
    echo "could not install; try: $sudo$install ${missing[*]}" >&2
    exit 1
  fi
  find_missing
fi
if ((${#missing[@]})); then
  echo "missing for '$stage': ${missing[*]}" >&2
  echo "install with: $sudo$install ${missing[*]}" >&2
  exit 1
fi

mkdir -p "$(dirname "$file")"
new=$file.$$
{
  echo "# Written by tools/deps.sh $stage; remove to probe again."
  if [[ $stage == build ]]; then
    echo "DEPS_CFLAGS := $(pkg-config --cflags "${libraries[@]}")"
    echo "DEPS_LIBS := $(pkg-config --libs "${libraries[@]}")"
    echo "DEPS_VERSIONS = \$(notdir \$(CC)) \$(shell \$(CC) -dumpfullversion -dumpversion | cut -d. -f1,2)," \
      "GSL $(pkg-config --modversion gsl), SQLite $(pkg-config --modversion sqlite3)," \
      "libyaml $(pkg-config --modversion yaml-0.1)"
    for library in "${libraries[@]}"; do
      pc=$(pkg-config --variable=pcfiledir "$library")/$library.pc
      [[ -e $pc ]] && printf '%s: %s\n%s:\n' "$file" "$pc" "$pc"
    done
  fi
} >"$new"
mv "$new" "$file"
