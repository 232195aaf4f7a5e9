#include "sweep/slurm.h"

#include "base/hash.h"
#include "sweep/child.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { WORDS = 64, TRIES = 6, FILE_NAME = 64 };

static const char round_script[] = "round", merge_script[] = "merge";

/* An array for a round and the job that merges behind it, every path absolute. */
typedef struct paired_jobs {
  const cf_campaign *campaign;
  const cf_round *round;
  const cf_slurm_options *options;
  uint32_t attempt;
  char name[CF_SLURM_NAME];
  char directory[CF_CAMPAIGN_PATH];
  char output[CF_CAMPAIGN_PATH];
} paired_jobs;

/* ---- options ----------------------------------------------------------------------------------------------- */

/* What the user passes on, taken apart. */
typedef struct words {
  char *text;
  unsigned count;
  const char *word[WORDS];
} words;

/* Copies one word and returns what is behind it; NULL: a quote is not closed. */
static const char *copy_word(const char *from, char **to) {
  char quote = '\0';
  for (; *from && (quote || !isspace((unsigned char)*from)); from++) {
    if (quote && *from == quote) {
      quote = '\0';
    } else if (!quote && (*from == '\'' || *from == '"')) {
      quote = *from;
    } else {
      *(*to)++ = *from;
    }
  }
  *(*to)++ = '\0';
  return quote ? NULL : from;
}

/* Options of sbatch that would break what the jobs rest on. */
static bool is_ours(const char *word) {
  static const char *const option[] = {"--array", "--dependency", "--job-name", "--wait", "--wrap"};
  for (unsigned i = 0; i < sizeof option / sizeof option[0]; i++) {
    size_t length = strlen(option[i]);
    if (strncmp(word, option[i], length) == 0 && (word[length] == '\0' || word[length] == '=')) return true;
  }
  return word[0] == '-' && word[1] && strchr("adJW", word[1]);
}

static cf_status split(const char *flags, words *into, cf_diag *diag) {
  *into = (words){.text = calloc(strlen(flags) + 1, 1)};
  if (!into->text) return cf_fail(diag, CF_INTERNAL, "no memory");
  char *to = into->text;
  for (const char *from = flags; *(from += strspn(from, " \t\r\n"));) {
    if (into->count == WORDS) return cf_fail(diag, CF_USAGE, "--sbatch: more than %d words", WORDS);
    const char *word = into->word[into->count++] = to;
    from = copy_word(from, &to);
    if (!from) return cf_fail(diag, CF_USAGE, "--sbatch: a quote is not closed in %s", flags);
    if (is_ours(word)) return cf_fail(diag, CF_USAGE, "--sbatch: %s is not free, coldfleet sets it itself", word);
    if (into->count == 1 && word[0] != '-')
      return cf_fail(diag, CF_USAGE, "--sbatch: '%s' is no option of sbatch: an option begins with -", word);
  }
  return CF_OK;
}

static cf_status check_flags(const cf_slurm_options *options, cf_diag *diag) {
  if (!options->sbatch_flags) return CF_OK;
  words flags;
  cf_status status = split(options->sbatch_flags, &flags, diag);
  free(flags.text);
  return status;
}

static cf_status check_path(const char *path, const char *refused, cf_diag *diag) {
  for (const char *c = path; *c; c++)
    if (iscntrl((unsigned char)*c) || strchr(refused, *c))
      return cf_fail(diag, CF_USAGE, "'%s' cannot stand in a script for Slurm: it holds %s. Choose another directory",
                     path, iscntrl((unsigned char)*c) ? "a control character" : "a backslash");
  return CF_OK;
}

/* The path from the root; of what does not exist yet, as it stands. False: it cannot be told. */
static bool absolute(const char *path, char out[CF_CAMPAIGN_PATH]) {
  char real[PATH_MAX], here[PATH_MAX] = "";
  bool is_there = realpath(path, real) != NULL;
  if (!is_there && path[0] != '/' && !getcwd(here, sizeof here)) return false;
  return snprintf(out, CF_CAMPAIGN_PATH, "%s%s%s", here, here[0] ? "/" : "", is_there ? real : path) < CF_CAMPAIGN_PATH;
}

static cf_status make_batch(const cf_campaign *campaign, const cf_round *round, const cf_slurm_options *options,
                            uint32_t attempt, paired_jobs *made, cf_diag *diag) {
  *made = (paired_jobs){.campaign = campaign, .round = round, .options = options, .attempt = attempt};
  if (options->time_limit_s > 0 && options->time_limit_s < CF_SLURM_LEAST_LIMIT_S)
    return cf_fail(
        diag, CF_USAGE,
        "a time limit of %g s is too short for Slurm, which counts in minutes: give each task at least %d min",
        options->time_limit_s, CF_SLURM_LEAST_LIMIT_S / 60);
  cf_status status = check_flags(options, diag);
  if (status == CF_OK && !absolute(campaign->directory, made->directory))
    status = cf_fail(diag, CF_IO, "%s: cannot be found from the root", campaign->directory);
  if (status == CF_OK && !absolute(options->output, made->output))
    status = cf_fail(diag, CF_IO, "%s: cannot be found from the root", options->output);
  if (status == CF_OK) status = check_path(made->directory, "\\", diag);
  if (status == CF_OK) status = check_path(made->output, "", diag);
  if (status == CF_OK) status = check_path(options->program, "", diag);
  cf_slurm_name(campaign, made->name);
  return status;
}

const char *cf_slurm_name(const cf_campaign *campaign, char name[CF_SLURM_NAME]) {
  char directory[CF_CAMPAIGN_PATH];
  const char *path = absolute(campaign->directory, directory) ? directory : campaign->directory;
  uint64_t hash = 0;
  for (const char *c = path; *c; c++) hash = cf_hash2(hash, (unsigned char)*c);
  snprintf(name, CF_SLURM_NAME, "coldfleet-%.64s-%08x", campaign->plan->name, (unsigned)(hash >> 32));
  for (char *c = name; *c; c++)
    if (!isalnum((unsigned char)*c) && !strchr("._-", *c)) *c = '-';
  return name;
}

/* ---- scripts ----------------------------------------------------------------------------------------------- */

/* "round-3.sh", of a further attempt "round-3.1.sh". */
static void script_name(const paired_jobs *batch, const char *which, char name[FILE_NAME]) {
  if (batch->attempt) {
    snprintf(name, FILE_NAME, "%s-%u.%u.sh", which, batch->round->number, batch->attempt);
  } else {
    snprintf(name, FILE_NAME, "%s-%u.sh", which, batch->round->number);
  }
}

/* One word for a shell, and for the lines that sbatch reads. */
static void put_quoted(FILE *out, const char *text) {
  fputc('\'', out);
  for (; *text; text++) {
    if (*text == '\'') {
      fputs("'\\''", out);
    } else {
      fputc(*text, out);
    }
  }
  fputc('\'', out);
}

/* The pattern of a log file: % begins what Slurm replaces. */
static void put_log(FILE *out, const char *directory, const char *pattern) {
  char quoted[2 * CF_CAMPAIGN_PATH], *to = quoted;
  for (const char *c = directory; *c; c++) {
    if (*c == '%') *to++ = '%';
    *to++ = *c;
  }
  snprintf(to, sizeof quoted - (size_t)(to - quoted), "/log/%s", pattern);
  fputs("#SBATCH --output=", out);
  put_quoted(out, quoted);
  fputc('\n', out);
}

static void put_head(const paired_jobs *batch, FILE *out, const char *log) {
  fprintf(out, "#SBATCH --job-name=%s\n", batch->name);
  put_log(out, batch->directory, log);
  fputs("#SBATCH --open-mode=append\n#SBATCH --requeue\n", out);
}

static void put_round(const paired_jobs *batch, FILE *out) {
  const cf_slurm_options *options = batch->options;
  fprintf(out, "#!/bin/sh\n# Round %u: %u runs in %u parts.\n", batch->round->number, batch->round->list.count,
          batch->round->shards);
  put_head(batch, out, "slurm-%A_%a.log");
  fprintf(out, "#SBATCH --array=1-%u", batch->round->shards);
  if (options->most_at_once) fprintf(out, "%%%u", options->most_at_once);
  fputc('\n', out);
  if (options->time_limit_s > 0) {
    double minutes = ceil(options->time_limit_s / 60.0);
    fprintf(out, "#SBATCH --time=%.0f:%02.0f:00\n#SBATCH --signal=B:USR1@%d\n", floor(minutes / 60.0),
            fmod(minutes, 60.0), CF_SLURM_WARNING_S);
  }
  fputs("exec ", out);
  put_quoted(out, options->program);
  fputs(" work ", out);
  put_quoted(out, batch->directory);
  fputs(" --shard \"$SLURM_ARRAY_TASK_ID\"\n", out);
}

static void put_merge(const paired_jobs *batch, FILE *out) {
  const cf_slurm_options *options = batch->options;
  fprintf(out, "#!/bin/sh\n# After round %u: merges, or submits what is missing or comes next.\n",
          batch->round->number);
  put_head(batch, out, "merge-%j.log");
  fputs("exec ", out);
  put_quoted(out, options->program);
  fputs(" merge ", out);
  put_quoted(out, batch->directory);
  fputs(" -o ", out);
  put_quoted(out, batch->output);
  fprintf(out, " --launcher slurm --attempt %u --retries %u", batch->attempt, options->retries);
  if (options->time_limit_s > 0) fprintf(out, " --time-limit %.17gs", options->time_limit_s);
  if (options->most_at_once) fprintf(out, " --at-once %u", options->most_at_once);
  if (options->sbatch_flags) {
    fputs(" --sbatch ", out);
    put_quoted(out, options->sbatch_flags);
  }
  fputc('\n', out);
}

static void put_script(const paired_jobs *batch, const char *which, FILE *out) {
  (which == round_script ? put_round : put_merge)(batch, out);
}

static cf_status make_directory(const paired_jobs *batch, const char *name, cf_diag *diag) {
  char path[CF_CAMPAIGN_PATH + FILE_NAME];
  snprintf(path, sizeof path, "%s/%s", batch->directory, name);
  if (mkdir(path, 0777) == 0 || errno == EEXIST) return CF_OK;
  return cf_fail(diag, CF_IO, "cannot make the directory %s: %s", path, strerror(errno));
}

static void script_path(const paired_jobs *batch, const char *which, char path[CF_CAMPAIGN_PATH + FILE_NAME]) {
  char name[FILE_NAME];
  script_name(batch, which, name);
  snprintf(path, CF_CAMPAIGN_PATH + FILE_NAME, "%s/slurm/%.48s", batch->directory, name);
}

static cf_status write_script(const paired_jobs *batch, const char *which, cf_diag *diag) {
  char path[CF_CAMPAIGN_PATH + FILE_NAME];
  script_path(batch, which, path);
  FILE *file = fopen(path, "w");
  if (!file) return cf_fail(diag, CF_IO, "cannot write %s: %s", path, strerror(errno));
  put_script(batch, which, file);
  bool bad = ferror(file) != 0;
  if (fclose(file) != 0 || bad) return cf_fail(diag, CF_IO, "cannot write %s: %s", path, strerror(errno));
  return CF_OK;
}

cf_status cf_slurm_write(const cf_campaign *campaign, const cf_round *round, const cf_slurm_options *options,
                         uint32_t attempt, cf_diag *diag) {
  paired_jobs made;
  cf_status status = make_batch(campaign, round, options, attempt, &made, diag);
  if (status == CF_OK) status = make_directory(&made, "slurm", diag);
  if (status == CF_OK) status = make_directory(&made, "log", diag);
  if (status == CF_OK) status = write_script(&made, round_script, diag);
  if (status == CF_OK) status = write_script(&made, merge_script, diag);
  return status;
}

cf_status cf_slurm_print(const cf_campaign *campaign, const cf_round *round, const cf_slurm_options *options,
                         uint32_t attempt, FILE *out, cf_diag *diag) {
  paired_jobs made;
  cf_status status = make_batch(campaign, round, options, attempt, &made, diag);
  if (status != CF_OK) return status;
  const char *const which[] = {round_script, merge_script};
  for (unsigned i = 0; i < 2; i++) {
    char path[CF_CAMPAIGN_PATH + FILE_NAME];
    script_path(&made, which[i], path);
    fprintf(out, "%s# %s, submitted by: sbatch%s%s%s\n", i ? "\n" : "", path, options->sbatch_flags ? " " : "",
            options->sbatch_flags ? options->sbatch_flags : "", i ? " --dependency=afterany:ARRAY" : "");
    put_script(&made, which[i], out);
  }
  return CF_OK;
}

/* ---- submission -------------------------------------------------------------------------------------------- */

/* One command line of sbatch. The token is an argument that no script looks at; by it the job is found again. */
typedef struct submission {
  const paired_jobs *batch;
  const char *which;
  words flags;
  char script[CF_CAMPAIGN_PATH + FILE_NAME], dependency[64], token[64];
  const char *argv[WORDS + 6];
  cf_child child; /* who was run last */
} submission;

static void compose(submission *asked, const char *after) {
  unsigned n = 0;
  asked->argv[n++] = "sbatch";
  asked->argv[n++] = "--parsable";
  for (unsigned i = 0; i < asked->flags.count; i++) asked->argv[n++] = asked->flags.word[i];
  if (after) {
    snprintf(asked->dependency, sizeof asked->dependency, "--dependency=afterany:%s", after);
    asked->argv[n++] = asked->dependency;
  }
  script_path(asked->batch, asked->which, asked->script);
  asked->argv[n++] = asked->script;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  snprintf(asked->token, sizeof asked->token, "submitted-%lld.%09ld-%ld", (long long)now.tv_sec, now.tv_nsec,
           (long)getpid());
  asked->argv[n++] = asked->token;
  asked->argv[n] = NULL;
}

/* Digits at the beginning of `text`, up to a blank, a line's end or the semicolon before a cluster's name. */
static bool read_id(const char *text, char id[32]) {
  size_t digits = strspn(text, "0123456789");
  if (digits == 0 || digits >= 32 || !strchr("; \n", text[digits])) return false;
  memcpy(id, text, digits);
  id[digits] = '\0';
  return true;
}

/* What the program `who` said, on one line and without "sbatch: error: ". */
static void one_line(const cf_child *said, const char *who, char *line, size_t size) {
  static const char *const head[] = {"sbatch: ", "squeue: ", "error: ", "fatal: "};
  const char *from = said->err[strspn(said->err, " \n")] ? said->err : said->out;
  size_t length = 0;
  line[0] = '\0';
  while (*from && length + 3 < size) {
    for (unsigned i = 0; i < sizeof head / sizeof head[0]; i++)
      if (strncmp(from, head[i], strlen(head[i])) == 0) from += strlen(head[i]);
    size_t run = strcspn(from, "\n");
    if (run) length += (size_t)snprintf(line + length, size - length, "%s%.*s", length ? "; " : "", (int)run, from);
    from += run + (from[run] != '\0');
  }
  if (!line[0]) snprintf(line, size, "%s ended with status %d and said nothing", who, said->status);
}

/* Words of Slurm when it could not be reached or had no time; a later try may do. */
static bool is_busy(const char *said) {
  static const char *const word[] = {
      "Unable to contact", "Socket timed out", "temporarily unable", "temporarily unavailable",
      "Zero Bytes were",   "standby mode",     "Communication",      "Unable to create job record, try again"};
  for (unsigned i = 0; i < sizeof word / sizeof word[0]; i++)
    if (strstr(said, word[i])) return true;
  return false;
}

/* False when the user wants to stop. */
static bool wait_for(double seconds, const volatile int *stop) {
  static const long step_ms = 100;
  for (long left_ms = (long)ceil(seconds * 1e3); left_ms > 0; left_ms -= step_ms) {
    if (stop && __atomic_load_n(stop, __ATOMIC_RELAXED)) return false;
    struct timespec nap = {0, 1000000 * (left_ms < step_ms ? left_ms : step_ms)};
    nanosleep(&nap, NULL);
  }
  return true;
}

typedef enum found { FOUND, NOT_FOUND, NO_ANSWER } found;

/* An answer may get lost after the job was taken: Slurm is asked whether it has it, newest first. */
static found look_for(submission *asked, char id[32]) {
  char name[CF_SLURM_NAME + 8];
  snprintf(name, sizeof name, "--name=%s", asked->batch->name);
  const char *const argv[] = {"squeue", "--noheader", "--states=all", name, "--sort=-i", "--format=%F %o", NULL};
  if (cf_child_run(argv, &asked->child) != 0 || asked->child.status != 0) return NO_ANSWER;
  for (char *line = asked->child.out, *rest = NULL; (line = strtok_r(line, "\n", &rest)); line = NULL)
    if (strstr(line, asked->token) && read_id(line + strspn(line, " "), id)) return FOUND;
  return NOT_FOUND;
}

/* Adds the numbers of the jobs that squeue shows, but for the one that this is. */
static void list_others(char *shown, char *numbers, size_t size) {
  const char *own = getenv("SLURM_JOB_ID");
  for (char *line = shown, *rest = NULL; (line = strtok_r(line, "\n", &rest)); line = NULL) {
    char id[32];
    if (!read_id(line + strspn(line, " "), id) || (own && strcmp(own, id) == 0)) continue;
    size_t length = strlen(numbers);
    const char *number = strrchr(line, ' ');
    snprintf(numbers + length, size - length, "%s%s", length ? ", " : "", number ? number + 1 : line);
  }
}

/* CF_OK when squeue has answered, or there is none: then it has said nothing. */
static cf_status ask_squeue(const char *const *argv, const cf_slurm_options *options, cf_child *child, cf_diag *diag) {
  double first_s = options->wait_s > 0 ? options->wait_s : 1;
  char said[320] = "";
  for (unsigned tries = 0; tries < TRIES; tries++) {
    if (tries > 0 && !wait_for(ldexp(first_s, (int)tries - 1), options->stop)) break;
    int error = cf_child_run(argv, child);
    if (error == ENOENT) child->out[0] = '\0';
    if (error == ENOENT || (error == 0 && child->status == 0)) return CF_OK;
    if (error) return cf_fail(diag, CF_IO, "cannot start squeue: %s", strerror(error));
    one_line(child, "squeue", said, sizeof said);
    if (!is_busy(said)) break;
  }
  return cf_fail(diag, CF_IO, "Slurm does not say whether it still has jobs of this sweep: %s. Try again later", said);
}

cf_status cf_slurm_check_idle(const cf_campaign *campaign, const cf_slurm_options *options, cf_diag *diag) {
  char name[CF_SLURM_NAME], wanted[CF_SLURM_NAME + 8], numbers[128] = "";
  snprintf(wanted, sizeof wanted, "--name=%s", cf_slurm_name(campaign, name));
  const char *const argv[] = {"squeue", "--noheader",     "--states=PENDING,RUNNING,SUSPENDED",
                              wanted,   "--format=%A %i", NULL};
  cf_child *child = malloc(sizeof *child);
  if (!child) return cf_fail(diag, CF_INTERNAL, "no memory");
  cf_status status = ask_squeue(argv, options, child, diag);
  if (status == CF_OK) list_others(child->out, numbers, sizeof numbers);
  free(child);
  if (status != CF_OK || !numbers[0]) return status;
  return cf_fail(diag, CF_IO,
                 "Slurm still has jobs of %s (%s): `coldfleet status` says how far they are, `scancel --name=%s` ends"
                 " them all",
                 campaign->directory, numbers, name);
}

bool cf_slurm_may_have_jobs(const cf_campaign *campaign) {
  char name[CF_SLURM_NAME], wanted[CF_SLURM_NAME + 8];
  snprintf(wanted, sizeof wanted, "--name=%s", cf_slurm_name(campaign, name));
  const char *const argv[] = {"squeue", "--noheader", wanted, "--format=%A", NULL};
  cf_child *child = malloc(sizeof *child);
  bool answered = child && cf_child_run(argv, child) == 0 && child->status == 0;
  bool has_any = !answered || child->out[strspn(child->out, " \n")];
  free(child);
  return has_any;
}

static cf_status refused(const submission *asked, const char *said, cf_diag *diag) {
  const char *hint = asked->which == round_script && asked->batch->round->shards > CF_SLURM_TASKS
                         ? ". Many clusters take no more than 1000 tasks in an array: use fewer --shards"
                         : "";
  return cf_fail(diag, CF_IO, "Slurm did not take %s: %s%s", asked->script, said, hint);
}

static cf_status no_start(int error, cf_diag *diag) {
  if (error != ENOENT) return cf_fail(diag, CF_IO, "cannot start sbatch: %s", strerror(error));
  return cf_fail(
      diag, CF_USAGE,
      "there is no sbatch on PATH: run this where jobs are submitted, or install it (package slurm-client), or "
      "use --launcher manual and give the parts to `coldfleet work` yourself");
}

static cf_status submit_with(submission *asked, char id[32], cf_diag *diag) {
  cf_child *child = &asked->child;
  const cf_slurm_options *options = asked->batch->options;
  char said[320] = "";
  double wait_s = options->wait_s > 0 ? options->wait_s : 1;
  for (unsigned tries = 0; tries < TRIES; tries++) {
    if (tries > 0) {
      if (!wait_for(wait_s, options->stop)) break;
      wait_s *= 2;
      found there = look_for(asked, id);
      if (there == FOUND) return CF_OK;
      if (there == NO_ANSWER) continue;
    }
    int error = cf_child_run(asked->argv, child);
    if (error) return no_start(error, diag);
    if (child->status == 0 && read_id(child->out, id)) return CF_OK;
    one_line(child, "sbatch", said, sizeof said);
    if (child->status == 0) return cf_fail(diag, CF_IO, "sbatch did not print a job's number but: %s", said);
    if (!is_busy(said)) return refused(asked, said, diag);
  }
  return cf_fail(diag, CF_IO,
                 "Slurm is out of reach: %s. Before trying again, see whether it has the job: squeue --name=%s", said,
                 asked->batch->name);
}

/* Submits one script, after job `after` if that is not NULL. */
static cf_status submit(const paired_jobs *batch, const char *which, const char *after, char id[32], cf_diag *diag) {
  submission *asked = calloc(1, sizeof *asked);
  if (!asked) return cf_fail(diag, CF_INTERNAL, "no memory");
  asked->batch = batch;
  asked->which = which;
  const char *flags = batch->options->sbatch_flags;
  cf_status status = flags ? split(flags, &asked->flags, diag) : CF_OK;
  if (status == CF_OK) {
    compose(asked, after);
    status = submit_with(asked, id, diag);
  }
  free(asked->flags.text);
  free(asked);
  return status;
}

cf_status cf_slurm_submit(const cf_campaign *campaign, const cf_round *round, const cf_slurm_options *options,
                          uint32_t attempt, cf_slurm_jobs *jobs, cf_diag *diag) {
  *jobs = (cf_slurm_jobs){"", ""};
  paired_jobs made;
  cf_status status = make_batch(campaign, round, options, attempt, &made, diag);
  if (status == CF_OK) status = cf_slurm_check_idle(campaign, options, diag);
  if (status == CF_OK) status = submit(&made, round_script, NULL, jobs->array, diag);
  if (status != CF_OK) return status;
  status = submit(&made, merge_script, jobs->array, jobs->merge, diag);
  if (status == CF_OK) return CF_OK;
  return cf_fail(diag, status,
                 "the array is submitted as job %s, but nothing will merge it: when it has ended, run"
                 " `coldfleet merge %s`; to give it up, `scancel %s`",
                 jobs->array, made.directory, jobs->array);
}
