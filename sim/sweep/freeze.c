#include "sweep/freeze.h"

#include "base/version.h"
#include "store/file.h"
#include "store/study.h"
#include "sweep/frozen.h"

#include <dirent.h>
#include <sha256.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LABEL_BYTES = 1024, FEW = 32 };

typedef struct freezer {
  cf_campaign *campaign;
  const char *models_dir;
  cf_campaign_progress progress;
  void *self;
  cf_diag *diag;
  cf_study *study; /* NULL: nothing is written */
  SHA2_CTX settings;
  cf_input_file *input; /* path and sha256 of each file once, in the order of reading */
  uint32_t inputs, input_room;
  uint32_t failed; /* points */
  char axis_origin[CF_MAX_AXES][24];
} freezer;

static cf_status no_memory(const freezer *f) {
  return cf_fail(f->diag, CF_INTERNAL, "no memory for the points of %s", f->campaign->plan->path);
}

/* ---- what a point sets ------------------------------------------------------------------------------------------- */

static void free_settings(const freezer *f, cf_setting *setting, uint32_t count) {
  for (uint32_t i = f->campaign->plan->settings; setting && i < count; i++) free((char *)setting[i].text);
  free(setting);
}

/* The plan's settings, then those of the axes; NULL: no memory. */
static cf_setting *make_settings(const freezer *f, uint32_t point, uint32_t *count) {
  const cf_plan *plan = f->campaign->plan;
  cf_setting *setting = calloc(plan->settings + (size_t)CF_MAX_AXES * CF_MAX_AXIS_PATHS, sizeof *setting);
  *count = 0;
  if (!setting) return NULL;
  for (uint32_t i = 0; i < plan->settings; i++) setting[(*count)++] = plan->setting[i];
  for (uint32_t a = 0; a < plan->axes; a++) {
    const char *value = f->campaign->points.value[(size_t)point * plan->axes + a];
    for (uint32_t i = 0; i < plan->axis[a].paths; i++) {
      char *text = NULL;
      if (asprintf(&text, "%s=%s", plan->axis[a].path[i], value) < 0) {
        free_settings(f, setting, *count);
        return NULL;
      }
      setting[(*count)++] = (cf_setting){.text = text, .origin = f->axis_origin[a]};
    }
  }
  return setting;
}

static void hash_settings(freezer *f, uint32_t point, const cf_setting *setting, uint32_t count) {
  char head[32];
  int length = snprintf(head, sizeof head, "point %u\n", point + 1);
  SHA256Update(&f->settings, (const uint8_t *)head, (size_t)length);
  for (uint32_t i = 0; i < count; i++) {
    SHA256Update(&f->settings, (const uint8_t *)setting[i].text, strlen(setting[i].text));
    SHA256Update(&f->settings, (const uint8_t *)"\n", 1);
  }
}

/* ---- what it was made from --------------------------------------------------------------------------------------- */

static cf_status note_input(freezer *f, const cf_input_file *input) {
  for (uint32_t i = 0; i < f->inputs; i++) {
    if (strcmp(f->input[i].path, input->path) != 0) continue;
    if (strcmp(f->input[i].sha256, input->sha256) == 0) return CF_OK;
    return cf_fail(f->diag, CF_INPUT, "%s: changed while it was being read; start again", input->path);
  }
  if (f->inputs == f->input_room) {
    uint32_t room = f->input_room ? f->input_room * 2 : FEW;
    cf_input_file *wider = realloc(f->input, room * sizeof *wider);
    if (!wider) return no_memory(f);
    f->input = wider;
    f->input_room = room;
  }
  cf_input_file *noted = &f->input[f->inputs];
  *noted = *input;
  noted->bytes = NULL;
  noted->path = strdup(input->path);
  if (!noted->path) return no_memory(f);
  f->inputs++;
  return CF_OK;
}

/* The files of a point; before those of the first, the base scenario's. */
static cf_input_file *files_of(const freezer *f, const cf_scenario *scenario, uint32_t *files) {
  const cf_scenario *base = f->campaign->base;
  uint32_t before = f->inputs == 0 ? base->inputs : 0;
  cf_input_file *file = calloc((size_t)before + scenario->inputs + 1, sizeof *file);
  *files = before + scenario->inputs;
  for (uint32_t i = 0; file && i < *files; i++) file[i] = i < before ? base->input[i] : scenario->input[i - before];
  return file;
}

/* ---- one point --------------------------------------------------------------------------------------------------- */

static cf_status add_point(freezer *f, uint32_t point, const cf_scenario *scenario, const cf_setting *setting,
                           uint32_t settings) {
  const cf_campaign *campaign = f->campaign;
  char label[LABEL_BYTES];
  uint32_t files;
  cf_input_file *file = files_of(f, scenario, &files);
  cf_status status = file ? CF_OK : no_memory(f);
  for (uint32_t i = 0; status == CF_OK && i < files; i++) status = note_input(f, &file[i]);
  if (status == CF_OK && f->study) {
    size_t first = (size_t)point * campaign->plan->axes;
    cf_point_label(campaign->plan, &campaign->points, point, label, sizeof label);
    cf_scenario stored = *scenario;
    stored.input = file;
    stored.inputs = files;
    cf_study_point row = {.point_id = point + 1,
                          .label = label[0] ? label : scenario->name,
                          .setting = setting,
                          .settings = settings,
                          .number = campaign->points.number + first,
                          .text = campaign->points.value + first,
                          .scenario = &stored};
    status = cf_study_add(f->study, &row, f->diag);
  }
  free(file);
  hash_settings(f, point, setting, settings);
  return status;
}

/* Runs are numbered by the base scenario's policies, and found again by its name. */
static bool fits_the_base(const cf_scenario *base, const cf_scenario *scenario, cf_diag *diag) {
  bool same = base->policies == scenario->policies;
  for (uint32_t i = 0; same && i < base->policies; i++)
    same = strcmp(base->policy[i].name, scenario->policy[i].name) == 0;
  if (!same) cf_fail(diag, CF_INPUT, "its policies are others than the scenario's; vary what they are given instead");
  if (same && strcmp(base->name, scenario->name) != 0) {
    cf_fail(diag, CF_INPUT, "its name is '%s', not the scenario's '%s'; points have labels instead", scenario->name,
            base->name);
    return false;
  }
  return same;
}

static const cf_diag_entry *first_error(const cf_diag *diag) {
  static const cf_diag_entry none = {.text = "for a reason that nobody told"};
  for (unsigned i = 0; i < diag->stored; i++)
    if (diag->entry[i].status) return &diag->entry[i];
  return &none;
}

static void tell_failure(const freezer *f, uint32_t point, const cf_diag *own) {
  const cf_plan *plan = f->campaign->plan;
  const cf_diag_entry *error = first_error(own);
  cf_source where = plan->axes ? plan->axis[0].where : plan->scenario_where;
  char label[LABEL_BYTES], place[CF_DIAG_FILE + 32] = "";
  bool at_axis = false;
  for (uint32_t a = 0; a < plan->axes && !at_axis; a++) {
    at_axis = strcmp(error->file, f->axis_origin[a]) == 0;
    if (at_axis) where = plan->axis[a].where;
  }
  if (!at_axis && error->line) snprintf(place, sizeof place, "%s:%u:%u: ", error->file, error->line, error->column);
  cf_point_label(plan, &f->campaign->points, point, label, sizeof label);
  cf_fail_at(f->diag, CF_INPUT, where, "point %u%s%.150s%s cannot be loaded: %s%s", point + 1, label[0] ? " (" : "",
             label, label[0] ? ")" : "", place, error->text);
}

static cf_status load_point(freezer *f, uint32_t point) {
  uint32_t settings;
  cf_setting *setting = make_settings(f, point, &settings);
  if (!setting) return no_memory(f);
  cf_diag own;
  cf_diag_init(&own);
  cf_load_options options = {.models_dir = f->models_dir, .settings = setting, .setting_count = settings};
  cf_scenario *scenario = cf_scenario_load(f->campaign->plan->scenario, &options, &own);
  cf_status status = CF_OK;
  if (scenario && fits_the_base(f->campaign->base, scenario, &own)) {
    if (f->failed == 0) status = add_point(f, point, scenario, setting, settings);
  } else if (own.status == CF_INTERNAL) {
    status = no_memory(f);
  } else if (f->failed++ == 0) {
    tell_failure(f, point, &own);
  }
  cf_scenario_destroy(scenario);
  free_settings(f, setting, settings);
  return status;
}

static cf_status load_points(freezer *f) {
  uint32_t count = f->campaign->points.count;
  cf_status status = CF_OK;
  for (uint32_t point = 0; point < count && status == CF_OK; point++) {
    status = load_point(f, point);
    if (f->progress) f->progress(f->self, point + 1, count);
  }
  if (status == CF_OK && f->failed > 1)
    return cf_fail(f->diag, CF_INPUT, "%u of %u points cannot be loaded", f->failed, count);
  return f->failed > 0 && status == CF_OK ? CF_INPUT : status;
}

/* ---- the hash ---------------------------------------------------------------------------------------------------- */

static cf_status close_hash(freezer *f) {
  cf_campaign *campaign = f->campaign;
  char settings[65], math_id[CF_MATH_ID_TEXT], *text = NULL;
  size_t length;
  FILE *out = open_memstream(&text, &length);
  if (!out) return no_memory(f);
  fprintf(out, "coldfleet plan\nversion %s\nmath_id %s\nplan %s\n", CF_VERSION, cf_math_id_text(math_id),
          campaign->plan->input.sha256);
  for (uint32_t i = 0; i < f->inputs; i++) fprintf(out, "input %s %s\n", f->input[i].sha256, f->input[i].path);
  fprintf(out, "points %u\nsettings %s\n", campaign->points.count, SHA256End(&f->settings, settings));
  bool good = !ferror(out);
  if (fclose(out) == 0 && good) SHA256Data((const uint8_t *)text, length, campaign->plan_sha256);
  free(text);
  return good ? CF_OK : no_memory(f);
}

/* ---- writing ----------------------------------------------------------------------------------------------------- */

static cf_cell text_cell(const char *text) {
  return (cf_cell){.type = CF_CELL_TEXT, .length = (uint32_t)strlen(text), .as.text = text};
}

static int put_meta(sqlite3_stmt *insert, const char *key, const char *value) {
  cf_cell row[] = {text_cell(key), text_cell(value)};
  return cf_file_insert(insert, row, 2);
}

static int put_count(sqlite3_stmt *insert, const char *key, uint32_t count) {
  char text[16];
  snprintf(text, sizeof text, "%u", count);
  return put_meta(insert, key, text);
}

static int write_head(const freezer *f, sqlite3 *database) {
  const cf_campaign *campaign = f->campaign;
  const cf_plan *plan = campaign->plan;
  char math_id[CF_MATH_ID_TEXT];
  sqlite3_stmt *meta = NULL, *head = NULL;
  cf_cell yaml = {.type = CF_CELL_TEXT, .length = (uint32_t)plan->input.length, .as.text = plan->input.bytes};
  cf_cell row[] = {text_cell(plan->name), text_cell(plan->path), text_cell(plan->question),
                   text_cell(campaign->plan_sha256), yaml};
  int rc = cf_file_prepare(database, CF_TABLE_META, false, &meta);
  if (rc == SQLITE_OK) rc = put_meta(meta, "product", "coldfleet");
  if (rc == SQLITE_OK) rc = put_meta(meta, "version", CF_VERSION);
  if (rc == SQLITE_OK) rc = put_meta(meta, "math_id", cf_math_id_text(math_id));
  if (rc == SQLITE_OK) rc = put_meta(meta, "plan_sha256", campaign->plan_sha256);
  if (rc == SQLITE_OK) rc = put_count(meta, "runs", campaign->runs);
  if (rc == SQLITE_OK) rc = put_count(meta, "trials", campaign->trials);
  if (rc == SQLITE_OK) rc = cf_file_prepare(database, CF_TABLE_PLAN, false, &head);
  if (rc == SQLITE_OK) rc = cf_file_insert(head, row, sizeof row / sizeof row[0]);
  sqlite3_finalize(meta);
  sqlite3_finalize(head);
  return rc;
}

/* "fleet.a.storage.esr, fleet.b.storage.esr" */
static char *joined_paths(const cf_plan_axis *axis) {
  char *text = NULL;
  size_t length;
  FILE *out = open_memstream(&text, &length);
  if (!out) return NULL;
  for (uint32_t i = 0; i < axis->paths; i++) fprintf(out, "%s%s", i ? ", " : "", axis->path[i]);
  if (fclose(out) == 0) return text;
  free(text);
  return NULL;
}

static cf_status open_study(freezer *f, sqlite3 *database) {
  const cf_plan *plan = f->campaign->plan;
  cf_study_axis axis[CF_MAX_AXES];
  char *path[CF_MAX_AXES] = {0};
  bool good = true;
  for (uint32_t a = 0; a < plan->axes; a++) {
    path[a] = joined_paths(&plan->axis[a]);
    axis[a] = (cf_study_axis){plan->axis[a].name, path[a], plan->axis[a].unit};
    good = good && path[a];
  }
  if (good) f->study = cf_study_open(database, f->campaign->plan_path, axis, plan->axes, f->diag);
  for (uint32_t a = 0; a < plan->axes; a++) free(path[a]);
  if (!good) return no_memory(f);
  return f->study ? CF_OK : f->diag->status;
}

static cf_status fill(void *self, sqlite3 *database, cf_diag *diag) {
  freezer *f = self;
  cf_status status = open_study(f, database);
  if (status == CF_OK) status = load_points(f);
  cf_study_close(f->study);
  f->study = NULL;
  if (status == CF_OK) status = close_hash(f);
  if (status == CF_OK && write_head(f, database) != SQLITE_OK)
    status = cf_file_error(database, f->campaign->plan_path, "write the plan", diag);
  return status;
}

/* What a freezing that was killed left behind; of one that is still at it the caller's lock tells. */
static void remove_leftovers(const char *directory) {
  static const char prefix[] = "plan.db.";
  char path[CF_CAMPAIGN_PATH + 320];
  DIR *folder = opendir(directory);
  for (const struct dirent *entry; folder && (entry = readdir(folder));) {
    if (strncmp(entry->d_name, prefix, sizeof prefix - 1) != 0 || !strstr(entry->d_name, ".new")) continue;
    snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
    unlink(path);
  }
  if (folder) closedir(folder);
}

static cf_status write_plan(freezer *f) {
  remove_leftovers(f->campaign->directory);
  sqlite3 *database = NULL;
  const char *path = f->campaign->plan_path;
  cf_status status = cf_file_make(path, CF_KIND_PLAN, false, fill, f, &database, f->diag);
  return status == CF_OK ? cf_file_settle(&database, path, f->diag) : status;
}

/* ---- comparing --------------------------------------------------------------------------------------------------- */

static const cf_input_file *find_input(const cf_input_file *input, uint32_t count, const char *path) {
  for (uint32_t i = 0; i < count; i++)
    if (strcmp(input[i].path, path) == 0) return &input[i];
  return NULL;
}

static cf_status another_plan(const freezer *f, const char *what, const char *name) {
  return cf_fail(
      f->diag, CF_INPUT,
      "%s holds a sweep that was frozen before %s%s%s; nothing has been changed: sweep the old files to go on "
      "with it, or give another directory",
      f->campaign->directory, name ? name : "", name ? " " : "", what);
}

static cf_status explain_difference(const freezer *f, const cf_frozen *frozen) {
  const cf_campaign *campaign = f->campaign;
  for (uint32_t i = 0; i < frozen->inputs; i++) {
    const cf_input_file *old = &frozen->input[i], *now = find_input(f->input, f->inputs, old->path);
    if (!now) return another_plan(f, "ceased to be one of its files", old->path);
    if (strcmp(now->sha256, old->sha256) != 0) return another_plan(f, "was changed", old->path);
  }
  for (uint32_t i = 0; i < f->inputs; i++)
    if (!find_input(frozen->input, frozen->inputs, f->input[i].path))
      return another_plan(f, "became one of its files", f->input[i].path);
  if (frozen->points != campaign->points.count) {
    char text[80];
    snprintf(text, sizeof text, "its %u points became %u", frozen->points, campaign->points.count);
    return another_plan(f, text, NULL);
  }
  return another_plan(f, "the settings of its points were changed", NULL);
}

static cf_status compare(freezer *f) {
  cf_campaign *campaign = f->campaign;
  cf_frozen frozen;
  cf_status status = cf_frozen_read(campaign->plan_path, &frozen, f->diag);
  if (status != CF_OK) return status;
  if (strcmp(frozen.yaml.sha256, campaign->plan->input.sha256) != 0)
    status = another_plan(f, "was changed", campaign->plan->path);
  if (status == CF_OK) status = load_points(f);
  if (status == CF_OK) status = close_hash(f);
  if (status == CF_OK && strcmp(frozen.plan_sha256, campaign->plan_sha256) != 0)
    status = explain_difference(f, &frozen);
  cf_frozen_free(&frozen);
  return status;
}

cf_status cf_freeze(cf_campaign *campaign, const char *models_dir, cf_campaign_progress progress, void *self,
                    cf_diag *diag) {
  freezer f = {.campaign = campaign, .models_dir = models_dir, .progress = progress, .self = self, .diag = diag};
  SHA256Init(&f.settings);
  for (uint32_t a = 0; a < campaign->plan->axes; a++)
    snprintf(f.axis_origin[a], sizeof f.axis_origin[a], "--set#%u", campaign->plan->settings + a + 1);
  cf_status status;
  if (campaign->plan_path[0] == '\0')
    status = load_points(&f);
  else
    status = access(campaign->plan_path, F_OK) == 0 ? compare(&f) : write_plan(&f);
  for (uint32_t i = 0; i < f.inputs; i++) free((char *)f.input[i].path);
  free(f.input);
  return status;
}
