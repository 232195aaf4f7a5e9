/* config/suggest: distances by hand, and one-letter typos over all keys of the schema. */
#include "fixtures/config/config_fixture.h"

#include "config/schema.h"
#include "config/suggest.h"

static void distances(void **state) {
  (void)state;
  assert_int_equal(cf_suggest_distance("count", "count", 2), 0);
  assert_int_equal(cf_suggest_distance("cout", "count", 2), 1);
  assert_int_equal(cf_suggest_distance("cuont", "count", 2), 1);
  assert_int_equal(cf_suggest_distance("xcount", "count", 2), 1);
  assert_int_equal(cf_suggest_distance("covnt", "count", 2), 1);
  assert_int_equal(cf_suggest_distance("ca", "abc", 5), 3); /* the restricted form: no edit across a swap */
  assert_int_equal(cf_suggest_distance("kitten", "sitting", 5), 3);
  assert_int_equal(cf_suggest_distance("abcdef", "a", 2), 3);
  assert_int_equal(cf_suggest_distance("", "ab", 2), 2);
  char longer[200];
  memset(longer, 'a', sizeof longer);
  longer[199] = '\0';
  assert_int_equal(cf_suggest_distance(longer, "a", 2), 3);
  assert_int_equal(cf_suggest_distance(longer, longer, 2), 0);
}

static void limits(void **state) {
  (void)state;
  char text[80];
  cf_suggestion far = {.given = "zzzzzz"};
  cf_suggest_offer(&far, "count", 0);
  assert_null(far.best);
  assert_string_equal(cf_suggest_text(&far, text, sizeof text), "");
  cf_suggestion brief = {.given = "abc"};
  cf_suggest_offer(&brief, "xyc", 0); /* two edits of three letters are no help */
  assert_null(brief.best);
  cf_suggestion tie = {.given = "coun"};
  cf_suggest_offer(&tie, "court", 1);
  cf_suggest_offer(&tie, "count", 0);
  cf_suggest_offer(&tie, "noun", 5);
  assert_string_equal(tie.best, "count");
  assert_string_equal(cf_suggest_text(&tie, text, sizeof text), " (did you mean 'count'?)");
}

typedef struct score {
  unsigned right, all;
} score;

static void typo(const cf_schema_shape *shape, const char *meant, const char *typed, score *s) {
  if (cf_schema_find(shape, typed) || strcmp(meant, typed) == 0) return;
  cf_suggestion suggestion = {.given = typed};
  for (uint32_t i = 0; i < shape->rows; i++) cf_suggest_offer(&suggestion, shape->row[i].key, 0);
  s->all++;
  s->right += suggestion.best && strcmp(suggestion.best, meant) == 0;
}

static void typos_of(const cf_schema_shape *shape, score *s) {
  for (uint32_t i = 0; i < shape->rows; i++) {
    const char *key = shape->row[i].key;
    size_t n = strlen(key);
    char typed[80];
    for (size_t at = 0; at <= n; at++) {
      for (char letter = 'a'; letter <= 'z'; letter++) {
        snprintf(typed, sizeof typed, "%.*s%c%s", (int)at, key, letter, key + at); /* one more */
        typo(shape, key, typed, s);
        if (at == n) continue;
        snprintf(typed, sizeof typed, "%s", key); /* another */
        typed[at] = letter;
        typo(shape, key, typed, s);
      }
      if (at == n) continue;
      snprintf(typed, sizeof typed, "%.*s%s", (int)at, key, key + at + 1); /* one less */
      typo(shape, key, typed, s);
      if (at + 1 == n) continue;
      snprintf(typed, sizeof typed, "%s", key); /* swapped */
      typed[at] = key[at + 1];
      typed[at + 1] = key[at];
      typo(shape, key, typed, s);
    }
    if (shape->row[i].shape) typos_of(shape->row[i].shape, s);
  }
}

static void one_letter_typos(void **state) {
  (void)state;
  score s = {0, 0};
  typos_of(&cf_schema_scenario, &s);
  typos_of(&cf_schema_node_group, &s);
  typos_of(&cf_schema_hub_group, &s);
  for (int i = 0; cf_schema_harvester_names[i]; i++) typos_of(cf_schema_harvester_shapes[i], &s);
  for (int k = 0; k < CF_MODEL_KINDS; k++)
    for (const cf_schema_shape *const *variant = cf_schema_models[k].variant; *variant; variant++)
      typos_of(*variant, &s);
  assert_true(s.all > 10000);
  assert_true((double)s.right >= 0.99 * (double)s.all);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(distances), cmocka_unit_test(limits),
                                     cmocka_unit_test(one_letter_typos)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
