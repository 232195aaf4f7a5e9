/* sweep/check: the shipped plans are good and as large as they say; what each error says is in tests/cli/bad-plans. */
#include "plan_text.h"

#include <dirent.h>
#include <unistd.h>

#include "sweep/check.h"

static cf_plan_extent checked(const char *path) {
  cf_diag *diag = calloc(1, sizeof *diag);
  assert_non_null(diag);
  cf_plan_extent extent;
  cf_plan *plan = cf_plan_load(path, NULL, diag);
  cf_status status = plan ? cf_plan_check(plan, "models", &extent, diag) : diag->status;
  if (status) cf_diag_print(diag, stderr, false);
  assert_int_equal(status, CF_OK);
  assert_int_equal(cf_plan_check(plan, "models", NULL, diag), CF_OK);
  assert_true(*plan->question != '\0');
  cf_plan_destroy(plan);
  free(diag);
  return extent;
}

static void test_shipped(void **state) {
  (void)state;
  unsigned plans = 0;
  DIR *folder = opendir("scenarios/plans");
  assert_non_null(folder);
  for (const struct dirent *entry; (entry = readdir(folder));) {
    if (!strstr(entry->d_name, ".yaml")) continue;
    char path[300];
    snprintf(path, sizeof path, "scenarios/plans/%s", entry->d_name);
    cf_plan_extent extent = checked(path);
    assert_true(extent.points > 0 && extent.runs >= extent.points && extent.events > 0 && extent.bytes > 0);
    plans++;
  }
  closedir(folder);
  assert_true(plans >= 3);
}

static void test_extent(void **state) {
  (void)state;
  cf_plan_extent e = checked("scenarios/plans/smallest-capacitor.yaml");
  assert_true(e.points == 6 && e.policies == 2 && e.runs == 48 && e.most_runs == 48 && e.trials == 0);
  e = checked("scenarios/plans/tune-thresholds.yaml");
  assert_true(e.points == 1 && e.policies == 3 && e.runs == 12 && e.most_runs == 48 && e.trials == 64);
}

/* More runs than numbers for them, and a scenario that is not there. */
static void test_refused(void **state) {
  (void)state;
  static const struct {
    const char *text, *words;
    cf_status status;
    uint32_t line;
  } cases[] = {{"/scenarios/small-capacitor.yaml\nreps: 100000\n"
                "axes: {n: {path: fleet.sensors.count, range: {from: 1, to: 100000, step: 1}}}\n",
                "the plan may come to 20000000000 runs", CF_INPUT, 4},
               {"nowhere.yaml\n", "cannot read", CF_IO, 2}};
  char folder[4096], text[8192];
  assert_non_null(getcwd(folder, sizeof folder));
  for (unsigned i = 0; i < 2; i++) {
    cf_diag diag;
    cf_plan_extent extent = {.points = 7};
    snprintf(text, sizeof text, "name: p\nscenario: %s%s", i ? "" : folder, cases[i].text);
    cf_plan *plan = plan_read(text, &diag);
    assert_non_null(plan);
    assert_int_equal(cf_plan_check(plan, "models", &extent, &diag), cases[i].status);
    assert_non_null(strstr(diag.entry[0].text, cases[i].words));
    assert_int_equal(diag.entry[0].line, cases[i].line);
    assert_int_equal(extent.points, 0);
    cf_plan_destroy(plan);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_shipped), cmocka_unit_test(test_extent),
                                     cmocka_unit_test(test_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
