#include "sweep/compare.h"

#include "config/suggest.h"
#include "store/query.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A finished run. Names and points are numbers of the lists in `material`. */
typedef struct sample {
  uint32_t scenario, policy, side; /* side: which database */
  uint32_t point, rep;
  uint64_t seed;
  unsigned char digest[16];
  double value, loss;
  bool left_out;
} sample;

typedef struct study_point {
  uint32_t scenario, point_id;
  const char *label;
} study_point;

typedef struct names {
  uint32_t count, room;
  const char **name;
} names;

typedef struct run_set {
  cf_arena *arena;
  names scenarios, policies;
  study_point *point;
  uint32_t points, point_room;
  sample *sample;
  size_t samples, sample_room;
  uint32_t side, first_point; /* of the database that is being read */
} run_set;

/* Samples of one scenario, policy and database, in the order of their keys. */
typedef struct run_group {
  const sample *sample;
  size_t count;
} run_group;

static cf_status no_memory(cf_diag *diag) { return cf_fail(diag, CF_INTERNAL, "no memory to compare so many runs"); }

/* Room for one more; false without memory. */
static bool grow(void **array, size_t count, size_t room, size_t item, size_t *new_room) {
  *new_room = room;
  if (count < room) return true;
  *new_room = room ? 2 * room : 64;
  void *larger = realloc(*array, *new_room * item);
  if (larger) *array = larger;
  return larger != NULL;
}

/* ---- reading ----------------------------------------------------------------------------------------------------- */

/* The number of a name. There are few, and the same one comes many times running. */
static bool intern(run_set *material, names *list, const char *text, uint32_t *number) {
  for (uint32_t i = 0; i < list->count; i++)
    if (strcmp(list->name[i], text) == 0) {
      *number = i;
      return true;
    }
  size_t room;
  void *array = (void *)list->name;
  if (!grow(&array, list->count, list->room, sizeof *list->name, &room)) return false;
  list->name = (const char **)array;
  list->room = (uint32_t)room;
  const char *copy = cf_arena_copy(material->arena, text, strlen(text));
  if (!copy) return false;
  *number = list->count;
  list->name[list->count++] = copy;
  return true;
}

/* Rows come point by point. */
static bool find_point(run_set *material, uint32_t scenario, uint32_t point_id, const char *label, uint32_t *number) {
  if (material->points > material->first_point && material->point[material->points - 1].point_id == point_id) {
    *number = material->points - 1;
    return true;
  }
  size_t room;
  void *array = material->point;
  if (!grow(&array, material->points, material->point_room, sizeof *material->point, &room)) return false;
  material->point = array;
  material->point_room = (uint32_t)room;
  const char *copy = cf_arena_copy(material->arena, label, strlen(label));
  if (!copy) return false;
  *number = material->points;
  material->point[material->points++] = (study_point){scenario, point_id, copy};
  return true;
}

enum { SCENARIO, POLICY, POINT_ID, LABEL, REP, SEED, DIGEST, LOSS, VALUE, COLUMNS };

static double number_of(const cf_cell *cell) {
  if (cell->type == CF_CELL_INTEGER) return (double)cell->as.integer;
  return cell->type == CF_CELL_REAL ? cell->as.real : NAN;
}

static const char *text_of(const cf_cell *cell) { return cell->type == CF_CELL_TEXT ? cell->as.text : ""; }

static cf_status take_run(void *self, uint32_t columns, const char *const *column, const cf_cell *cell) {
  (void)column;
  run_set *material = self;
  if (columns != COLUMNS) return CF_INTERNAL;
  size_t room;
  void *array = material->sample;
  if (!grow(&array, material->samples, material->sample_room, sizeof *material->sample, &room)) return CF_INTERNAL;
  material->sample = array;
  material->sample_room = room;
  sample *run = &material->sample[material->samples];
  memset(run, 0, sizeof *run);
  run->side = material->side;
  run->rep = (uint32_t)cell[REP].as.integer;
  run->seed = (uint64_t)cell[SEED].as.integer;
  if (cell[DIGEST].type == CF_CELL_BLOB && cell[DIGEST].length == sizeof run->digest)
    memcpy(run->digest, cell[DIGEST].as.text, sizeof run->digest);
  run->loss = number_of(&cell[LOSS]);
  run->value = number_of(&cell[VALUE]);
  if (!intern(material, &material->scenarios, text_of(&cell[SCENARIO]), &run->scenario) ||
      !intern(material, &material->policies, text_of(&cell[POLICY]), &run->policy) ||
      !find_point(material, run->scenario, (uint32_t)cell[POINT_ID].as.integer, text_of(&cell[LABEL]), &run->point))
    return CF_INTERNAL;
  material->samples++;
  return CF_OK;
}

static cf_status read_database(run_set *material, const char *path, const cf_metric *metric, cf_diag *diag) {
  char sql[512], join[96] = "";
  if (strcmp(metric->relation, "run") != 0) snprintf(join, sizeof join, "JOIN %s USING (run_id) ", metric->relation);
  snprintf(sql, sizeof sql,
           "SELECT run.scenario, run.policy, point_id, label, rep, seed, digest, run.loss, %s.%s "
           "FROM run JOIN points USING (point_id) %sWHERE run.status = 'done' ORDER BY point_id, run_id",
           metric->relation, metric->name, join);
  size_t before = material->samples;
  cf_database *database = NULL;
  cf_status status = cf_database_open(path, &database, diag);
  if (status == CF_OK) {
    status = cf_query_rows(database, sql, NULL, take_run, material, diag);
    if (status == CF_INTERNAL && diag->errors == 0) status = no_memory(diag);
  }
  cf_database_close(database);
  if (status == CF_OK && material->samples == before)
    status = cf_fail(diag, CF_USAGE, "%s has no finished run to compare", path);
  bool defined = false;
  for (size_t i = before; i < material->samples && !defined; i++) defined = !isnan(material->sample[i].value);
  if (status == CF_OK && !defined)
    status = cf_fail(diag, CF_USAGE, "%s is not defined in any finished run of %s", metric->name, path);
  return status;
}

static int by_label(const void *a, const void *b) {
  const study_point *const *p = a, *const *q = b;
  if ((*p)->scenario != (*q)->scenario) return (*p)->scenario < (*q)->scenario ? -1 : 1;
  return strcmp((*p)->label, (*q)->label);
}

/* Gives the runs of the second database the points of the first, where scenario and label are the same. */
static cf_status join_points(run_set *material, cf_diag *diag) {
  uint32_t first = material->first_point;
  const study_point **sorted = malloc((first ? first : 1) * sizeof *sorted);
  if (!sorted) return no_memory(diag);
  for (uint32_t i = 0; i < first; i++) sorted[i] = &material->point[i];
  qsort(sorted, first, sizeof *sorted, by_label);
  for (size_t i = 0; i < material->samples; i++) {
    sample *run = &material->sample[i];
    if (run->side == 0) continue;
    const study_point *own = &material->point[run->point];
    const study_point **same = bsearch(&own, sorted, first, sizeof *sorted, by_label);
    if (same) run->point = (uint32_t)(*same - material->point);
  }
  free(sorted);
  return CF_OK;
}

/* What pairs have in common. */
static int by_key(const sample *a, const sample *b) {
  if (a->point != b->point) return a->point < b->point ? -1 : 1;
  if (a->rep != b->rep) return a->rep < b->rep ? -1 : 1;
  return a->seed < b->seed ? -1 : a->seed > b->seed;
}

static int by_group(const void *a, const void *b) {
  const sample *x = a, *y = b;
  if (x->scenario != y->scenario) return x->scenario < y->scenario ? -1 : 1;
  if (x->policy != y->policy) return x->policy < y->policy ? -1 : 1;
  if (x->side != y->side) return x->side < y->side ? -1 : 1;
  return by_key(x, y);
}

static cf_status read_material(const cf_compare_options *options, const cf_metric *metric, run_set *material,
                               cf_diag *diag) {
  cf_status status = read_database(material, options->path[0], metric, diag);
  if (status == CF_OK && options->path[1]) {
    material->side = 1;
    material->first_point = material->points;
    status = read_database(material, options->path[1], metric, diag);
    if (status == CF_OK) status = join_points(material, diag);
  }
  if (status == CF_OK) qsort(material->sample, material->samples, sizeof *material->sample, by_group);
  return status;
}

/* Samples are sorted by group. */
static run_group find_group(const run_set *material, uint32_t scenario, uint32_t policy, uint32_t side) {
  const sample least = {.scenario = scenario, .policy = policy, .side = side};
  size_t low = 0, high = material->samples;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (by_group(&material->sample[middle], &least) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  run_group found = {.sample = &material->sample[low]};
  while (low + found.count < material->samples && found.sample[found.count].scenario == scenario &&
         found.sample[found.count].policy == policy && found.sample[found.count].side == side)
    found.count++;
  return found;
}

/* By what runs of all policies have in common. */
static int by_weather(const void *a, const void *b) {
  const sample *const *x = a, *const *y = b;
  if ((*x)->scenario != (*y)->scenario) return (*x)->scenario < (*y)->scenario ? -1 : 1;
  if ((*x)->point != (*y)->point) return (*x)->point < (*y)->point ? -1 : 1;
  if ((*x)->rep != (*y)->rep) return (*x)->rep < (*y)->rep ? -1 : 1;
  return (*x)->policy < (*y)->policy ? -1 : (*x)->policy > (*y)->policy;
}

static uint32_t policies_of(const run_set *material, uint32_t scenario) {
  uint32_t policies = 0;
  for (uint32_t policy = 0; policy < material->policies.count; policy++)
    policies += find_group(material, scenario, policy, 0).count > 0;
  return policies;
}

/* Policies are ranked by the same weather: what one of them did not finish is left out of all. (A policy whose worst
 * runs failed would look best.) Where that leaves nothing of a scenario, all of it stays. */
static bool keep_common(run_set *material, uint64_t *left_out) {
  size_t count = material->samples;
  sample **sorted = malloc(count * sizeof *sorted);
  if (!sorted) return false;
  for (size_t i = 0; i < count; i++) sorted[i] = &material->sample[i];
  qsort(sorted, count, sizeof *sorted, by_weather);
  for (size_t first = 0, last; first < count;) {
    uint32_t scenario = sorted[first]->scenario, policies = policies_of(material, scenario);
    size_t begin = first, kept = 0;
    for (; first < count && sorted[first]->scenario == scenario; first = last) {
      for (last = first; last < count && sorted[last]->scenario == scenario &&
                         sorted[last]->point == sorted[first]->point && sorted[last]->rep == sorted[first]->rep;)
        last++;
      for (size_t i = first; i < last; i++) sorted[i]->left_out = last - first != policies;
      if (last - first == policies) kept += policies;
    }
    for (size_t i = begin; kept == 0 && i < first; i++) sorted[i]->left_out = false;
  }
  free(sorted);
  size_t to = 0;
  for (size_t i = 0; i < count; i++)
    if (!material->sample[i].left_out) material->sample[to++] = material->sample[i];
  *left_out = count - to;
  material->samples = to;
  return true;
}

/* ---- two groups -------------------------------------------------------------------------------------------------- */

const char *cf_verdict_word(cf_verdict verdict) {
  static const char *const words[] = {NULL, "tie", "better", "worse", "less", "more"};
  return words[verdict];
}

static cf_verdict judge(const cf_interval *difference, cf_better better) {
  if (isnan(difference->low)) return CF_VERDICT_NONE;
  if (difference->low <= 0 && difference->high >= 0) return CF_VERDICT_TIE;
  bool less = difference->high < 0;
  if (better == CF_BETTER_NEITHER) return less ? CF_VERDICT_LESS : CF_VERDICT_MORE;
  return less == (better == CF_BETTER_LESS) ? CF_VERDICT_BETTER : CF_VERDICT_WORSE;
}

static cf_moments moments_of(const run_group *group) {
  cf_moments moments = {0};
  for (size_t i = 0; i < group->count; i++)
    if (!isnan(group->sample[i].value)) cf_moments_add(&moments, group->sample[i].value);
  return moments;
}

typedef struct pair_walk {
  const run_set *material;
  const cf_compare_options *options;
  cf_better better;
  cf_moments base, own, at; /* `at`: of the point */
  uint32_t point;
  uint32_t reps;   /* one more than the largest */
  double *rep_sum; /* of a replication, over the points */
  uint32_t *rep_pairs;
  cf_compared *row;
} pair_walk;

static void end_point(pair_walk *pairing) {
  if (pairing->at.n == 0) return;
  const study_point *point = &pairing->material->point[pairing->point];
  cf_compared_point *to = &pairing->row->point[pairing->row->points++];
  *to = (cf_compared_point){.point_id = point->point_id,
                            .label = point->label,
                            .difference = cf_interval_of(&pairing->at, pairing->options->alpha)};
  to->verdict = judge(&to->difference, pairing->better);
  pairing->at = (cf_moments){0};
}

static void add_pair(pair_walk *pairing, const sample *own, const sample *other) {
  if (own->point != pairing->point) end_point(pairing);
  pairing->point = own->point;
  pairing->rep_sum[own->rep] += own->value - other->value;
  pairing->rep_pairs[own->rep]++;
  pairing->row->pairs++;
  cf_moments_add(&pairing->at, own->value - other->value);
  cf_moments_add(&pairing->own, own->value);
  cf_moments_add(&pairing->base, other->value);
  pairing->row->same_digest += memcmp(own->digest, other->digest, sizeof own->digest) == 0;
}

static int most_different_first(const void *a, const void *b) {
  const cf_compared_point *p = a, *q = b;
  double x = fabs(p->difference.mean), y = fabs(q->difference.mean);
  if (x != y) return x > y ? -1 : 1;
  return p->point_id < q->point_id ? -1 : p->point_id > q->point_id;
}

/* Within one database point and replication say it all. */
static int by_pair(const sample *a, const sample *b, bool two) {
  sample key = *a;
  if (!two) key.seed = b->seed;
  return by_key(&key, b);
}

/* A step along two sorted lists at a time. */
static void pair_groups(pair_walk *pairing, const run_group *own, const run_group *other) {
  bool two = pairing->options->path[1] != NULL;
  size_t i = 0, j = 0;
  while (i < own->count || j < other->count) {
    const sample *a = i < own->count ? &own->sample[i] : NULL, *b = j < other->count ? &other->sample[j] : NULL;
    int order = !a ? 1 : !b ? -1 : by_pair(a, b, two);
    bool paired = order == 0 && !isnan(a->value) && !isnan(b->value);
    if (paired) add_pair(pairing, a, b);
    if (order <= 0) pairing->row->alone[0] += !paired && !isnan(a->value);
    if (order >= 0) pairing->row->alone[1] += !paired && !isnan(b->value);
    i += order <= 0;
    j += order >= 0;
  }
  end_point(pairing);
}

/* Runs of one replication meet the same weather at every point, so they are no independent looks at it: what counts is
 * the mean of a replication over the points, of those replications that stand at as many points as any. */
static cf_moments rep_moments(const pair_walk *pairing) {
  cf_moments moments = {0};
  uint32_t most = 0;
  for (uint32_t rep = 0; rep < pairing->reps; rep++)
    if (pairing->rep_pairs[rep] > most) most = pairing->rep_pairs[rep];
  for (uint32_t rep = 0; most && rep < pairing->reps; rep++)
    if (pairing->rep_pairs[rep] == most) cf_moments_add(&moments, pairing->rep_sum[rep] / most);
  return moments;
}

static bool make_reps(pair_walk *pairing, const run_group *own, const run_group *other) {
  for (size_t i = 0; i < own->count; i++)
    if (own->sample[i].rep >= pairing->reps) pairing->reps = own->sample[i].rep + 1;
  for (size_t i = 0; i < other->count; i++)
    if (other->sample[i].rep >= pairing->reps) pairing->reps = other->sample[i].rep + 1;
  pairing->rep_sum = CF_ARENA_ARRAY(pairing->material->arena, double, (size_t)pairing->reps + 1);
  pairing->rep_pairs = CF_ARENA_ARRAY(pairing->material->arena, uint32_t, (size_t)pairing->reps + 1);
  return pairing->rep_sum && pairing->rep_pairs;
}

/* The same of one group, for comparisons without pairs. */
static cf_moments moments_over_reps(pair_walk *pairing, const run_group *group) {
  for (uint32_t rep = 0; rep < pairing->reps; rep++) {
    pairing->rep_sum[rep] = 0;
    pairing->rep_pairs[rep] = 0;
  }
  for (size_t i = 0; i < group->count; i++) {
    const sample *run = &group->sample[i];
    if (isnan(run->value)) continue;
    pairing->rep_sum[run->rep] += run->value;
    pairing->rep_pairs[run->rep]++;
  }
  return rep_moments(pairing);
}

static cf_status compare_groups(pair_walk *pairing, const run_group *own, const run_group *other, cf_diag *diag) {
  cf_compared *row = pairing->row;
  row->own = moments_of(own);
  row->other = moments_of(other);
  if (!make_reps(pairing, own, other)) return no_memory(diag);
  if (pairing->options->unpaired) {
    cf_moments own_reps = moments_over_reps(pairing, own), other_reps = moments_over_reps(pairing, other);
    row->difference = cf_interval_unpaired(&own_reps, &other_reps, pairing->options->alpha);
    row->pairs = row->own.n < row->other.n ? row->own.n : row->other.n;
    row->base = row->other.mean;
  } else {
    row->point = CF_ARENA_ARRAY(pairing->material->arena, cf_compared_point, own->count + 1);
    if (!row->point) return no_memory(diag);
    pair_groups(pairing, own, other);
    qsort(row->point, row->points, sizeof *row->point, most_different_first);
    if (row->points < 2) row->points = 0;
    cf_moments moments = rep_moments(pairing);
    row->difference = cf_interval_of(&moments, pairing->options->alpha);
    row->base = pairing->base.mean;
    row->own = pairing->own;
    row->other = pairing->base;
  }
  row->relative = row->base != 0 ? row->difference.mean / fabs(row->base) : NAN;
  row->verdict = judge(&row->difference, pairing->better);
  return CF_OK;
}

static cf_status add_row(const cf_compare_options *options, const run_set *material, cf_comparison *comparison,
                         const run_group *own, const run_group *other, cf_diag *diag) {
  const sample *of = own->count ? own->sample : other->sample, *base = other->count ? other->sample : of;
  cf_compared *row = &comparison->row[comparison->rows++];
  *row = (cf_compared){.scenario = material->scenarios.name[of->scenario],
                       .policy = material->policies.name[of->policy],
                       .baseline = material->policies.name[base->policy]};
  pair_walk pairing = {.material = material, .options = options, .better = comparison->metric.better, .row = row};
  return compare_groups(&pairing, own, other, diag);
}

/* ---- one database ------------------------------------------------------------------------------------------------ */

/* CF_USAGE where the scenario has not the policy that was given. */
static cf_status find_baseline(const cf_compare_options *options, const run_set *material, uint32_t scenario,
                               uint32_t *baseline, cf_diag *diag) {
  cf_suggestion nearest = {.given = options->baseline};
  double least = INFINITY;
  *baseline = UINT32_MAX;
  for (uint32_t policy = 0; policy < material->policies.count; policy++) {
    run_group group = find_group(material, scenario, policy, 0);
    if (group.count == 0) continue;
    const char *name = material->policies.name[policy];
    if (options->baseline) {
      if (strcmp(name, options->baseline) == 0) *baseline = policy;
      cf_suggest_offer(&nearest, name, 0);
      continue;
    }
    cf_moments loss = {0};
    for (size_t i = 0; i < group.count; i++)
      if (!isnan(group.sample[i].loss)) cf_moments_add(&loss, group.sample[i].loss);
    double mean = loss.n ? loss.mean : INFINITY;
    if (*baseline != UINT32_MAX && mean >= least) continue;
    least = mean;
    *baseline = policy;
  }
  if (*baseline != UINT32_MAX) return CF_OK;
  char words[96];
  return cf_fail(diag, CF_USAGE, "%s: scenario '%s' has no finished run of policy '%s'%s", options->path[0],
                 material->scenarios.name[scenario], options->baseline, cf_suggest_text(&nearest, words, sizeof words));
}

static int by_difference(const void *a, const void *b) {
  const cf_compared *p = a, *q = b;
  if (p->is_baseline != q->is_baseline) return p->is_baseline ? -1 : 1;
  double x = p->difference.mean, y = q->difference.mean;
  if (isnan(x) || isnan(y)) return isnan(x) - isnan(y);
  if (x != y) return x < y ? -1 : 1;
  return strcmp(p->policy, q->policy);
}

static cf_status compare_policies(const cf_compare_options *options, const run_set *material, cf_comparison *comparison,
                                  cf_diag *diag) {
  cf_status status = CF_OK;
  for (uint32_t scenario = 0; status == CF_OK && scenario < material->scenarios.count; scenario++) {
    uint32_t first = comparison->rows, baseline;
    status = find_baseline(options, material, scenario, &baseline, diag);
    if (status != CF_OK) return status;
    run_group other = find_group(material, scenario, baseline, 0);
    for (uint32_t policy = 0; status == CF_OK && policy < material->policies.count; policy++) {
      run_group own = find_group(material, scenario, policy, 0);
      if (own.count == 0) continue;
      status = add_row(options, material, comparison, &own, &other, diag);
      if (policy != baseline) continue;
      cf_compared *row = &comparison->row[comparison->rows - 1];
      row->is_baseline = true;
      row->verdict = CF_VERDICT_NONE;
      row->points = 0;
    }
    qsort(&comparison->row[first], comparison->rows - first, sizeof *comparison->row, by_difference);
  }
  return status;
}

/* ---- two databases ----------------------------------------------------------------------------------------------- */

static cf_status compare_databases(const cf_compare_options *options, const run_set *material,
                                   cf_comparison *comparison, cf_diag *diag) {
  cf_status status = CF_OK;
  for (uint32_t scenario = 0; scenario < material->scenarios.count; scenario++)
    for (uint32_t policy = 0; status == CF_OK && policy < material->policies.count; policy++) {
      run_group other = find_group(material, scenario, policy, 0), own = find_group(material, scenario, policy, 1);
      if (own.count + other.count > 0) status = add_row(options, material, comparison, &own, &other, diag);
    }
  return status;
}

/* ---- both -------------------------------------------------------------------------------------------------------- */

static cf_status check_some(const cf_compare_options *options, const cf_comparison *comparison, cf_diag *diag) {
  uint64_t pairs = 0;
  uint32_t compared = 0;
  for (uint32_t i = 0; i < comparison->rows; i++) {
    if (comparison->row[i].is_baseline) continue;
    compared++;
    pairs += comparison->row[i].pairs;
  }
  if (pairs > 0) return CF_OK;
  if (options->path[1])
    return cf_fail(diag, CF_USAGE, "no run of %s has a partner in %s: %s", options->path[1], options->path[0],
                   options->unpaired ? "they have no scenario and policy in common"
                                     : "pairs have scenario, label of the point, policy, replication and seed in "
                                       "common; --unpaired compares without pairs");
  if (compared == 0)
    return cf_fail(diag, CF_USAGE,
                   "%s has finished runs of one policy only, %s; give a second database to compare with",
                   options->path[0], comparison->row[0].policy);
  return cf_fail(diag, CF_USAGE, "%s: no two policies have a finished run of the same point and replication",
                 options->path[0]);
}

cf_status cf_compare(const cf_compare_options *options, cf_comparison *comparison, cf_diag *diag) {
  *comparison = (cf_comparison){.two = options->path[1] != NULL, .chosen = !options->baseline};
  cf_status status = cf_metric_find(options->metric ? options->metric : "loss", &comparison->metric, diag);
  if (status != CF_OK) return status;
  comparison->arena = cf_arena_create(0);
  if (!comparison->arena) return no_memory(diag);
  run_set material = {.arena = comparison->arena};
  status = read_material(options, &comparison->metric, &material, diag);
  if (status == CF_OK && !options->path[1] && !keep_common(&material, &comparison->left_out)) status = no_memory(diag);
  if (status == CF_OK) {
    comparison->row =
        CF_ARENA_ARRAY(comparison->arena, cf_compared, (size_t)material.scenarios.count * material.policies.count);
    if (!comparison->row) status = no_memory(diag);
  }
  if (status == CF_OK)
    status = comparison->two ? compare_databases(options, &material, comparison, diag)
                             : compare_policies(options, &material, comparison, diag);
  if (status == CF_OK) status = check_some(options, comparison, diag);
  free(material.sample);
  free(material.point);
  free((void *)material.scenarios.name);
  free((void *)material.policies.name);
  return status;
}

void cf_comparison_free(cf_comparison *comparison) {
  if (comparison->arena) cf_arena_destroy(comparison->arena);
  *comparison = (cf_comparison){0};
}

bool cf_compared_fails(const cf_compared *row, cf_better better, double tolerance) {
  if (row->is_baseline || row->difference.n == 0 || better == CF_BETTER_NEITHER) return false;
  double mean = row->difference.mean;
  double nearest = better == CF_BETTER_LESS ? row->difference.low : -row->difference.high;
  if (isnan(nearest)) nearest = better == CF_BETTER_LESS ? mean : -mean;
  return nearest > tolerance * fabs(row->base);
}
