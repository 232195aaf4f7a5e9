#include "report/figure.h"

#include "config/reader.h"
#include "config/suggest.h"
#include "config/yaml.h"

#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_BYTES = 4096 };

static const char chart_suffix[] = ".vl.json", table_suffix[] = ".table.json";

/* The length of the name without the suffix; 0 when the file is no figure. */
static size_t stem_of(const char *file, const char *suffix) {
  size_t length = strlen(file), end = strlen(suffix);
  bool fits = file[0] != '.' && length > end && strcmp(file + length - end, suffix) == 0;
  return fits ? length - end : 0;
}

static int is_figure(const struct dirent *entry) {
  return stem_of(entry->d_name, chart_suffix) || stem_of(entry->d_name, table_suffix);
}

/* strcmp, so that no locale has a say. */
static int by_name(const struct dirent **a, const struct dirent **b) { return strcmp((*a)->d_name, (*b)->d_name); }

/* ---- one file ---------------------------------------------------------------------------------------------------- */

typedef struct reading {
  cf_figures *figures;
  cf_database *database;
  cf_figure *figure;
  cf_diag *diag;
} reading;

static cf_source place_of(const reading *in, const cf_tree_node *node) {
  return node ? node->where : (cf_source){.file = in->figure->file};
}

/* "12-how-it-went" is called how-it-went. What is no ASCII letter, digit or '-' becomes '-'. */
static const char *name_of(cf_arena *arena, const char *file, size_t length) {
  size_t start = strspn(file, "0123456789");
  if (file[start] == '-') start++;
  if (start >= length) start = 0;
  char *name = cf_arena_copy(arena, file + start, length - start);
  for (char *at = name; at && *at; at++)
    if (!isalnum((unsigned char)*at)) *at = '-';
  return name;
}

static cf_status take_text(void *self, uint32_t columns, const char *const *names, const cf_cell *cell) {
  (void)columns, (void)names;
  reading *in = self;
  if (cell[0].type != CF_CELL_TEXT) return CF_INPUT;
  in->figure->spec = cf_arena_copy(in->figures->arena, cell[0].as.text, cell[0].length);
  return in->figure->spec ? CF_OK : CF_INTERNAL;
}

/* What the YAML reader takes may still be no JSON: the browser would not read it. */
static cf_status read_spec(reading *in, const char *bytes) {
  cf_parameter parameter = {.name = "text", .value = bytes};
  cf_query_options options = {.parameter = &parameter, .parameters = 1};
  cf_status status = cf_query_rows(in->database,
                                   "SELECT CASE WHEN json_valid(:text) AND substr(ltrim(:text), 1, 1) = '{' THEN "
                                   "json(:text) END",
                                   &options, take_text, in, in->diag);
  if (status != CF_INPUT) return status;
  return cf_fail(in->diag, CF_INPUT, "%s: is not JSON (keys and texts need double quotes, and no comma is the last)",
                 in->figure->file);
}

typedef struct key {
  const char *name;
  const char **into;
  bool needed;
} key;

static cf_status take_key(reading *in, const key *known, unsigned count, const cf_tree_node *given) {
  cf_suggestion nearest = {.given = given->key};
  for (unsigned i = 0; i < count; i++) {
    cf_suggest_offer(&nearest, known[i].name, 0);
    if (strcmp(known[i].name, given->key) != 0) continue;
    if (given->kind != CF_TREE_SCALAR)
      return cf_fail_at(in->diag, CF_INPUT, given->where, "'usermeta.%s' is a text", given->key);
    *known[i].into = given->text;
    return CF_OK;
  }
  char hint[CF_DIAG_EXCERPT];
  return cf_fail_at(in->diag, CF_INPUT, given->key_where, "unknown key '%.60s' in 'usermeta'%s", given->key,
                    cf_suggest_text(&nearest, hint, sizeof hint));
}

static cf_status read_meta(reading *in, const cf_tree_node *root) {
  cf_figure *figure = in->figure;
  figure->query = figure->title = figure->question = figure->alt = figure->needs = figure->note = "";
  const key known[] = {{"query", &figure->query, true},       {"title", &figure->title, true},
                       {"question", &figure->question, true}, {"alt", &figure->alt, !figure->table},
                       {"needs", &figure->needs, false},      {"note", &figure->note, false}};
  const unsigned count = sizeof known / sizeof known[0];
  const cf_tree_node *meta = cf_tree_get(root, "usermeta");
  if (!meta || meta->kind != CF_TREE_MAP)
    return cf_fail_at(in->diag, CF_INPUT, place_of(in, meta ? meta : root),
                      "'usermeta' is missing: it names the query, the title and the question of the figure");
  for (const cf_tree_node *child = meta->first; child; child = child->next) {
    cf_status status = take_key(in, known, count, child);
    if (status) return status;
  }
  for (unsigned i = 0; i < count; i++)
    if (known[i].needed && !**known[i].into)
      return cf_fail_at(in->diag, CF_INPUT, place_of(in, meta), "'usermeta.%s' is missing", known[i].name);
  return CF_OK;
}

static cf_status read_figure(reading *in, const char *folder, const char *file) {
  cf_arena *arena = in->figures->arena;
  char path[PATH_BYTES], why[CF_READER_WHY];
  size_t stem = stem_of(file, chart_suffix), length = 0;
  const char *bytes = NULL;
  cf_figure *figure = in->figure;
  figure->table = stem == 0;
  if (figure->table) stem = stem_of(file, table_suffix);
  int written = snprintf(path, sizeof path, "%s/%s", folder, file);
  if (written < 0 || written >= PATH_BYTES) return cf_fail(in->diag, CF_IO, "%s: the path is too long", folder);
  figure->file = cf_arena_copy(arena, path, (size_t)written);
  figure->name = name_of(arena, file, stem);
  cf_tree tree = {.arena = arena};
  cf_tree_node *root = NULL;
  if (!figure->file || !figure->name) return cf_fail(in->diag, CF_INTERNAL, "no memory for %s", path);
  cf_reader disk = cf_reader_disk();
  if (disk.read(disk.self, path, arena, &bytes, &length, why)) return cf_fail(in->diag, CF_IO, "%s: %s", path, why);
  cf_yaml_text text = {.file = figure->file, .bytes = bytes, .length = length, .origin = CF_ORIGIN_FILE};
  cf_status status = cf_yaml_parse(&tree, &text, &root, in->diag);
  if (status == CF_OK) status = read_spec(in, bytes);
  if (status == CF_OK) status = read_meta(in, root);
  for (const cf_figure *other = in->figures->figure; status == CF_OK && other < figure; other++)
    if (strcmp(other->name, figure->name) == 0)
      status = cf_fail(in->diag, CF_INPUT, "%s: %s has the same name; numbers do not count", path, other->file);
  return status;
}

/* ---- all --------------------------------------------------------------------------------------------------------- */

static cf_status read_all(const char *folder, struct dirent **entry, int count, reading *in) {
  if (count == 0) return cf_fail(in->diag, CF_INPUT, "%s: holds no figures (files *.vl.json or *.table.json)", folder);
  if (count > CF_MAX_FIGURES)
    return cf_fail(in->diag, CF_INPUT, "%s: holds %d figures, and a report has at most %d", folder, count,
                   CF_MAX_FIGURES);
  cf_status first = CF_OK;
  for (int i = 0; i < count; i++) {
    in->figure = &in->figures->figure[i];
    cf_status status = read_figure(in, folder, entry[i]->d_name);
    if (first == CF_OK) first = status;
  }
  in->figures->count = (uint32_t)count;
  return first;
}

cf_status cf_figures_read(const char *folder, cf_database *database, cf_figures *figures, cf_diag *diag) {
  *figures = (cf_figures){.arena = cf_arena_create(0)};
  if (!figures->arena) return cf_fail(diag, CF_INTERNAL, "no memory for the figures");
  struct dirent **entry = NULL;
  int count = scandir(folder, &entry, is_figure, by_name);
  if (count < 0) return cf_fail(diag, CF_IO, "%s: cannot read the folder of figures", folder);
  reading in = {.figures = figures, .database = database, .diag = diag};
  cf_status status = read_all(folder, entry, count, &in);
  for (int i = 0; i < count; i++) free(entry[i]);
  free(entry);
  return status;
}

void cf_figures_free(cf_figures *figures) {
  cf_arena_destroy(figures->arena);
  *figures = (cf_figures){0};
}
