/* config/schema: the tables are consistent with the structs and with themselves. */
#include "fixtures/config/config_fixture.h"

#include "config/schema.h"

#include <math.h>

typedef struct survey {
  unsigned rows, with_default, ranged;
} survey;

static size_t width(const cf_schema_row *row) {
  switch (row->type) {
    case CF_TYPE_QUANTITY:
    case CF_TYPE_TICKS:
    case CF_TYPE_SEED:
    case CF_TYPE_INSTANT:
      return 8;
    case CF_TYPE_COUNT:
      return 4;
    case CF_TYPE_BOOL:
      return sizeof(bool);
    case CF_TYPE_TEXT:
    case CF_TYPE_NAME:
    case CF_TYPE_MODEL:
      return sizeof(void *);
    case CF_TYPE_WORDS:
    case CF_TYPE_NUMBERS:
      return 8 * (size_t)row->count;
    case CF_TYPE_TABLE:
      return sizeof(cf_table);
    case CF_TYPE_VARIATION:
      return sizeof(cf_variation);
    default:
      return row->size;
  }
}

static void check(const cf_schema_shape *shape, survey *s) {
  assert_non_null(shape->name);
  assert_true(strlen(shape->doc) > 8);
  for (uint32_t i = 0; i < shape->rows; i++) {
    const cf_schema_row *row = &shape->row[i];
    s->rows++;
    if (strlen(row->doc) < 8 || row->doc[strlen(row->doc) - 1] != '.') fail_msg("%s.%s: doc", shape->name, row->key);
    assert_ptr_equal(cf_schema_find(shape, row->key), row);
    if (!row->unstored && row->type != CF_TYPE_MAP && row->size != width(row))
      fail_msg("%s.%s: field of %zu bytes, type of %zu", shape->name, row->key, row->size, width(row));
    if (row->type == CF_TYPE_CHOICE) assert_true(row->size == 1 || row->size == 4 || row->unstored);
    if (row->ranged) {
      s->ranged++;
      assert_true(row->min < row->max);
    }
    if (row->fallback && *row->fallback &&
        (row->type == CF_TYPE_QUANTITY || row->type == CF_TYPE_TICKS || row->type == CF_TYPE_COUNT)) {
      cf_quantity q;
      char why[CF_QUANTITY_WHY];
      s->with_default++;
      if (!cf_quantity_parse(row->fallback, row->dimension, &q, why)) fail_msg("%s.%s: %s", shape->name, row->key, why);
      if (!cf_schema_in_range(row, q.si)) fail_msg("%s.%s: default out of range", shape->name, row->key);
    }
    assert_true(row->presence != CF_PRESENT_DEFAULT || row->fallback || row->type == CF_TYPE_MAP ||
                row->type == CF_TYPE_ENTRIES);
    if (row->type == CF_TYPE_TICKS) assert_int_equal(row->dimension, CF_DIM_TIME);
    if (row->type == CF_TYPE_TABLE)
      assert_true(row->least >= 1 && row->least <= row->count && row->count <= CF_MAX_TABLE);
    if (row->brief) assert_non_null(cf_schema_find(row->shape, row->brief));
    if (row->shape) check(row->shape, s);
    for (unsigned k = 0; row->shapes && row->shapes[k]; k++) check(row->shapes[k], s);
  }
}

static void tables(void **state) {
  (void)state;
  survey s = {0, 0, 0};
  check(&cf_schema_scenario, &s);
  for (int k = 0; k < CF_MODEL_KINDS; k++) {
    const cf_schema_shape *const *variant = cf_schema_models[k].variant;
    assert_ptr_equal(cf_schema_variant((cf_model_kind)k, NULL), variant[0]);
    for (unsigned v = 0; variant[v]; v++) {
      check(variant[v], &s);
      assert_true(variant[v]->cited);
      assert_int_equal(variant[v]->size, variant[0]->size); /* they fill one struct */
      assert_ptr_equal(cf_schema_variant((cf_model_kind)k, variant[v]->name), variant[v]);
      const cf_schema_row *kind = cf_schema_find(variant[v], "kind");
      assert_true(!variant[1] || (kind && strcmp(kind->names[v], variant[v]->name) == 0));
    }
    assert_null(cf_schema_variant((cf_model_kind)k, "another"));
    assert_non_null(cf_schema_models[k].folder);
  }
  assert_true(s.rows > 120);
  assert_true(s.with_default > 15);
  assert_true(s.ranged > 60);
  for (int i = 0; cf_schema_policy_names[i]; i++)
    assert_string_equal(cf_schema_policy_shapes[i]->name, cf_schema_policy_names[i]);
  for (int i = 0; cf_schema_harvester_names[i]; i++)
    assert_string_equal(cf_schema_harvester_shapes[i]->name, cf_schema_harvester_names[i]);
}

/* Marks the bytes of every field, those of the maps inside too. */
static void mark_fields(const cf_schema_shape *shape, size_t base, unsigned char *taken, size_t size) {
  for (uint32_t i = 0; i < shape->rows; i++) {
    const cf_schema_row *row = &shape->row[i];
    if (row->type == CF_TYPE_MAP) mark_fields(row->shape, base + row->offset, taken, size);
    if (row->type == CF_TYPE_MAP || row->unstored) continue;
    assert_true(base + row->offset + row->size <= size);
    for (size_t b = 0; b < row->size; b++)
      if (taken[base + row->offset + b]++) fail_msg("%s.%s overlaps another field", shape->name, row->key);
  }
}

static void no_two_fields_overlap(void **state) {
  (void)state;
  for (int k = 0; k < CF_MODEL_KINDS; k++)
    for (const cf_schema_shape *const *variant = cf_schema_models[k].variant; *variant; variant++) {
      unsigned char *taken = calloc(1, (*variant)->size);
      assert_non_null(taken);
      for (size_t b = 0; b < sizeof(char *); b++) taken[(*variant)->name_offset + b] = 1;
      mark_fields(*variant, 0, taken, (*variant)->size);
      free(taken);
    }
  for (int i = 0; cf_schema_harvester_names[i]; i++) {
    unsigned char taken[sizeof(cf_harvester)] = {0};
    mark_fields(cf_schema_harvester_shapes[i], 0, taken, sizeof taken);
  }
  static unsigned char scenario[sizeof(cf_scenario)], group[sizeof(cf_node_group)];
  mark_fields(&cf_schema_scenario, 0, scenario, sizeof scenario);
  mark_fields(&cf_schema_node_group, 0, group, sizeof group);
}

static void ranges(void **state) {
  (void)state;
  char text[100];
  cf_schema_row row = {.dimension = CF_DIM_POWER};
  assert_string_equal(cf_schema_range(&row, text, sizeof text), "");
  assert_true(cf_schema_in_range(&row, -1e300));
  row.ranged = true;
  row.max = HUGE_VAL;
  assert_string_equal(cf_schema_range(&row, text, sizeof text), "at least 0 W");
  assert_true(cf_schema_in_range(&row, 0) && !cf_schema_in_range(&row, -1e-300));
  row.min_open = true;
  assert_string_equal(cf_schema_range(&row, text, sizeof text), "above 0 W");
  assert_false(cf_schema_in_range(&row, 0));
  row = (cf_schema_row){.ranged = true, .min = 0, .max = 1};
  assert_string_equal(cf_schema_range(&row, text, sizeof text), "from 0 to 1");
  row.max_open = true;
  assert_string_equal(cf_schema_range(&row, text, sizeof text), "from 0 to below 1");
  assert_false(cf_schema_in_range(&row, 1));
  row = (cf_schema_row){.ranged = true, .min = -HUGE_VAL, .max = 5};
  assert_string_equal(cf_schema_range(&row, text, sizeof text), "at most 5");
  row.max_open = true;
  assert_string_equal(cf_schema_range(&row, text, sizeof text), "below 5");
  row = (cf_schema_row){.ranged = true, .min = 273.15, .max = 373.15, .dimension = CF_DIM_TEMPERATURE};
  assert_string_equal(cf_schema_range(&row, text, sizeof text), "from 0 degC to 100 degC");
  assert_false(cf_schema_in_range(&row, NAN));
}

static void finding(void **state) {
  (void)state;
  assert_non_null(cf_schema_find(&cf_schema_node_group, "sample_every"));
  assert_null(cf_schema_find(&cf_schema_node_group, "sample_ever"));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(tables), cmocka_unit_test(no_two_fields_overlap),
                                     cmocka_unit_test(ranges), cmocka_unit_test(finding)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
