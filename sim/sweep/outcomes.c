/* What the shards of a campaign say, put together: cf_campaign_outcomes and cf_campaign_glance. */
#include "sweep/campaign.h"

#include "store/shard.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FEW = 256 };

/* An outcome and the shard that it stands in. */
typedef struct row {
  cf_outcome outcome;
  uint32_t shard;
} row;

typedef struct collector {
  const cf_campaign *campaign;
  cf_outcomes *outcomes;
  row *row;
  size_t rows, room;
  size_t first;   /* row of the shard at hand */
  size_t at;      /* row that is looked for, while the trials' values are read */
  bool of_trials; /* the column is the trials' */
  uint32_t shard;
  const char **text; /* interned: open addressing, at most half full */
  size_t texts, text_room;
} collector;

/* ---- texts ------------------------------------------------------------------------------------------------------- */

static uint64_t hash_of(const char *text) {
  uint64_t hash = 0;
  for (; *text; text++) hash = cf_hash2(hash, (unsigned char)*text);
  return hash;
}

static const char **place_of(const char **table, size_t room, const char *text) {
  size_t at = hash_of(text) % room;
  while (table[at] && strcmp(table[at], text) != 0) at = (at + 1) % room;
  return &table[at];
}

static bool widen_texts(collector *c) {
  size_t room = c->text_room ? c->text_room * 2 : FEW;
  const char **wider = calloc(room, sizeof *wider);
  if (!wider) return false;
  for (size_t i = 0; i < c->text_room; i++)
    if (c->text[i]) *place_of(wider, room, c->text[i]) = c->text[i];
  free((void *)c->text);
  c->text = wider;
  c->text_room = room;
  return true;
}

/* NULL: no memory. */
static const char *intern(collector *c, const char *text) {
  if (2 * (c->texts + 1) > c->text_room && !widen_texts(c)) return NULL;
  const char **place = place_of(c->text, c->text_room, text);
  if (!*place) {
    *place = cf_arena_copy(c->outcomes->arena, text, strlen(text));
    c->texts++;
  }
  return *place;
}

/* ---- rows -------------------------------------------------------------------------------------------------------- */

static cf_status no_memory(const collector *c, cf_diag *diag) {
  return cf_fail(diag, CF_INTERNAL, "no memory for the results in %s", c->campaign->directory);
}

static bool make_room(collector *c) {
  if (c->rows < c->room) return true;
  size_t room = c->room ? c->room * 2 : FEW;
  row *wider = realloc(c->row, room * sizeof *wider);
  if (!wider) return false;
  c->row = wider;
  c->room = room;
  return true;
}

static cf_status take_value(collector *c, const cf_shard_run *run) {
  while (c->at < c->rows && c->row[c->at].outcome.run_id < run->run_id) c->at++;
  if (c->at < c->rows && c->row[c->at].outcome.run_id == run->run_id && run->done && run->run_id > c->campaign->runs)
    c->row[c->at].outcome.value = run->value;
  return CF_OK;
}

static cf_status on_run(void *self, const cf_shard_run *run, cf_diag *diag) {
  collector *c = self;
  if (c->of_trials) return take_value(c, run);
  if (run->run_id == 0 || run->run_id > c->campaign->runs + c->campaign->trials)
    return cf_fail(diag, CF_INPUT, "%s: holds run %u, and the plan has %u runs and %u trials",
                   c->outcomes->shard[c->shard], run->run_id, c->campaign->runs, c->campaign->trials);
  const char *error = run->done ? NULL : intern(c, run->error ? run->error : "for a reason that was not recorded");
  if ((!run->done && !error) || !make_room(c)) return no_memory(c, diag);
  cf_outcome outcome = {.run_id = run->run_id,
                        .done = run->done,
                        .wall_s = (float)run->wall_s,
                        .cpu_s = (float)run->cpu_s,
                        .value = run->done ? run->value : (double)NAN,
                        .error = error};
  if (run->done) outcome.digest = run->digest;
  c->row[c->rows++] = (row){outcome, c->shard};
  return CF_OK;
}

static cf_status scan(collector *c, bool glance, cf_diag *diag) {
  cf_status (*read)(const char *, const char *, const char *, cf_shard_row, void *, cf_diag *) =
      glance ? cf_shard_glance : cf_shard_scan;
  const char *path = c->outcomes->shard[c->shard], *hash = c->campaign->plan_sha256;
  const char *column = cf_campaign_column(c->campaign, CF_STAGE_RUN);
  const char *tuned = cf_campaign_column(c->campaign, CF_STAGE_TUNE);
  c->first = c->at = c->rows;
  c->of_trials = false;
  cf_status status = read(path, hash, column, on_run, c, diag);
  bool trials = c->rows > c->first && c->row[c->rows - 1].outcome.run_id > c->campaign->runs;
  if (status != CF_OK || !trials || strcmp(tuned, column) == 0) return status;
  c->of_trials = true;
  return read(path, hash, tuned, on_run, c, diag);
}

static cf_status scan_all(collector *c, bool glance, cf_diag *diag) {
  for (c->shard = 0; c->shard < c->outcomes->shards; c->shard++) {
    cf_diag own;
    cf_diag_init(&own);
    cf_status status = scan(c, glance, glance ? &own : diag);
    if (glance && status == CF_IO) {
      c->rows = c->first;
      c->outcomes->unread++;
    } else if (status != CF_OK) {
      return glance ? cf_fail(diag, status, "%s", own.entry[0].text) : status;
    }
  }
  return CF_OK;
}

/* ---- together ---------------------------------------------------------------------------------------------------- */

/* By run, inside by shard. */
static int by_run(const void *a, const void *b) {
  const row *x = a, *y = b;
  if (x->outcome.run_id != y->outcome.run_id) return x->outcome.run_id < y->outcome.run_id ? -1 : 1;
  return x->shard < y->shard ? -1 : x->shard > y->shard;
}

/* Done wins over failed; of several failures the first shard's is told. */
static cf_status unite(collector *c, cf_diag *diag) {
  cf_outcomes *outcomes = c->outcomes;
  qsort(c->row, c->rows, sizeof *c->row, by_run);
  outcomes->outcome = CF_ARENA_ARRAY(outcomes->arena, cf_outcome, c->rows);
  if (!outcomes->outcome) return no_memory(c, diag);
  const row *last = NULL;
  for (size_t i = 0; i < c->rows; i++) {
    const row *one = &c->row[i];
    if (!last || last->outcome.run_id != one->outcome.run_id) {
      outcomes->count++;
    } else if (last->outcome.done && one->outcome.done &&
               memcmp(&last->outcome.digest, &one->outcome.digest, sizeof last->outcome.digest) != 0) {
      return cf_fail(diag, CF_INTERNAL,
                     "run %u came out differently in %s and in %s: their digests differ; please report it as a defect",
                     one->outcome.run_id, outcomes->shard[last->shard], outcomes->shard[one->shard]);
    } else if (last->outcome.done || !one->outcome.done) {
      continue;
    }
    outcomes->outcome[outcomes->count - 1] = one->outcome;
    last = one;
  }
  return CF_OK;
}

static int is_shard(const struct dirent *entry) {
  size_t length = strlen(entry->d_name);
  return entry->d_name[0] != '.' && length > 3 && strcmp(entry->d_name + length - 3, ".db") == 0;
}

static int by_name(const struct dirent **a, const struct dirent **b) { return strcmp((*a)->d_name, (*b)->d_name); }

static cf_status keep_names(collector *c, const char *directory, struct dirent *const *entry, int count,
                            cf_diag *diag) {
  char path[CF_CAMPAIGN_PATH + 320];
  cf_outcomes *outcomes = c->outcomes;
  outcomes->shard = CF_ARENA_ARRAY(outcomes->arena, char *, count + 1);
  if (!outcomes->shard) return no_memory(c, diag);
  for (int i = 0; i < count; i++) {
    int length = snprintf(path, sizeof path, "%s/%s", directory, entry[i]->d_name);
    outcomes->shard[i] = cf_arena_copy(outcomes->arena, path, (size_t)length);
    if (!outcomes->shard[i]) return no_memory(c, diag);
  }
  outcomes->shards = (uint32_t)count;
  return CF_OK;
}

static cf_status list_shards(collector *c, cf_diag *diag) {
  char directory[CF_CAMPAIGN_PATH + 16], cause[128];
  struct dirent **entry = NULL;
  snprintf(directory, sizeof directory, "%s/shards", c->campaign->directory);
  int count = scandir(directory, &entry, is_shard, by_name);
  if (count < 0 && errno == ENOENT) return CF_OK;
  if (count < 0)
    return cf_fail(diag, CF_IO, "%s: cannot list the shards: %s", directory, strerror_r(errno, cause, sizeof cause));
  cf_status status = keep_names(c, directory, entry, count, diag);
  for (int i = 0; i < count; i++) free(entry[i]);
  free(entry);
  return status;
}

static cf_status look(const cf_campaign *campaign, bool glance, cf_outcomes *outcomes, cf_diag *diag) {
  *outcomes = (cf_outcomes){.arena = cf_arena_create(0)};
  collector c = {.campaign = campaign, .outcomes = outcomes};
  if (!outcomes->arena) return no_memory(&c, diag);
  cf_status status = list_shards(&c, diag);
  if (status == CF_OK) status = scan_all(&c, glance, diag);
  if (status == CF_OK && c.rows > 0) status = unite(&c, diag);
  free(c.row);
  free((void *)c.text);
  if (status != CF_OK) cf_outcomes_free(outcomes);
  return status;
}

cf_status cf_campaign_outcomes(const cf_campaign *campaign, cf_outcomes *outcomes, cf_diag *diag) {
  return look(campaign, false, outcomes, diag);
}

cf_status cf_campaign_glance(const cf_campaign *campaign, cf_outcomes *outcomes, cf_diag *diag) {
  return look(campaign, true, outcomes, diag);
}

void cf_outcomes_free(cf_outcomes *outcomes) {
  if (outcomes->arena) cf_arena_destroy(outcomes->arena);
  *outcomes = (cf_outcomes){0};
}
