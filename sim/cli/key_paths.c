#include "cli/key_paths.h"

#include "config/schema.h"
#include "config/schema_print.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_PATH = 512 };

typedef struct expansion {
  const cf_scenario *scenario;
  const cf_node_group *nodes; /* the group whose name was put in; NULL: none, or one of hubs */
  FILE *out;
} expansion;

static void expand(const expansion *now, const char *path);

/* Puts `name` in place of the `length` bytes at `at` and goes on. */
static void replace(const expansion *now, const char *path, const char *at, size_t length, const char *name) {
  char text[LONGEST_PATH];
  snprintf(text, sizeof text, "%.*s%s%s", (int)(at - path), path, name, at + length);
  expand(now, text);
}

/* Whether a group of that shape has the key at the start of `rest`, ".key...". */
static bool has_key(const cf_schema_shape *shape, const char *rest) {
  char key[64];
  if (*rest != '.') return true;
  snprintf(key, sizeof key, "%.*s", (int)strcspn(rest + 1, "."), rest + 1);
  return cf_schema_find(shape, key) != NULL;
}

static void expand_group(const expansion *now, const char *path, const char *at, size_t length) {
  const cf_scenario *scenario = now->scenario;
  expansion next = *now;
  for (uint32_t i = 0; i < scenario->node_groups && has_key(&cf_schema_node_group, at + length); i++) {
    next.nodes = &scenario->nodes[i];
    replace(&next, path, at, length, next.nodes->name);
  }
  next.nodes = NULL;
  for (uint32_t i = 0; i < scenario->hub_groups && has_key(&cf_schema_hub_group, at + length); i++) {
    replace(&next, path, at, length, scenario->hubs[i].name);
  }
}

static void expand(const expansion *now, const char *path) {
  const char *at = now->scenario ? strchr(path, '<') : NULL;
  if (!at) {
    fprintf(now->out, "%s\n", path);
    return;
  }
  size_t length = strcspn(at, ">") + 1;
  if (strncmp(at, "<group>", length) == 0) {
    expand_group(now, path, at, length);
  } else if (strncmp(at, "<harvester>", length) == 0 && now->nodes) {
    for (uint32_t i = 0; i < now->nodes->harvesters; i++) replace(now, path, at, length, now->nodes->harvester[i].name);
  } else if (strncmp(at, "<policy>", length) == 0) {
    for (uint32_t i = 0; i < now->scenario->policies; i++)
      replace(now, path, at, length, now->scenario->policy[i].name);
  } else if (strncmp(at, "<column>", length) == 0) {
    for (const cf_schema_column *column = cf_schema_columns; column->column; column++)
      replace(now, path, at, length, column->column);
  }
}

static void add_path(void *self, const char *path, const char *doc) {
  (void)doc;
  expand(self, path);
}

static int by_text(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

/* Sorts the lines of `text`, which is cut into them, and prints each once. */
static bool print_sorted(char *text, FILE *out) {
  size_t count = 0, at = 0;
  for (const char *c = text; *c; c++) count += *c == '\n';
  char **line = calloc(count ? count : 1, sizeof *line);
  if (!line) return false;
  char *rest = NULL;
  for (char *one = strtok_r(text, "\n", &rest); one && at < count; one = strtok_r(NULL, "\n", &rest)) line[at++] = one;
  qsort(line, at, sizeof *line, by_text);
  for (size_t i = 0; i < at; i++)
    if (i == 0 || strcmp(line[i], line[i - 1]) != 0) fprintf(out, "%s\n", line[i]);
  free(line);
  return true;
}

cf_status cf_key_paths_print(const cf_scenario *scenario, FILE *out, cf_diag *diag) {
  char *text = NULL;
  size_t length;
  expansion all = {.scenario = scenario, .out = open_memstream(&text, &length)};
  bool done = all.out != NULL;
  if (done) {
    cf_schema_each_path(add_path, &all);
    done = fclose(all.out) == 0 && print_sorted(text, out);
  }
  free(text);
  return done ? CF_OK : cf_fail(diag, CF_INTERNAL, "no memory for the keys of a scenario");
}
