/* For the tests of plans: a plan out of a text in memory. */
#ifndef CF_TESTS_UNIT_PLAN_TEXT_H
#define CF_TESTS_UNIT_PLAN_TEXT_H

#include "../support/cf_test.h"

#include "config/plan.h"
#include "config/reader.h"

/* What every plan needs; a test appends the rest. */
#define PLAN_HEAD "name: p\nscenario: ../s.yaml\n"

static inline cf_plan *plan_read(const char *text, cf_diag *diag) {
  cf_input_file file = {.path = "plans/p.yaml", .bytes = text, .length = strlen(text)};
  cf_reader_files files = {.file = &file, .count = 1};
  cf_reader reader = cf_reader_memory(&files);
  cf_load_options options = {.reader = &reader};
  cf_diag_init(diag);
  return cf_plan_load("plans/p.yaml", &options, diag);
}

static inline cf_plan *plan_good(const char *text) {
  cf_diag *diag = calloc(1, sizeof *diag);
  assert_non_null(diag);
  cf_plan *plan = plan_read(text, diag);
  if (!plan) cf_diag_print(diag, stderr, false);
  assert_non_null(plan);
  free(diag);
  return plan;
}

static inline void plan_refused(const char *text, uint32_t line, uint32_t column, const char *words) {
  cf_diag *diag = calloc(1, sizeof *diag);
  assert_non_null(diag);
  const cf_plan *plan = plan_read(text, diag);
  if (plan) fail_msg("read, though '%s' was expected", words);
  if (!strstr(diag->entry[0].text, words)) cf_diag_print(diag, stderr, false);
  assert_non_null(strstr(diag->entry[0].text, words));
  assert_int_equal(diag->entry[0].status, CF_INPUT);
  assert_int_equal(diag->entry[0].line, line);
  assert_int_equal(diag->entry[0].column, column);
  free(diag);
}

#endif
