/* config/schema_print and schema_markdown: well-formed, complete, and the same words as the tables. */
#include "fixtures/config/config_fixture.h"

#include "config/schema.h"
#include "config/schema_print.h"

#include <ctype.h>

/* A reader of JSON that knows nothing but its grammar. Returns what follows, NULL when it is not JSON. */
static const char *value(const char *p, int depth);

static const char *space(const char *p) { return p + strspn(p, " \n\t"); }

static const char *string(const char *p) {
  if (*p++ != '"') return NULL;
  while (*p != '"') {
    if ((unsigned char)*p < 0x20) return NULL;
    if (*p == '\\' && !strchr("\"\\/bfnrtu", *++p)) return NULL;
    p++;
  }
  return p + 1;
}

static const char *members(const char *p, char end, int depth) {
  p = space(p + 1);
  if (*p == end) return p + 1;
  for (;;) {
    if (end == '}') {
      p = string(space(p));
      if (!p || *(p = space(p)) != ':') return NULL;
      p++;
    }
    p = value(p, depth + 1);
    if (!p) return NULL;
    p = space(p);
    if (*p == end) return p + 1;
    if (*p++ != ',') return NULL;
  }
}

static const char *value(const char *p, int depth) {
  p = space(p);
  if (depth > 100) return NULL;
  if (*p == '{') return members(p, '}', depth);
  if (*p == '[') return members(p, ']', depth);
  if (*p == '"') return string(p);
  if (strncmp(p, "true", 4) == 0) return p + 4;
  if (strncmp(p, "false", 5) == 0) return p + 5;
  size_t digits = strspn(p, "-+.eE0123456789");
  return digits && (isdigit((unsigned char)p[digits - 1])) ? p + digits : NULL;
}

static char *json(const char *kind) {
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  cf_diag diag;
  cf_diag_init(&diag);
  assert_int_equal(cf_schema_print_json(out, kind, &diag), CF_OK);
  fclose(out);
  return text;
}

static void every_kind_is_json(void **state) {
  (void)state;
  unsigned kinds = 0;
  for (unsigned i = 0; cf_schema_kind(i); i++, kinds++) {
    char *text = json(cf_schema_kind(i));
    const char *end = value(text, 0);
    if (!end || *space(end)) fail_msg("%s is not JSON", cf_schema_kind(i));
    assert_non_null(strstr(text, "\"$schema\": \"https://json-schema.org/draft/2020-12/schema\""));
    free(text);
  }
  assert_int_equal(kinds, 2 + CF_MODEL_KINDS);
}

static void unknown_kind(void **state) {
  (void)state;
  cf_diag diag;
  cf_diag_init(&diag);
  assert_int_equal(cf_schema_print_json(stderr, "scenaro", &diag), CF_USAGE);
  assert_string_equal(diag.entry[0].text, "no schema 'scenaro' (did you mean 'scenario'?)");
}

typedef struct paths {
  unsigned count;
  bool leakage, ask, nodes_each;
  const char *markdown, *schema;
} paths;

static void path(void *self, const char *text, const char *doc) {
  paths *p = self;
  p->count++;
  p->leakage |= strcmp(text, "fleet.<group>.storage.leakage") == 0;
  p->ask |= strcmp(text, "policies.<policy>.ask") == 0;
  p->nodes_each |= strcmp(text, "place.site.nodes_each") == 0;
  if (!strstr(p->markdown, doc)) fail_msg("%s is not documented", text);
  const char *key = strrchr(text, '.');
  char quoted[100];
  snprintf(quoted, sizeof quoted, "\"%s\"", key ? key + 1 : text);
  if (!strstr(p->schema, quoted)) fail_msg("%s is not in the JSON Schema", text);
}

static void every_path_is_documented(void **state) {
  (void)state;
  char *markdown = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&markdown, &length);
  cf_schema_print_markdown(out);
  fclose(out);
  char *schema = json("scenario");
  paths p = {.markdown = markdown, .schema = schema};
  cf_schema_each_path(path, &p);
  assert_true(p.count > 150);
  assert_true(p.leakage && p.ask && p.nodes_each);
  for (int k = 0; k < CF_MODEL_KINDS; k++) {
    char *kind = json(cf_schema_models[k].kind);
    for (const cf_schema_shape *const *variant = cf_schema_models[k].variant; *variant; variant++)
      for (uint32_t i = 0; i < (*variant)->rows; i++) {
        const cf_schema_row *row = &(*variant)->row[i];
        if (!strstr(markdown, row->doc)) fail_msg("%s is not documented", row->key);
        if (!row->scenario_only && !strstr(kind, row->doc)) fail_msg("%s is not in the JSON Schema", row->key);
      }
    free(kind);
  }
  assert_non_null(strstr(markdown, "| `place.site.nodes_each` | whole number | `50` | from 1 to 1e+07 |"));
  char *plan = json("plan");
  const cf_schema_shape *of_plans[] = {&cf_schema_plan, &cf_schema_axis, &cf_schema_tuned};
  for (int s = 0; s < 3; s++)
    for (uint32_t i = 0; i < of_plans[s]->rows; i++) {
      assert_non_null(strstr(markdown, of_plans[s]->row[i].doc));
      assert_non_null(strstr(plan, of_plans[s]->row[i].doc));
    }
  free(plan);
  for (int d = 0; d < CF_DIM_COUNT; d++) assert_non_null(strstr(markdown, cf_dimension_name((cf_dimension)d)));
  free(markdown);
  free(schema);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_kind_is_json), cmocka_unit_test(unknown_kind),
                                     cmocka_unit_test(every_path_is_documented)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
