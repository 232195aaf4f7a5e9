#include "sweep/round.h"

#include "sweep/tune.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sha256.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINE_BYTES = 100, NAME_BYTES = CF_CAMPAIGN_PATH + 64, SHA_DIGITS = 64 };

static const char *const stage_name[] = {"tune", "refine", "run", "done"};
static const char first_line[] = "coldfleet round\n";
static const char retry_line[] = "retry failed";

/* ---- in memory --------------------------------------------------------------------------------------------------- */

bool cf_round_make(cf_round *round, uint32_t settings, uint32_t runs) {
  *round = (cf_round){.settings = settings, .list.count = runs};
  round->setting = calloc(settings + 1, sizeof *round->setting);
  round->list.run_id = calloc((size_t)runs + 1, sizeof *round->list.run_id);
  if (round->setting && round->list.run_id) return true;
  cf_round_free(round);
  return false;
}

bool cf_round_set(cf_round *round, uint32_t index, const char *text) {
  round->setting[index] = (cf_setting){.text = strdup(text), .origin = "tune"};
  return round->setting[index].text != NULL;
}

void cf_round_free(cf_round *round) {
  for (uint32_t i = 0; round->setting && i < round->settings; i++) free((char *)round->setting[i].text);
  free(round->setting);
  free(round->list.run_id);
  *round = (cf_round){0};
}

void cf_round_part(const cf_round *round, uint32_t shard, uint32_t *first, uint32_t *count) {
  uint32_t each = round->list.count / round->shards, rest = round->list.count % round->shards;
  *first = (shard - 1) * each + (shard - 1 < rest ? shard - 1 : rest);
  *count = each + (shard - 1 < rest);
}

void cf_round_runs(const cf_campaign *campaign, cf_stage stage, uint32_t *first, uint32_t *count) {
  cf_tune tune = cf_tune_of(campaign->plan);
  uint32_t half = (uint32_t)cf_tune_trials(&tune, tune.first_half);
  switch (stage) {
    case CF_STAGE_TUNE:
      *first = campaign->runs + 1;
      *count = half;
      break;
    case CF_STAGE_REFINE:
      *first = campaign->runs + half + 1;
      *count = campaign->trials - half;
      break;
    case CF_STAGE_RUN:
      *first = 1;
      *count = campaign->runs;
      break;
    case CF_STAGE_DONE:
      *first = 1;
      *count = 0;
      break;
  }
}

/* ---- writing ----------------------------------------------------------------------------------------------------- */

static void write_runs(const cf_run_list *list, FILE *out) {
  int column = 0;
  for (uint32_t i = 0, last; i < list->count; i = last + 1) {
    last = i;
    while (last + 1 < list->count && list->run_id[last + 1] == list->run_id[last] + 1) last++;
    if (column > LINE_BYTES) column = 0, fputc('\n', out);
    column += fprintf(out, column ? " %u" : "runs %u", list->run_id[i]);
    if (last > i) column += fprintf(out, "-%u", list->run_id[last]);
  }
  if (column) fputc('\n', out);
}

/* The text of a round, to be freed; NULL: no memory. */
static char *text_of(const cf_campaign *campaign, const cf_round *round, size_t *length) {
  char *text = NULL, sha256[SHA_DIGITS + 1];
  FILE *out = open_memstream(&text, length);
  if (!out) return NULL;
  fprintf(out, "%splan %s\nstage %s\nnumber %u\nshards %u\n", first_line, campaign->plan_sha256,
          stage_name[round->stage], round->number, round->shards);
  if (round->retry_failed) fprintf(out, "%s\n", retry_line);
  for (uint32_t i = 0; i < round->settings; i++) fprintf(out, "set %s\n", round->setting[i].text);
  write_runs(&round->list, out);
  bool good = fflush(out) == 0 && !ferror(out);
  if (good) fprintf(out, "sha256 %s\n", SHA256Data((const uint8_t *)text, *length, sha256));
  good = fclose(out) == 0 && good;
  if (good) return text;
  free(text);
  return NULL;
}

static cf_status system_error(const char *path, const char *what, int error, cf_diag *diag) {
  char cause[128];
  return cf_fail(diag, CF_IO, "%s: cannot %s: %s", path, what, strerror_r(error, cause, sizeof cause));
}

/* 0 or errno. */
static int write_all(int file, const char *bytes, size_t length) {
  for (size_t at = 0; at < length;) {
    ssize_t wrote = write(file, bytes + at, length - at);
    if (wrote < 0 && errno != EINTR) return errno;
    if (wrote > 0) at += (size_t)wrote;
  }
  return fsync(file) == 0 ? 0 : errno;
}

static void sync_directory(const char *directory) {
  int file = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return;
  fsync(file);
  close(file);
}

static cf_status replace_file(const char *directory, const char *bytes, size_t length, cf_diag *diag) {
  char path[NAME_BYTES], fresh[NAME_BYTES];
  snprintf(path, sizeof path, "%s/round", directory);
  snprintf(fresh, sizeof fresh, "%s/round.%ld.new", directory, (long)getpid());
  int file = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0) return system_error(path, "write it", errno, diag);
  int error = write_all(file, bytes, length);
  if (close(file) != 0 && error == 0) error = errno;
  if (error == 0 && rename(fresh, path) != 0) error = errno;
  if (error == 0) {
    sync_directory(directory);
    return CF_OK;
  }
  unlink(fresh);
  return system_error(path, "write it", error, diag);
}

cf_status cf_round_write(const cf_campaign *campaign, const cf_round *round, cf_diag *diag) {
  size_t length;
  char *text = text_of(campaign, round, &length);
  if (!text) return cf_fail(diag, CF_INTERNAL, "no memory for %s/round", campaign->directory);
  cf_status status = replace_file(campaign->directory, text, length, diag);
  free(text);
  return status;
}

/* ---- reading ----------------------------------------------------------------------------------------------------- */

typedef struct parser {
  const cf_campaign *campaign;
  const char *path, *at, *end;
  uint32_t line;
  cf_diag *diag;
} parser;

static cf_status damaged(const parser *p, const char *what) {
  cf_source where = {.file = p->path, .line = p->line, .column = 1};
  return cf_fail_at(p->diag, CF_INPUT, where,
                    "%s; the file is damaged: remove it, and `coldfleet sweep` or `merge` writes it anew", what);
}

/* The rest of the present line when it begins with the word and a blank; then goes to the next line. */
static bool take_line(parser *p, const char *word, const char **text, size_t *length) {
  const char *newline = memchr(p->at, '\n', (size_t)(p->end - p->at));
  size_t letters = strlen(word);
  if (!newline || (size_t)(newline - p->at) <= letters || memcmp(p->at, word, letters) != 0 || p->at[letters] != ' ')
    return false;
  *text = p->at + letters + 1;
  *length = (size_t)(newline - *text);
  p->at = newline + 1;
  p->line++;
  return true;
}

/* A number without a sign and leading zeros; *text goes behind it. */
static bool take_number(const char **text, const char *end, uint32_t *number) {
  uint64_t value = 0;
  const char *digit = *text;
  for (; digit < end && *digit >= '0' && *digit <= '9' && value <= UINT32_MAX; digit++)
    value = value * 10 + (uint64_t)(*digit - '0');
  if (digit == *text || value > UINT32_MAX) return false;
  *text = digit;
  *number = (uint32_t)value;
  return true;
}

static bool take_count(parser *p, const char *word, uint32_t *number) {
  const char *text;
  size_t length;
  if (!take_line(p, word, &text, &length)) return false;
  const char *end = text + length;
  return take_number(&text, end, number) && text == end && *number > 0;
}

static cf_status parse_head(parser *p, cf_round *round) {
  const char *text;
  size_t length;
  if (!take_line(p, "plan", &text, &length) || length != SHA_DIGITS) return damaged(p, "no line 'plan'");
  if (memcmp(text, p->campaign->plan_sha256, SHA_DIGITS) != 0)
    return cf_fail(p->diag, CF_INPUT, "%s: belongs to another plan, %.12s... instead of %.12s...", p->path, text,
                   p->campaign->plan_sha256);
  if (!take_line(p, "stage", &text, &length)) return damaged(p, "no line 'stage'");
  uint32_t stage = 0;
  while (stage <= CF_STAGE_DONE &&
         (strlen(stage_name[stage]) != length || memcmp(stage_name[stage], text, length) != 0))
    stage++;
  if (stage > CF_STAGE_DONE) return damaged(p, "no such stage");
  round->stage = (cf_stage)stage;
  if (!take_count(p, "number", &round->number)) return damaged(p, "no line 'number'");
  if (!take_count(p, "shards", &round->shards)) return damaged(p, "no line 'shards'");
  round->retry_failed = take_line(p, "retry", &text, &length); /* any other word than written shows in the hash */
  return CF_OK;
}

/* One range of a line; false: not one of the stage, or not behind `*last`. */
static bool take_range(const char **text, const char *end, uint32_t *last, uint32_t limit, uint32_t *from) {
  uint32_t to;
  if (!take_number(text, end, from)) return false;
  to = *from;
  if (*text < end && **text == '-') {
    ++*text;
    if (!take_number(text, end, &to)) return false;
  }
  if (*from <= *last || to < *from || to > limit) return false;
  *last = to;
  return *text == end || (**text == ' ' && ++*text < end);
}

/* Counts the runs, and lists them where `list` is not NULL. */
static bool parse_runs(parser *p, const cf_round *round, uint32_t *list, uint32_t *count) {
  uint32_t first, most, from;
  cf_round_runs(p->campaign, round->stage, &first, &most);
  uint32_t last = first - 1, limit = first - 1 + most;
  const char *text;
  size_t length;
  *count = 0;
  while (take_line(p, "runs", &text, &length)) {
    const char *end = text + length;
    while (text < end) {
      if (!take_range(&text, end, &last, limit, &from)) return false;
      for (uint32_t id = from; list && id <= last; id++) list[*count + id - from] = id;
      *count += last - from + 1;
    }
  }
  return true;
}

static uint32_t settings_of(const cf_campaign *campaign, cf_stage stage) {
  return campaign->plan->tunes && stage != CF_STAGE_TUNE ? campaign->plan->tuned : 0;
}

static cf_status parse_settings(parser *p, cf_round *round) {
  for (uint32_t i = 0; i < round->settings; i++) {
    const char *text;
    size_t length;
    char copy[CF_TUNE_TEXT];
    if (!take_line(p, "set", &text, &length) || length >= sizeof copy) return damaged(p, "no line 'set'");
    memcpy(copy, text, length);
    copy[length] = '\0';
    if (strlen(copy) != length || isnan(cf_tune_read(&p->campaign->plan->tune[i], copy)))
      return damaged(p, "not a setting that the plan tunes");
    if (!cf_round_set(round, i, copy)) return cf_fail(p->diag, CF_INTERNAL, "no memory for %s", p->path);
  }
  return CF_OK;
}

static cf_status parse_body(parser *p, cf_round *round) {
  cf_round head = *round;
  parser ahead = *p;
  uint32_t settings = settings_of(p->campaign, head.stage), count;
  const char *text;
  size_t length;
  for (uint32_t i = 0; i < settings; i++)
    if (!take_line(&ahead, "set", &text, &length)) return damaged(&ahead, "no line 'set'");
  if (!parse_runs(&ahead, &head, NULL, &count)) return damaged(&ahead, "not runs of this stage in order");
  if (!cf_round_make(round, settings, count)) return cf_fail(p->diag, CF_INTERNAL, "no memory for %s", p->path);
  round->stage = head.stage;
  round->number = head.number;
  round->shards = head.shards;
  round->retry_failed = head.retry_failed;
  cf_status status = parse_settings(p, round);
  if (status == CF_OK) parse_runs(p, round, round->list.run_id, &count);
  return status;
}

/* What was read must be written in the same way, the hash at the end included. */
static cf_status check_bytes(const parser *p, const cf_round *round, const char *bytes, size_t length) {
  size_t expected;
  char *text = text_of(p->campaign, round, &expected);
  if (!text) return cf_fail(p->diag, CF_INTERNAL, "no memory for %s", p->path);
  bool same = expected == length && memcmp(text, bytes, length) == 0;
  free(text);
  return same ? CF_OK : damaged(p, "the hash at the end does not fit, or there is more than a round");
}

cf_status cf_round_parse(const cf_campaign *campaign, const char *path, const char *bytes, size_t length,
                         cf_round *round, cf_diag *diag) {
  parser p = {campaign, path, bytes, bytes + length, 1, diag};
  size_t title = sizeof first_line - 1;
  *round = (cf_round){0};
  if (length < title || memcmp(bytes, first_line, title) != 0)
    return cf_fail(diag, CF_INPUT, "%s: is not a round of a sweep (it does not begin with 'coldfleet round')", path);
  p.at += title;
  p.line++;
  cf_status status = parse_head(&p, round);
  if (status == CF_OK) status = parse_body(&p, round);
  if (status == CF_OK) status = check_bytes(&p, round, bytes, length);
  if (status != CF_OK) cf_round_free(round);
  return status;
}

/* The caller frees *bytes in any case. */
static cf_status read_bytes(int file, const char *path, char **bytes, size_t *length, cf_diag *diag) {
  struct stat about;
  if (fstat(file, &about) != 0) return system_error(path, "read it", errno, diag);
  if (!S_ISREG(about.st_mode) || about.st_size > CF_ROUND_BYTES)
    return cf_fail(diag, CF_INPUT, "%s: is not a round of a sweep", path);
  *bytes = malloc((size_t)about.st_size + 1);
  if (!*bytes) return cf_fail(diag, CF_INTERNAL, "no memory for %s", path);
  *length = 0;
  while (*length < (size_t)about.st_size) {
    ssize_t got = read(file, *bytes + *length, (size_t)about.st_size - *length);
    if (got < 0 && errno != EINTR) return system_error(path, "read it", errno, diag);
    if (got == 0) break;
    if (got > 0) *length += (size_t)got;
  }
  return CF_OK;
}

cf_status cf_round_read(const cf_campaign *campaign, cf_round *round, cf_diag *diag) {
  char path[NAME_BYTES], *bytes = NULL;
  size_t length = 0;
  *round = (cf_round){0};
  snprintf(path, sizeof path, "%s/round", campaign->directory);
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0 && errno == ENOENT)
    return cf_fail(diag, CF_IO, "%s: nothing has been decided yet; `coldfleet sweep` or `merge` does", path);
  if (file < 0) return system_error(path, "read it", errno, diag);
  cf_status status = read_bytes(file, path, &bytes, &length, diag);
  close(file);
  if (status == CF_OK) status = cf_round_parse(campaign, path, bytes, length, round, diag);
  free(bytes);
  return status;
}
