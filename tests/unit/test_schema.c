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
    if (row->shape) check(row->shape, s);
    for (unsigned k = 0; row->shapes && row->shapes[k]; k++) check(row->shapes[k], s);
  }
}

static void tables(void **state) {
  (void)state;
  survey s = {0, 0, 0};
  check(&cf_schema_scenario, &s);
  for (int k = 0; k < CF_MODEL_KINDS; k++) {
    check(cf_schema_models[k].shape, &s);
    assert_true(cf_schema_models[k].shape->cited);
    assert_non_null(cf_schema_models[k].folder);
  }
  assert_true(s.rows > 120);
  assert_true(s.with_default > 15);
  assert_true(s.ranged > 60);
  for (int i = 0; cf_schema_policy_names[i]; i++)
    assert_string_equal(cf_schema_policy_shapes[i]->name, cf_schema_policy_names[i]);
}

static void no_two_fields_overlap(void **state) {
  (void)state;
  for (int k = 0; k < CF_MODEL_KINDS; k++) {
    const cf_schema_shape *shape = cf_schema_models[k].shape;
    for (uint32_t i = 0; i < shape->rows; i++)
      for (uint32_t j = 0; j < i; j++) {
        const cf_schema_row *a = &shape->row[i], *b = &shape->row[j];
        if (a->unstored || b->unstored) continue;
        assert_true(a->offset >= b->offset + b->size || b->offset >= a->offset + a->size);
        assert_true(a->offset + a->size <= shape->size);
        assert_true(a->offset != shape->name_offset);
      }
  }
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
