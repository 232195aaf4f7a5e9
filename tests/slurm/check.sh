#!/usr/bin/env bash
# Sweeps on a Slurm that is really there: its daemons run on loopback, in a directory of their own, as three nodes of one
# processor each. Whatever is done to tasks and nodes, the merged database must be that of a local sweep, byte for byte.
#
#   tests/slurm/check.sh PROGRAM
#
# Installs Slurm's packages where they are missing (tools/deps.sh slurm). Ends the daemons and every job by their process
# numbers, also after a failure. The last line is "N passed, N failed".
set -uo pipefail
program=$(realpath "${1:?program}")
cd "$(dirname "$0")/../.." || exit 1
PATH=$PATH:/usr/sbin
tools/deps.sh slurm build/deps-slurm.mk || exit 1
passed=0 failed=0
home=$(mktemp -d)
unset "${!SLURM_@}" "${!SBATCH_@}" "${!SQUEUE_@}" "${!SINFO_@}"
export SLURM_CONF=$home/slurm.conf

report() { # STATUS NAME
  if [[ $1 == 0 ]]; then
    passed=$((passed + 1))
    printf 'ok      %-60s %4d s\n' "$2" "$SECONDS"
  else
    failed=$((failed + 1))
    printf 'FAILED  %-60s %4d s\n' "$2" "$SECONDS"
  fi
}
check() { # NAME COMMAND...
  local name=$1 rc=0
  shift
  "$@" || rc=1
  report "$rc" "$name"
  return "$rc"
}
until_true() { # SECONDS COMMAND...
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < end)) || return 1
    sleep 0.1
  done
}

# ---- the cluster ---------------------------------------------------------------------------------------------------

host=$(hostname -s)
shell=$(realpath /bin/sh)
port=$((20000 + RANDOM % 10000))
nodes=(n1 n2 n3)

configure() {
  local i
  cat <<END
ClusterName=check
SlurmctldHost=$host(127.0.0.1)
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/none
CredType=cred/none
AuthInfo=cred_expire=5
SlurmctldPort=$port
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
StateSaveLocation=$home/state
SlurmdSpoolDir=$home/spool.%n
SlurmctldPidFile=$home/slurmctld.pid
SlurmdPidFile=$home/slurmd.%n.pid
SlurmctldLogFile=$home/slurmctld.log
SlurmdLogFile=$home/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/filetxt
JobCompLoc=$home/ended
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
ReturnToService=2
SlurmdTimeout=3
KillWait=2
MinJobAge=3600
PartitionName=batch Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
  for i in "${!nodes[@]}"; do
    echo "NodeName=${nodes[i]} NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 1 + i)) CPUs=1 State=UNKNOWN"
  done
}
node_is() { [[ $(sinfo -h -N -n "$1" -o %T 2>/dev/null) =~ ^($2)$ ]]; }
all_idle() { [[ $(sinfo -h -o %T 2>/dev/null) == idle ]]; }
start_slurm() {
  local node
  mkdir "$home/state" "${nodes[@]/#/$home/spool.}"
  : >"$home/ended"
  configure >"$SLURM_CONF"
  slurmctld -c || return 1
  for node in "${nodes[@]}"; do slurmd -N "$node" || return 1; done
  until_true 30 all_idle
}

# Process numbers of what the daemons of this cluster started: each has the path of our configuration in its environment,
# and whatever else is asked for (regular expressions).
workers() { # VARIABLE=VALUE...
  local -a files=(/proc/[0-9]*/environ)
  local setting
  for setting in "SLURM_CONF=$SLURM_CONF" "$@"; do
    mapfile -t files < <(grep -lzx -- "$setting" "${files[@]}" 2>/dev/null)
    ((${#files[@]})) || return 0
  done
  files=("${files[@]#/proc/}")
  files=("${files[@]%/environ}")
  printf '%s\n' "${files[@]}"
}
parent_of() { awk '/^PPid:/ { print $2 }' "/proc/$1/status" 2>/dev/null; }
gone() { local pid; for pid in "$@"; do kill -0 "$pid" 2>/dev/null && return 1; done; return 0; }
stop_slurm() {
  local -a pids=()
  local file pid
  if [[ -s $home/slurmctld.pid ]]; then
    scancel --quiet --user="$(id -un)" 2>/dev/null
    until_true 10 no_jobs
  fi
  for file in "$home"/slurm*.pid; do
    pid=$(cat "$file" 2>/dev/null) && [[ $pid ]] && kill "$pid" 2>/dev/null && pids+=("$pid")
  done
  until_true 20 gone "${pids[@]}" || kill -9 "${pids[@]}" 2>/dev/null
  mapfile -t pids < <(workers 'SLURM_JOB_ID=.*')
  ((${#pids[@]} == 0)) || kill -9 "${pids[@]}" 2>/dev/null
}
clean_up() {
  stop_slurm
  if ((failed)) && [[ -e $home/slurmctld.log ]]; then
    echo "-- what the last jobs said"
    tail -n 5 "$home"/*/log/*.log 2>/dev/null | tail -n 200
    echo "-- how jobs ended"
    grep -oE '(JobState|StartTime|EndTime|ArrayJobId|ArrayTaskId| ExitCode)=[^ ]*' "$home/ended" |
      awk '{ sub(/.*=/, ""); printf "%s%s", $0, NR % 6 ? " " : "\n" }'
    tail -n 40 "$home/slurmctld.log"
  fi
  rm -rf "$home"
  echo "$passed passed, $failed failed"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

no_jobs() { [[ -z $(squeue -h 2>/dev/null || echo unknown) ]]; }
job_has() { [[ " $(scontrol -o show job "$1" 2>/dev/null) " == *" $2 "* ]]; } # JOB FIELD=VALUE
# The array that was submitted last.
array() { squeue -h --states=all -o '%F %o' | awk '/\/round-/ { if ($1 > last) last = $1 } END { print last }'; }
# The process of a task that Slurm itself started, once it is the program and no longer the shell before it.
task_pid() { # ARRAY TASK
  local pid
  for pid in $(workers "SLURM_ARRAY_JOB_ID=$1" "SLURM_ARRAY_TASK_ID=$2"); do
    [[ $(readlink "/proc/$pid/exe") != "$shell" ]] || continue
    [[ $(cat "/proc/$(parent_of "$pid")/comm" 2>/dev/null) == slurmstepd ]] && echo "$pid" && return
  done
}
works() { # ARRAY TASK...
  local array=$1 task
  for task in "${@:2}"; do
    [[ $(task_pid "$array" "$task") ]] && job_has "${array}_$task" JobState=RUNNING || return 1
  done
}
node_of() { squeue -h -j "$1" -o %N; }

# ---- the sweep -----------------------------------------------------------------------------------------------------

# Two rounds: the second repetitions follow from the results of the first.
mkdir "$home/plans"
cat >"$home/plans/check.yaml" <<END
name: check
question: Does it matter who computes?
scenario: $PWD/scenarios/quickstart.yaml
set: {duration: 150 d}
axes:
  storage_f: {path: fleet.sensors.storage.capacitance, values: [0.5 F, 1 F, 2 F]}
policies: [always-local, confidence-threshold]
reps: 3
until: {rel_halfwidth: 0.01 %, of: loss, max_reps: 4}
END
plan=$home/plans/check.yaml
same() { cmp "$home/local/results.db" "$1"; }
on_slurm() { "$program" sweep "$plan" --launcher slurm -q "$@"; }
merged() { until_true "$1" no_jobs && [[ -e $2 ]]; }

check 'a local sweep' "$program" sweep "$plan" -o "$home/local" -j 2 -q || exit 1
check 'three nodes are there' start_slurm || exit 1

odd="$home/an 'odd' 100% \"name\" \$HOME #1"
undisturbed() {
  on_slurm -o "$odd" --shards 3 --sbatch "--comment='two words'" --wait && until_true 10 no_jobs &&
    same "$odd/results.db" &&
    [[ $(find "$odd/log" -name 'slurm-*_3.log' | wc -l) == 2 && -e $odd/slurm/merge-2.sh ]]
}
check 'two arrays of three, --wait, a directory with an odd name' undisturbed

disturbed=$home/disturbed
check 'an array of six' on_slurm -o "$disturbed" --shards 6 --retries 2
first=$(array)
check 'three tasks work' until_true 30 works "$first" 1 2 3
# What happens to tasks 1 to 3, all at once: scancel waits for some seconds after it has signalled.
scancel --batch --signal=USR1 "${first}_1" &
check 'kill -9 of a task' kill -9 "$(task_pid "$first" 2)"
check 'a working task is requeued' scontrol requeue "${first}_3"
check 'tasks 4 to 6 work' until_true 30 works "$first" 4 5 6
scancel "${first}_4" &
vanishes() { # a node, with all that runs on it
  local pid node
  pid=$(task_pid "$first" 5) node=$(node_of "${first}_5")
  local -a all=("$(cat "$home/slurmd.$node.pid")" "$(parent_of "$pid")")
  mapfile -t -O 2 all < <(workers "SLURMD_NODENAME=$node")
  kill -9 "${all[@]}"
}
check 'the node of one of them vanishes' vanishes
check 'SIGUSR1, as before a time limit: exit code 75' until_true 30 job_has "${first}_1" ExitCode=75:0
check 'the killed task has failed' until_true 30 job_has "${first}_2" JobState=FAILED
check 'the task that was cancelled' until_true 30 job_has "${first}_4" JobState=CANCELLED
restarted() { job_has "${first}_$1" Restarts=1 && job_has "${first}_$1" JobState=COMPLETED; }
check 'the requeued task is done later' until_true 60 restarted 3
check 'so is the one of the lost node, elsewhere' until_true 60 restarted 5
check 'what is missing is submitted again and merged' merged 90 "$disturbed/results.db"
check 'the database is that of the local sweep' same "$disturbed/results.db"
check 'a second array was needed' test -e "$disturbed/slurm/round-1.1.sh"

by_hand=$home/by-hand
in_parallel() {
  local code=6 rounds=0
  "$program" sweep "$plan" -o "$by_hand" --launcher manual --shards 7 -q || return 1
  while ((code == 6 && rounds++ < 4)); do
    seq 7 | parallel -j 2 "$program" work "$by_hand" -q --shard '{}' || return 1
    "$program" merge "$by_hand" -q
    code=$?
  done
  ((code == 0)) && same "$by_hand/results.db"
}
check 'GNU parallel gives the same' in_parallel

# The commands of docs/cluster.md that need Slurm, in a directory like the repository.
as_documented() {
  local page=$PWD/docs/cluster.md line
  local -i count=0
  mkdir "$home/doc" && ln -s "$PWD/scenarios" "$PWD/models" "$home/doc/" && ln -s "$program" "$home/doc/coldfleet" || return 1
  while IFS= read -r line; do
    (cd "$home/doc" && bash -c "$line") >"$home/doc/said" 2>&1 || { echo "$line" && cat "$home/doc/said" && return 1; }
    count+=1
  done < <(sed -n '/^```sh slurm$/,/^```$/{/^```/!p;}' "$page")
  ((count == 4))
}
check 'the commands of docs/cluster.md' as_documented

((failed == 0 && passed > 0))
