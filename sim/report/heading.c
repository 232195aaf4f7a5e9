#include "report/heading.h"

#include "config/yaml.h"

#include <stdio.h>
#include <string.h>

enum { TITLE_BYTES = 400 };

static const char *keep(cf_heading *heading, const cf_cell *cell) {
  const char *copy = "";
  if (cell->type == CF_CELL_TEXT || cell->type == CF_CELL_BLOB)
    copy = cf_arena_copy(heading->arena, cell->as.text, cell->length);
  return copy ? copy : "";
}

static cf_status take_policy(void *self, uint32_t columns, const char *const *names, const cf_cell *cell) {
  (void)columns, (void)names;
  cf_heading *heading = self;
  if (heading->policies < CF_HEADING_POLICIES) heading->policy[heading->policies++] = keep(heading, cell);
  return CF_OK;
}

static cf_status take_plan(void *self, uint32_t columns, const char *const *names, const cf_cell *cell) {
  (void)columns, (void)names;
  cf_heading *heading = self;
  heading->title = keep(heading, &cell[0]);
  heading->question = keep(heading, &cell[1]);
  return CF_OK;
}

/* The `scarce:` line of a scenario's own file. Whatever is wrong with the file is not told here: it ran. */
static const char *scarce_of(cf_heading *heading, const cf_cell *bytes) {
  cf_diag ignored;
  cf_diag_init(&ignored);
  cf_tree tree = {.arena = heading->arena};
  cf_tree_node *root = NULL;
  cf_yaml_text text = {.file = "scenario", .bytes = keep(heading, bytes), .length = bytes->length};
  if (cf_yaml_parse(&tree, &text, &root, &ignored)) return "";
  const cf_tree_node *scarce = cf_tree_get(root, "scarce");
  return scarce && scarce->kind == CF_TREE_SCALAR ? scarce->text : "";
}

static cf_status take_scenario(void *self, uint32_t columns, const char *const *names, const cf_cell *cell) {
  (void)columns, (void)names;
  cf_heading *heading = self;
  if (heading->scenarios == CF_HEADING_SCENARIOS) return CF_OK;
  uint32_t i = heading->scenarios++;
  heading->scenario[i].name = keep(heading, &cell[0]);
  heading->scenario[i].scarce = cell[1].type == CF_CELL_BLOB ? scarce_of(heading, &cell[1]) : "";
  return CF_OK;
}

static void join_names(cf_heading *heading) {
  char title[TITLE_BYTES] = "";
  size_t used = 0;
  for (uint32_t i = 0; i < heading->scenarios && used < sizeof title; i++)
    used += (size_t)snprintf(title + used, sizeof title - used, "%s%s", i ? ", " : "", heading->scenario[i].name);
  const char *copy = cf_arena_copy(heading->arena, title, strlen(title));
  heading->title = copy ? copy : "";
}

cf_status cf_heading_read(cf_database *database, cf_heading *heading, cf_diag *diag) {
  *heading = (cf_heading){.arena = cf_arena_create(0), .title = "", .question = ""};
  if (!heading->arena) return cf_fail(diag, CF_INTERNAL, "no memory for the report");
  cf_status status = cf_query_rows(database, "SELECT policy FROM run GROUP BY policy ORDER BY min(run_id)", NULL,
                                   take_policy, heading, diag);
  if (status == CF_OK)
    status = cf_query_rows(database,
                           "SELECT scenario, (SELECT bytes FROM input WHERE input_id = first) FROM (SELECT scenario, "
                           "min(run_id) AS run_id FROM run GROUP BY scenario) LEFT JOIN (SELECT scenario, "
                           "min(input_id) AS first FROM input GROUP BY scenario) USING (scenario) ORDER BY run_id",
                           NULL, take_scenario, heading, diag);
  if (status == CF_OK && heading->scenarios == 0)
    status = cf_fail(diag, CF_INPUT, "the database has no runs, so there is nothing to report");
  if (status == CF_OK)
    status = cf_query_rows(database, "SELECT name, question FROM plan", NULL, take_plan, heading, diag);
  if (status == CF_OK && !*heading->title) join_names(heading);
  return status;
}

void cf_heading_free(cf_heading *heading) {
  cf_arena_destroy(heading->arena);
  *heading = (cf_heading){0};
}
