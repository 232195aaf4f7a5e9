/* Slurm: writes and submits job arrays of `coldfleet work`, and a dependent job that merges.
 *
 * One array task works off one part of a round (never one task per run: a task costs the scheduler a quarter of a
 * second). The merging job depends with afterany on the array, so it runs however the tasks ended: it computes what is
 * missing or comes next and submits the next array and itself again. All jobs of a directory have one name
 * (cf_slurm_name), by which `scancel --name` and `squeue --name` find them.
 *
 * Scripts are DIR/slurm/round-N.sh and merge-N.sh, N the round's number; those of a further attempt at what is missing
 * of it, round-N.A.sh and merge-N.A.sh. All paths in them are absolute and quoted by construction; the program is
 * exec'd, so that SIGTERM and SIGUSR1 reach it:
 *   exec coldfleet work DIR --shard "$SLURM_ARRAY_TASK_ID"
 *   exec coldfleet merge DIR -o OUT --launcher slurm --attempt A --retries R
 *                        [--time-limit 3600s] [--at-once M] [--sbatch 'FLAGS']
 * where `merge` does, with `before` the round that it finds and after cf_next_round, when no other jobs are there:
 *   stage DONE: merges. An equal number: something is missing; submits attempt A + 1, or, when A = R, merges nothing
 *   and exits with 6. Another number: submits attempt 0 of that.
 * It cuts the next round into as many shards as `before` had. What the tasks say goes to DIR/log/slurm-JOB_TASK.log,
 * what the merging job says to DIR/log/merge-JOB.log. A requeued task appends to its log.
 *
 * A task that is stopped saves what is done and exits with 75; at a time limit it is told CF_SLURM_WARNING_S before. */
#ifndef CF_SWEEP_SLURM_H
#define CF_SWEEP_SLURM_H

#include "sweep/campaign.h"

enum {
  CF_SLURM_TASKS = 1000,   /* of one array: what Slurm allows unless its administrator says otherwise */
  CF_SLURM_WARNING_S = 60, /* SIGUSR1 comes so long before the time limit; Slurm may be a minute early */
  CF_SLURM_LEAST_LIMIT_S = 180
};

typedef struct cf_slurm_options {
  const char *program; /* absolute path of coldfleet */
  /* Given by the user, passed on as words to both jobs: "--partition=short --mem=1G"; may be NULL. Blanks separate
   * words; '...' and "..." keep blanks together, also within a word; nothing else is special. */
  const char *sbatch_flags;
  double time_limit_s;      /* of one task, at least CF_SLURM_LEAST_LIMIT_S; 0: the partition's */
  uint32_t most_at_once;    /* --array=...%N; 0: no limit */
  uint32_t retries;         /* further arrays for what is missing of a round */
  const char *output;       /* results database */
  const volatile int *stop; /* gives up waiting for a busy Slurm; may be NULL */
  double wait_s;            /* before asking a busy Slurm again, each time doubled, five times; 0: one second */
} cf_slurm_options;

typedef struct cf_slurm_jobs {
  char array[32], merge[32]; /* job numbers; "" when not submitted */
} cf_slurm_jobs;

enum { CF_SLURM_NAME = 96 };

/* The name of all jobs of a campaign: "coldfleet-PLAN-" and eight digits that are the directory's. Returns `name`. */
const char *cf_slurm_name(const cf_campaign *campaign, char name[CF_SLURM_NAME]);

/* Writes both scripts of the round, and makes DIR/slurm and DIR/log. `attempt` counts from 0. CF_USAGE: options that
 * cannot be (naming them), or a path that cannot stand in a script of Slurm; CF_IO: cannot be written. */
cf_status cf_slurm_write(const cf_campaign *campaign, const cf_round *round, const cf_slurm_options *options,
                         uint32_t attempt, cf_diag *diag);

/* CF_IO when Slurm has jobs of this directory, queued or running, other than the one that asks (names them, and how to
 * end them), or does not say even after being asked again while it is busy. Ask before the round is decided anew, which
 * those jobs would then run. CF_OK when there are none, or there is no squeue here. cf_slurm_submit asks itself. */
cf_status cf_slurm_check_idle(const cf_campaign *campaign, const cf_slurm_options *options, cf_diag *diag);

/* Whether Slurm has jobs of this directory, in whatever state before their end. Asks once; true when nobody can say. */
bool cf_slurm_may_have_jobs(const cf_campaign *campaign);

/* Submits what cf_slurm_write wrote. Waits and asks again while Slurm is busy or out of reach, but never submits twice
 * what came through. CF_USAGE: there is no sbatch here (says what to do instead); CF_IO: Slurm refused (its words), or
 * has other jobs. When only the array was submitted, `jobs` says so and the error what is to be done. */
cf_status cf_slurm_submit(const cf_campaign *campaign, const cf_round *round, const cf_slurm_options *options,
                          uint32_t attempt, cf_slurm_jobs *jobs, cf_diag *diag);

/* Prints both scripts and how they are submitted: --dry-run. */
cf_status cf_slurm_print(const cf_campaign *campaign, const cf_round *round, const cf_slurm_options *options,
                         uint32_t attempt, FILE *out, cf_diag *diag);

#endif
