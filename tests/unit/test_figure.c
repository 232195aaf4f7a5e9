/* Figures: what a file must say, in which order they come, and that those that ship are right. */
#include "store_fixture.h"

#include "report/figure.h"

static int make_fixture(void **state) {
  if (make_scratch(state) != 0) return -1;
  write_fixture(in_scratch(state, "a.db"), 1, 1);
  return 0;
}

typedef struct outcome {
  cf_status status;
  cf_figures figures;
  cf_diag diag;
} outcome;

/* Freed by the caller through cf_figures_free. */
static outcome *read_folder(void **state, const char *folder) {
  static outcome out;
  cf_diag_init(&out.diag);
  cf_database *database;
  assert_int_equal(cf_database_open(in_scratch(state, "a.db"), &database, &out.diag), CF_OK);
  out.status = cf_figures_read(folder, database, &out.figures, &out.diag);
  cf_database_close(database);
  return &out;
}

static void put(const char *folder, const char *name, const char *text) {
  char path[1024];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs(text, file);
  fclose(file);
}

/* An empty folder of its own for each test. */
static const char *folder_in(void **state, const char *name) {
  const char *folder = in_scratch(state, name);
  assert_int_equal(mkdir(folder, 0755), 0);
  return folder;
}

#define META "\"query\": \"q\", \"title\": \"T\", \"question\": \"Q?\""
#define CHART "{\n  \"usermeta\": {" META ", \"alt\": \"A\"},\n  \"mark\": \"bar\"\n}\n"
#define TABLE "{\"usermeta\": {" META "}}\n"

static void in_the_order_of_their_names(void **state) {
  const char *folder = folder_in(state, "order");
  put(folder, "20-second.vl.json", CHART);
  put(folder, "10-first_one.table.json", TABLE);
  put(folder, "3.table.json", TABLE);
  put(folder, "notes.txt", "no figure");
  put(folder, ".30-hidden.vl.json", "no figure");
  outcome *out = read_folder(state, folder);
  assert_int_equal(out->status, CF_OK);
  assert_int_equal(out->figures.count, 3);
  const cf_figure *figure = out->figures.figure;
  assert_string_equal(figure[0].name, "first-one");
  assert_true(figure[0].table);
  assert_string_equal(figure[0].needs, "");
  assert_string_equal(figure[1].name, "second");
  assert_false(figure[1].table);
  assert_string_equal(
      figure[1].spec,
      "{\"usermeta\":{\"query\":\"q\",\"title\":\"T\",\"question\":\"Q?\",\"alt\":\"A\"},\"mark\":\"bar\"}");
  assert_string_equal(figure[1].alt, "A");
  assert_string_equal(figure[2].name, "3");
  cf_figures_free(&out->figures);
}

static void assert_refused(void **state, const char *name, const char *file, const char *text, const char *says,
                           unsigned line) {
  const char *folder = folder_in(state, name);
  put(folder, file, text);
  outcome *out = read_folder(state, folder);
  assert_int_equal(out->status, CF_INPUT);
  assert_int_equal(out->diag.errors, 1);
  if (!strstr(out->diag.entry[0].text, says)) fail_msg("'%s' lacks '%s'", out->diag.entry[0].text, says);
  assert_int_equal(out->diag.entry[0].line, line);
  cf_figures_free(&out->figures);
}

static void what_is_wrong_is_told_with_its_place(void **state) {
  assert_refused(state, "a", "1.vl.json", "{\n  \"mark\": \"bar\"\n}\n", "'usermeta' is missing", 1);
  assert_refused(state, "b", "1.vl.json", "{\n  \"usermeta\": {" META "}\n}\n", "'usermeta.alt' is missing", 2);
  assert_refused(state, "c", "1.table.json", "{\"usermeta\": {" META ",\n \"titel\": \"x\"}}",
                 "unknown key 'titel' in 'usermeta' (did you mean 'title'?)", 2);
  assert_refused(state, "d", "1.table.json", "{\"usermeta\": {" META ",\n \"needs\": [\"x\"]}}",
                 "'usermeta.needs' is a text", 2);
  assert_refused(state, "e", "1.vl.json", "usermeta: {query: q, title: t, question: q, alt: a}\n", "is not JSON", 0);
  assert_refused(state, "f", "1.vl.json", "{\n \"a\": 1,\n \"a\": 2}\n", "duplicate key 'a'", 3);
  assert_refused(state, "g", "1.txt", "", "holds no figures", 0);
}

static void names_are_unique(void **state) {
  const char *folder = folder_in(state, "twice");
  put(folder, "1-a.table.json", TABLE);
  put(folder, "2-a.vl.json", CHART);
  outcome *out = read_folder(state, folder);
  assert_int_equal(out->status, CF_INPUT);
  assert_non_null(strstr(out->diag.entry[0].text, "has the same name"));
  cf_figures_free(&out->figures);
  out = read_folder(state, in_scratch(state, "nowhere"));
  assert_int_equal(out->status, CF_IO);
  cf_figures_free(&out->figures);
}

/* Every chart says what it shows to those who cannot see it, and why it may be missing or that it may be so silently.
 */
static void those_that_ship(void **state) {
  outcome *out = read_folder(state, "analysis/charts");
  if (out->status != CF_OK) cf_diag_print(&out->diag, stderr, false);
  assert_int_equal(out->status, CF_OK);
  assert_true(out->figures.count >= 12);
  for (uint32_t i = 0; i < out->figures.count; i++) {
    const cf_figure *figure = &out->figures.figure[i];
    if (!figure->table && strlen(figure->alt) < 40) fail_msg("%s: its alt is too short", figure->file);
    if (!figure->table && !strstr(figure->spec, "\"name\":\"rows\"")) fail_msg("%s: no data", figure->file);
  }
  cf_figures_free(&out->figures);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(in_the_order_of_their_names),
      cmocka_unit_test(what_is_wrong_is_told_with_its_place),
      cmocka_unit_test(names_are_unique),
      cmocka_unit_test(those_that_ship),
  };
  return cmocka_run_group_tests(tests, make_fixture, remove_scratch);
}
