/* Classes: what a power state costs, staged throttle thresholds, airtimes, how nodes vary, what does not fit. */
#include "fleet/class.h"

#include "fixtures/fleet/field.h"

#include "cognition/belief.h"

static cf_diag diag;
static cf_arena *arena;

static cf_status try_make(const cf_scenario *scenario, const cf_policy *policy, cf_node_class *class) {
  cf_sky_panels panels;
  cf_diag_init(&diag);
  assert_int_equal(cf_panels_make(&panels, scenario, &diag), CF_OK);
  return cf_node_class_make(class, scenario, 0, policy, &panels, arena, &diag);
}

static cf_node_class make(const cf_scenario *scenario, const cf_policy *policy) {
  cf_node_class class;
  assert_int_equal(try_make(scenario, policy, &class), CF_OK);
  return class;
}

/* Joules of a whole stay in `state`, and of them deciding. */
static void assert_costs(const cf_node_class *class, uint32_t state, int64_t span_ns, double work_j, double work_s,
                         double operations) {
  const cf_device *device = class->group->device;
  double decide_s = operations * device->cycles_per_operation / device->clock_hz;
  double decide_j = decide_s * device->active_power_w, span_s = cf_ticks_to_s(span_ns);
  assert_true(span_s >= work_s + decide_s - 1e-15 && span_s <= work_s + decide_s + 1.0001e-9);
  double total_j = class->body.load[state].device_w * span_s;
  assert_true(fabs(total_j - (work_j + decide_j)) <= 1e-12 * total_j);
  assert_true(fabs(total_j * class->decide_share[state] - decide_j) <= 1e-12 * decide_j);
  double efficiency = class->group->mains ? 1.0 : class->group->converter->output_efficiency;
  assert_true(fabs(class->body.load[state].bus_w * efficiency - class->body.load[state].device_w) <=
              1e-15 * class->body.load[state].device_w);
  assert_true(class->body.load[state].heat_w == class->body.load[state].device_w);
}

static void thinking_costs_its_row_and_the_deciding(void **unused) {
  (void)unused;
  cf_scenario *scenario = field_load("scenarios/quickstart.yaml", NULL);
  static const cf_policy *const policies[] = {&cf_policy_always_local, &cf_policy_confidence_threshold};
  for (size_t i = 0; i < 2; i++) {
    cf_node_class class = make(scenario, policies[i]);
    const cf_node_group *group = class.group;
    assert_int_equal(class.points, 1);
    assert_int_equal(class.levels, 2);
    cf_decision_view view = {.states = CF_LOOK_STATES, .options = 4};
    double choose = (double)policies[i]->operations(&view);
    for (uint32_t m = 0; m < 2; m++) {
      uint32_t state = cf_power_think(m, 0);
      assert_costs(&class, state, class.think_ns[m][0], group->model[m].cost.energy_j, group->model[m].cost.time_s,
                   (double)cf_operations_update(CF_LOOK_STATES) + choose);
      assert_int_equal(class.use[state], CF_USE_THINK);
    }
    double frame = (double)(cf_operations_predict(1, 8) + cf_operations_open(16) + cf_operations_close(16) +
                            cf_operations_report(16)) +
                   choose;
    frame += (double)cf_operations_update(CF_LOOK_STATES) + 2.0 * choose; /* what may follow a hub's answer */
    assert_costs(&class, CF_POWER_SENSE, class.sense_ns, 0.012, 0.15, frame);
    /* No deciding in the boot. */
    assert_int_equal(class.boot_ns, 80000000);
    assert_true(fabs(class.body.load[CF_POWER_BOOT].device_w - 0.25) <= 1e-15);
    assert_true(class.decide_share[CF_POWER_BOOT] == 0.0);
    assert_true(class.body.load[CF_POWER_OFF].device_w == 0.0 && class.body.load[CF_POWER_OFF].bus_w == 0.0);
    assert_true(fabs(class.body.load[CF_POWER_SLEEP].device_w - 5e-6) <= 1e-20);
  }
  cf_scenario_destroy(scenario);
}

static void operating_points_scale_time_and_power(void **unused) {
  (void)unused;
  cf_scenario *scenario = field_load("scenarios/hot-module.yaml", NULL);
  cf_node_class class = make(scenario, &cf_policy_always_local);
  assert_int_equal(class.points, 3);
  assert_int_equal(class.levels, 3);
  assert_false(class.body.has_store);
  assert_false(class.asks);
  cf_decision_view view = {.states = CF_LOOK_STATES, .options = 4};
  double operations = (double)(cf_operations_update(CF_LOOK_STATES) + cf_policy_always_local.operations(&view));
  for (uint32_t m = 0; m < 2; m++)
    for (uint32_t p = 0; p < 3; p++) {
      const cf_operating_point *point = &class.group->device->point[p];
      double time_s = class.group->model[m].cost.time_s / point->speed;
      double energy_j =
          class.group->model[m].cost.energy_j / class.group->model[m].cost.time_s * (point->power_w / 25.0) * time_s;
      assert_costs(&class, cf_power_think(m, p), class.think_ns[m][p], energy_j, time_s, operations);
      if (p > 0) assert_true(class.think_ns[m][p] > class.think_ns[m][p - 1]);
    }
  cf_scenario_destroy(scenario);
}

static void thresholds_are_staged_and_have_hysteresis(void **unused) {
  (void)unused;
  static const char *const paths[] = {"scenarios/quickstart.yaml", "scenarios/hot-module.yaml"};
  for (size_t i = 0; i < 2; i++) {
    cf_scenario *scenario = field_load(paths[i], NULL);
    cf_node_class class = make(scenario, &cf_policy_always_local);
    const cf_limits *limits = &class.group->limits;
    double band = limits->throttle_above_k - limits->throttle_below_k;
    assert_true(class.throttle_above_k[0] == limits->throttle_above_k);
    assert_true(class.throttle_above_k[class.levels - 1] == limits->shut_down_above_k);
    assert_true(class.throttle_below_k[0] == limits->throttle_below_k);
    double step = (limits->shut_down_above_k - limits->throttle_above_k) / (class.levels - 1);
    for (uint32_t p = 1; p < class.levels; p++) {
      assert_true(fabs(class.throttle_above_k[p] - class.throttle_above_k[p - 1] - step) <= 1e-12);
      assert_true(fabs(class.throttle_above_k[p - 1] - class.throttle_below_k[p] - band) <= 1e-12);
      assert_true(class.throttle_below_k[p] < class.throttle_above_k[p - 1]);
    }
    assert_true(class.throttle_below_k[0] < class.throttle_above_k[class.levels - 1]);
    cf_scenario_destroy(scenario);
  }
}

static void airtimes_are_those_of_the_frames(void **unused) {
  (void)unused;
  cf_scenario *scenario = field_load("scenarios/quickstart.yaml", NULL);
  cf_node_class class = make(scenario, &cf_policy_always_local);
  assert_true(class.asks);
  /* SF 10, 125 kHz: symbols of 8.192 ms; 33 bytes with CRC are 43 symbols after 12.25 of preamble; 17 bytes without are
   * 28. */
  assert_int_equal(class.uplink.airtime_ns, 452608000);
  assert_int_equal(class.downlink.airtime_ns, 329728000);
  assert_int_equal(class.listen_ns, 100352000);
  assert_int_equal(class.receive_delay_ns, CF_NS_PER_S);
  double tx = 0.1452 / 0.9, rx = 0.03201 / 0.9;
  assert_true(fabs(class.exchange_energy_j - (tx * 0.452608 + rx * 0.329728)) <= 1e-12);
  assert_true(fabs(class.exchange_time_s - (0.452608 + 1.0 + 0.329728)) <= 1e-12);
  assert_true(fabs(class.body.load[CF_POWER_TX].heat_w - (0.1452 - 0.0251)) <= 1e-12);
  cf_hub_class hub;
  assert_int_equal(cf_hub_class_make(&hub, scenario, &diag), CF_OK);
  assert_int_equal(hub.downlink.airtime_ns, class.downlink.airtime_ns);
  assert_true(fabs(hub.idle_w - 3.1) <= 1e-12 && fabs(hub.asleep_w - 3.1) <= 1e-12);
  assert_true(fabs(hub.think_w - (25.0 - 2.6)) <= 1e-12);
  assert_int_equal(hub.think_ns, 5000000);
  cf_scenario_destroy(scenario);
}

static void what_does_not_fit_is_refused(void **unused) {
  (void)unused;
  cf_scenario *scenario = field_load("scenarios/quickstart.yaml", NULL);
  cf_radio slow = *scenario->nodes[0].radio;
  slow.spreading_factor = 12;
  const cf_radio *kept = scenario->nodes[0].radio;
  scenario->nodes[0].radio = &slow;
  cf_node_class class;
  assert_int_equal(try_make(scenario, &cf_policy_always_local, &class), CF_INPUT);
  assert_non_null(strstr(diag.entry[0].text, "second receive window"));
  cf_radio hasty = *kept;
  hasty.receive_delay_s = 1e-9;
  scenario->nodes[0].radio = &hasty;
  cf_hub_class hub;
  cf_diag_init(&diag);
  assert_int_equal(cf_hub_class_make(&hub, scenario, &diag), CF_INPUT);
  assert_non_null(strstr(diag.entry[0].text, "lookahead"));
  scenario->nodes[0].radio = kept;
  /* A store through whose resistance the radio cannot be fed. */
  cf_storage coin = *scenario->nodes[0].storage;
  coin.esr_ohm = 30.0;
  scenario->nodes[0].storage = &coin;
  assert_int_equal(try_make(scenario, &cf_policy_always_local, &class), CF_INPUT);
  cf_scenario_destroy(scenario);
}

static void a_nodes_class_is_its_groups(void **unused) {
  (void)unused;
  cf_scenario *scenario = field_load("scenarios/quickstart.yaml", NULL);
  scenario->node_groups = 2;
  scenario->nodes[1] = scenario->nodes[0];
  field f = field_make(scenario, 0, 1);
  assert_int_equal(f.world->class[1].first_node, 10);
  assert_ptr_equal(cf_world_class_of(f.world, 9), &f.world->class[0]);
  assert_ptr_equal(cf_world_class_of(f.world, 10), &f.world->class[1]);
  field_drop(&f);
}

/* Temperature of the die after a joule that comes at once: of a die alone it would be 1 / C. */
static void a_joule_warms_the_die_at_once(void **unused) {
  (void)unused;
  cf_scenario *scenario = field_load("scenarios/quickstart.yaml", NULL);
  cf_node_class class = make(scenario, &cf_policy_always_local);
  double own_k = 1.0 / class.group->device->die_heat_capacity_j_per_k;
  assert_true(fabs(class.die_k_per_j - own_k) <= 1e-12 * own_k);
  cf_scenario_destroy(scenario);
}

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

static void nodes_vary_as_the_scenario_says(void **unused) {
  (void)unused;
  enum { DRAWS = 20000 };
  static double harvest[DRAWS], logs[DRAWS];
  cf_node_group group = {.varies_harvest = {CF_LOGNORMAL, 0.35, 0.0},
                         .varies_capacitance = {CF_UNIFORM, -0.10, 0.20},
                         .varies_leakage = {CF_LOGNORMAL, 0.5, 0.0},
                         .varies_margin = {CF_NORMAL, 3.0, 0.0}};
  cf_random random = cf_random_seed(5, 0);
  double sum = 0.0, squares = 0.0, capacitance = 0.0, margin = 0.0, margin2 = 0.0, low = 9.0, high = 0.0, with = 0.0;
  for (uint32_t i = 0; i < DRAWS; i++) {
    cf_node_factors f = cf_draw_factors(&group, &random, i);
    harvest[i] = f.harvest;
    logs[i] = log(f.harvest);
    sum += logs[i];
    squares += logs[i] * logs[i];
    capacitance += f.capacitance;
    low = fmin(low, f.capacitance);
    high = fmax(high, f.capacitance);
    margin += f.margin_db;
    margin2 += f.margin_db * f.margin_db;
    with += logs[i] * f.margin_db;
    cf_node_factors again = cf_draw_factors(&group, &random, i);
    assert_memory_equal(&f, &again, sizeof f);
    assert_true(f.leakage > 0.0);
  }
  qsort(harvest, DRAWS, sizeof *harvest, by_value);
  assert_true(fabs(harvest[DRAWS / 2] - 1.0) <= 0.012); /* the median's standard error is 0.3 % */
  double sigma = sqrt(log(1.0 + 0.35 * 0.35)), root = sqrt((double)DRAWS);
  assert_true(fabs(sum / DRAWS) <= 4.5 * sigma / root);
  assert_true(fabs(sqrt(squares / DRAWS) - sigma) <= 4.5 * sigma / (sqrt(2.0) * root));
  assert_true(low >= 0.9 && low < 0.901 && high <= 1.2 && high > 1.199);
  assert_true(fabs(capacitance / DRAWS - 1.05) <= 4.5 * 0.3 / sqrt(12.0) / root);
  assert_true(fabs(margin / DRAWS) <= 4.5 * 3.0 / root);
  assert_true(fabs(sqrt(margin2 / DRAWS) - 3.0) <= 4.5 * 3.0 / (sqrt(2.0) * root));
  assert_true(fabs(with / DRAWS) <= 4.5 * 3.0 * sigma / root); /* uncorrelated */
  cf_node_group same = {.count = 1};
  cf_node_factors f = cf_draw_factors(&same, &random, 3);
  assert_true(f.harvest == 1.0 && f.capacitance == 1.0 && f.leakage == 1.0 && f.margin_db == 0.0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(thinking_costs_its_row_and_the_deciding),
      cmocka_unit_test(operating_points_scale_time_and_power),
      cmocka_unit_test(thresholds_are_staged_and_have_hysteresis),
      cmocka_unit_test(airtimes_are_those_of_the_frames),
      cmocka_unit_test(what_does_not_fit_is_refused),
      cmocka_unit_test(a_nodes_class_is_its_groups),
      cmocka_unit_test(a_joule_warms_the_die_at_once),
      cmocka_unit_test(nodes_vary_as_the_scenario_says),
  };
  arena = cf_arena_create(0xA5);
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  cf_arena_destroy(arena);
  return failed;
}
