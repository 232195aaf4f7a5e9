/* The walker on rows that others computed: capacitors, thermal networks, a chip, silicon that feeds on its own heat. */
#include "physics/walker.h"

#include "store_inputs.h"
#include "thermal_rows.h"

#include "physics/leakage.h"

static cf_diag diag;
static const cf_body_scale as_is = {1.0, 1.0, 1.0};

/* A converter that loses nothing. */
static cf_converter_curve straight_converter(void) {
  cf_converter_curve converter = {.mppt_fraction = 1.0, .points = 2, .input_w = {0.0, 1e6}, .output_w = {0.0, 1e6}};
  assert_int_equal(cf_converter_check(&converter, &diag), CF_OK);
  return converter;
}

/* One node that nothing warms, for studies of a store alone. */
static void cold_node(cf_body_class *class, cf_arena *arena) {
  cf_network *network = cf_network_new(arena, 1, 1);
  network->capacity_j_per_k[0] = 1.0;
  network->air_w_per_k[0] = 1.0;
  assert_int_equal(cf_modal_build(&class->modal, network, arena, &diag), CF_OK);
}

static const cf_drive still = {.until_ns = CF_NS_PER_S, .air_k = 293.15, .host_k = 293.15};

/* ---- supercap.csv --------------------------------------------------------------------------------------------------
 */

typedef struct capacitor_row {
  double c, esr, leak, power, ramp, start_v, threshold_v, internal_v, result;
} capacitor_row;

static unsigned read_capacitors(const char *kind, capacitor_row *row) {
  FILE *file = rows_open("tests/reference/supercap.csv", true);
  char line[512], name[32];
  unsigned rows = 0;
  while (fgets(line, sizeof line, file)) {
    capacitor_row *r = &row[rows];
    char *rest = strchr(line, ',');
    assert_non_null(rest);
    (void)snprintf(name, sizeof name, "%.*s", (int)(rest - line), line);
    if (strcmp(name, kind) != 0) continue;
    double value[9];
    for (int i = 0; i < 9; i++) {
      char *from = rest + 1;
      value[i] = strtod(from, &rest);
      if (rest == from) rest = from + strcspn(from, ",\n"); /* not given */
    }
    *r = (capacitor_row){value[0], value[1], value[2], value[3], value[4], value[5], value[6], value[7], value[8]};
    rows++;
  }
  (void)fclose(file);
  return rows;
}

enum { CAPACITORS = 67 };

static double capacitor_error(const capacitor_row *r, double tolerance) {
  cf_arena *arena = cf_arena_create(0xA5);
  cf_body_class class = {.has_store = true, .bus_per_device = 1.0, .leakage_curve = -1, .loads = 1};
  class.converter = straight_converter();
  class.load[0] = (cf_load){.device_w = r->power, .bus_w = r->power};
  cf_store_input in = {.kind = CF_STORE_CAPACITOR,
                       .capacitor = {r->c, r->start_v * 1.01, r->esr, .leakage_ohm = r->leak},
                       .turn_on_v = r->start_v * 1.005,
                       .turn_off_v = r->threshold_v,
                       .states = 1,
                       .bus_w = {r->power},
                       .tolerance = tolerance,
                       .cells_max = 65536};
  build_store(&class.store, &in, arena);
  cold_node(&class, arena);
  cf_body_class_close(&class);
  cf_body_room room;
  cf_body_begin(&class, &as_is, 293.15, 1.0 / (1.01 * 1.01), &room.body);
  cf_flows flows = {0};
  cf_watch watch = {CF_WATCH_LOW, INFINITY, -INFINITY};
  double when_s;
  cf_crossing_kind kind =
      cf_walk_piece(&class, &as_is, &still, 0, 10.0 * r->result, &watch, &room.body, &flows, &when_s);
  assert_int_equal(kind, CF_CROSS_STORE_LOW);
  assert_true(fabs(sqrt(room.body.store_j * class.store.x_per_j) - r->internal_v) <= 1e-9 * r->internal_v);
  cf_arena_destroy(arena);
  return fabs(when_s - r->result) / r->result;
}

static void constant_power_through_an_esr(void **unused) {
  (void)unused;
  static capacitor_row row[CAPACITORS];
  assert_int_equal(read_capacitors("esr_const_power_leak", row), CAPACITORS);
  double worst = 0.0, coarse = 0.0;
  for (int i = 0; i < CAPACITORS; i++) {
    worst = fmax(worst, capacitor_error(&row[i], 1e-9));
    coarse = fmax(coarse, capacitor_error(&row[i], 1e-3));
  }
  print_message("time to the threshold: largest relative error %.2g (%.2g at the usual tolerance)\n", worst, coarse);
  assert_true(worst <= 1e-8);
  assert_true(coarse <= 1e-3 && coarse > worst);
}

/* The square of the voltage under p0 + p1 t and a leakage resistance, textbook form; below zero: it ran empty. */
static double ramp_v2(const capacitor_row *r, double t_s) {
  double k = 2.0 / (r->leak * r->c), a = 2.0 / r->c, level = a * (r->power - r->ramp / k) / k;
  return level + a * r->ramp / k * t_s + (r->start_v * r->start_v - level) * exp(-k * t_s);
}

/* The rows tell it by what is left at the horizon; two of them pass below zero and come back before it, and give the
 * root of a square that has been negative. A capacitor does not. */
static bool ramp_runs_empty(const capacitor_row *r) {
  double k = 2.0 / (r->leak * r->c), a = 2.0 / r->c, level = a * (r->power - r->ramp / k) / k;
  double turn_s = log(k * (r->start_v * r->start_v - level) / (a * r->ramp / k)) / k;
  bool dips = turn_s > 0.0 && turn_s < r->threshold_v && ramp_v2(r, turn_s) < 0.0;
  if (r->result < 0.0) assert_true(dips || ramp_v2(r, r->threshold_v) <= 0.0);
  return r->result < 0.0 || dips;
}

/* A ramp of net power: a panel that grows or fades over a load that stays. */
static double ramp_error(const capacitor_row *r) {
  cf_arena *arena = cf_arena_create(0xA5);
  double end_w = r->power + r->ramp * r->threshold_v, load_w = fmax(0.0, -fmin(r->power, end_w));
  double most_v = 100.0 * r->start_v;
  cf_body_class class = {.has_store = true, .bus_per_device = 1.0, .leakage_curve = -1, .loads = 1};
  class.converter = straight_converter();
  class.load[0] = (cf_load){.device_w = load_w, .bus_w = load_w};
  cf_store_input in = {.kind = CF_STORE_CAPACITOR,
                       .capacitor = {r->c, most_v, 0.0, .leakage_ohm = r->leak},
                       .turn_on_v = r->start_v,
                       .turn_off_v = 1e-6 * r->start_v,
                       .states = 1,
                       .bus_w = {load_w},
                       .tolerance = 1e-10,
                       .cells_max = 65536};
  build_store(&class.store, &in, arena);
  cold_node(&class, arena);
  cf_body_class_close(&class);
  cf_body_room room;
  cf_body_begin(&class, &as_is, 293.15, 1e-4, &room.body);
  cf_flows flows = {0};
  cf_drive drive = still;
  drive.panel_w = r->power + load_w;
  drive.panel_w_per_s = r->ramp;
  cf_watch watch = {CF_WATCH_LOW, INFINITY, -INFINITY};
  double when_s, error;
  cf_crossing_kind kind = cf_walk_piece(&class, &as_is, &drive, 0, r->threshold_v, &watch, &room.body, &flows, &when_s);
  double v = sqrt(room.body.store_j * class.store.x_per_j);
  if (ramp_runs_empty(r)) {
    assert_int_equal(kind, CF_CROSS_STORE_LOW);
    error = 0.0;
  } else {
    assert_int_equal(kind, CF_CROSS_NONE);
    error = fabs(v - r->result) / r->result;
  }
  cf_arena_destroy(arena);
  return error;
}

static void ramps_of_power(void **unused) {
  (void)unused;
  static capacitor_row row[CAPACITORS];
  assert_int_equal(read_capacitors("pwl_power_leak", row), CAPACITORS);
  double worst = 0.0;
  unsigned empty = 0, dips = 0;
  for (int i = 0; i < CAPACITORS; i++) {
    worst = fmax(worst, ramp_error(&row[i]));
    empty += ramp_runs_empty(&row[i]);
    dips += ramp_runs_empty(&row[i]) && row[i].result >= 0.0;
  }
  print_message("voltage after a ramp: largest relative error %.2g; %u ran empty\n", worst, empty);
  assert_true(worst <= 1e-8);
  assert_int_equal(dips, 2);
  assert_true(empty > 3);
}

/* ---- leakage_runaway.csv -------------------------------------------------------------------------------------------
 */

/* Seconds from the air's temperature to the probe's, walked on chords of the leakage. */
static double probe_seconds(const double v[11], double tolerance, uint32_t cells, double *reached) {
  cf_arena *arena = cf_arena_create(0xA5);
  cf_body_class class = {.loads = 1, .leakage_curve = 0, .bus_per_device = 1.0};
  cf_network *network = cf_network_new(arena, 1, 1);
  network->capacity_j_per_k[0] = v[2];
  network->air_w_per_k[0] = 1.0 / v[1];
  assert_int_equal(cf_modal_build(&class.modal, network, arena, &diag), CF_OK);
  const cf_leakage leakage = {.power_w = v[4], .reference_k = v[5] + 273.15, .beta_per_k = v[6]};
  double air_k = v[0] + 273.15, probe_k = v[9] + 273.15;
  cf_heat_curve curve;
  assert_int_equal(cf_leakage_curve(&leakage, 0, air_k - 1.0, probe_k + 1.0, tolerance, cells, &curve, arena, &diag),
                   CF_OK);
  const double share[] = {1.0};
  assert_int_equal(cf_modal_curves_build(&class.curves, &class.modal, &curve, 1, share, 1, arena, &diag), CF_OK);
  class.load[0] = (cf_load){.device_w = v[3], .bus_w = v[3], .heat_w = v[3]};
  cf_body_class_close(&class);
  cf_body_room room;
  cf_body_begin(&class, &as_is, air_k, 0.0, &room.body);
  cf_flows flows = {0};
  cf_drive drive = {.until_ns = CF_NS_PER_S, .air_k = air_k, .host_k = air_k};
  cf_watch watch = {CF_WATCH_NO_SUPPLY, probe_k, -INFINITY};
  double when_s = 0.0;
  cf_crossing_kind kind = cf_walk_piece(&class, &as_is, &drive, 0, 100.0 * v[10], &watch, &room.body, &flows, &when_s);
  assert_int_equal(kind, CF_CROSS_WARM);
  assert_true(fabs(cf_modal_temp_k(&class.modal, 0, room.body.mode) - probe_k) <= 1e-9);
  *reached = curve.reached_w / cf_leakage_w(&leakage, probe_k + 1.0);
  cf_arena_destroy(arena);
  return when_s;
}

static void silicon_that_feeds_on_its_heat(void **unused) {
  (void)unused;
  FILE *file = rows_open("tests/reference/leakage_runaway.csv", true);
  char line[512];
  unsigned rows = 0, away = 0;
  double worst = 0.0, coarse = 0.0;
  for (; fgets(line, sizeof line, file); rows++) {
    double v[11], reached;
    char *rest = line;
    for (int i = 0; i < 11; i++) v[i] = strtod(i == 0 ? rest : rest + 1, &rest);
    worst = fmax(worst, fabs(probe_seconds(v, 1e-9, CF_HEAT_CELLS, &reached) / v[10] - 1.0));
    coarse = fmax(coarse, fabs(probe_seconds(v, 1e-3, 48, &reached) / v[10] - 1.0));
    away += v[7] == 1.0;
  }
  (void)fclose(file);
  assert_int_equal(rows, 100);
  assert_true(away > 20);
  print_message("time to a temperature under leakage: largest relative error %.2g (%.2g with a node's cells)\n", worst,
                coarse);
  assert_true(worst <= 1e-6);
  assert_true(coarse > worst);
}

/* ---- thermal networks ----------------------------------------------------------------------------------------------
 */

static void first_crossings_of_networks(void **unused) {
  (void)unused;
  cf_arena *arena = cf_arena_create(0xA5);
  rows_network row[ROWS_NETWORKS];
  rows_read_networks(row, arena);
  FILE *file = rows_open("tests/reference/thermal_networks_cross.csv", true);
  unsigned rows = 0, net, node, none = 0;
  double threshold_c, want_s, worst = 0.0;
  for (; fscanf(file, "%u,%u,%lf,%lf", &net, &node, &threshold_c, &want_s) == 4; rows++) {
    const rows_network *r = &row[net];
    cf_body_class class = {.loads = 1, .leakage_curve = -1, .watched_node = node};
    assert_int_equal(cf_modal_build(&class.modal, r->network, arena, &diag), CF_OK);
    cf_body_class_close(&class);
    cf_body_room room;
    cf_body_begin(&class, &as_is, rows_air_k, 0.0, &room.body);
    /* Powers into all nodes at once are a start shifted by their steady state. */
    double start_k[ROWS_NODES];
    for (uint32_t i = 0; i < class.modal.modes; i++) {
      start_k[i] = r->start_k[i];
      for (uint32_t j = 0; j < class.modal.modes; j++)
        start_k[i] -= class.modal.rise_k_per_w[(size_t)i * class.modal.modes + j] * r->power_w[j];
    }
    double limit_k = threshold_c + 273.15 + start_k[node] - r->start_k[node];
    cf_modal_project(&class.modal, r->network, start_k, room.body.mode);
    cf_drive drive = {.until_ns = CF_NS_PER_S, .air_k = rows_air_k, .host_k = rows_air_k};
    bool up = r->start_k[node] < threshold_c + 273.15;
    cf_watch watch = {CF_WATCH_NO_SUPPLY, up ? limit_k : INFINITY, up ? -INFINITY : limit_k};
    cf_flows flows = {0};
    double when_s, horizon_s = 100.0 / class.modal.lambda_per_s[0];
    cf_crossing_kind kind = cf_walk_piece(&class, &as_is, &drive, 0, horizon_s, &watch, &room.body, &flows, &when_s);
    if (want_s < 0.0) {
      assert_int_equal(kind, CF_CROSS_NONE);
      none++;
    } else {
      assert_int_equal(kind, up ? CF_CROSS_WARM : CF_CROSS_COOL);
      worst = fmax(worst, fabs(when_s - want_s) / want_s);
    }
  }
  (void)fclose(file);
  cf_arena_destroy(arena);
  assert_int_equal(rows, 60);
  print_message("thermal networks: largest relative error of a first crossing %.2g; %u never cross\n", worst, none);
  assert_true(worst <= 1e-8);
}

/* The chip's four blocks heat at once, a walk heats one place: the chip is walked four times, a block each, and the
 * rises are added, for the network is linear. */
static void piece_of_chip(const void *self, int64_t t_ns, cf_drive *out) {
  (void)self;
  int64_t from_ns = t_ns / (10 * CF_NS_PER_S) * 10 * CF_NS_PER_S;
  *out = (cf_drive){.from_ns = from_ns, .until_ns = from_ns + 10 * CF_NS_PER_S, .air_k = soc_air_k};
}

static void the_chip_in_half_seconds(void **unused) {
  (void)unused;
  static double power_w[SOC_SAMPLES][SOC_BLOCKS], rise_k[SOC_SAMPLES / 20][SOC_NODES];
  memset(rise_k, 0, sizeof rise_k);
  cf_arena *arena = cf_arena_create(0xA5);
  const cf_network *network = soc_read(arena);
  soc_read_power(power_w);
  cf_drivers drivers = {piece_of_chip, NULL};
  const int64_t sample_ns = CF_NS_PER_S / 2;
  for (uint32_t block = 0; block < SOC_BLOCKS; block++) {
    cf_body_class class = {.leakage_curve = -1, .loads = CF_STORE_STATES};
    assert_int_equal(cf_modal_build(&class.modal, network, arena, &diag), CF_OK);
    cf_body_class_close(&class);
    cf_body_room room;
    cf_body_begin(&class, &as_is, soc_air_k, 0.0, &room.body);
    cf_flows flows = {0};
    for (uint32_t s = 0; s < SOC_SAMPLES; s++) {
      class.load[s % 2] = (cf_load){.heat_w = power_w[s][block], .node = block};
      cf_walk(&class, &as_is, &drivers, s % 2, s * sample_ns, (s + 1) * sample_ns, &room.body, &flows);
      if ((s + 1) % 20 != 0) continue;
      for (uint32_t i = 0; i < SOC_NODES; i++)
        rise_k[s / 20][i] += cf_modal_temp_k(&class.modal, i, room.body.mode) - soc_air_k;
    }
  }
  FILE *exact = rows_open("tests/reference/soc28_expm.csv", false);
  double worst_k = 0.0;
  for (unsigned s = 0; s < SOC_SAMPLES / 20; s++) {
    unsigned number;
    assert_int_equal(fscanf(exact, "%u", &number), 1);
    assert_int_equal(number, 20 * (s + 1));
    for (uint32_t i = 0; i < SOC_NODES; i++) {
      double want_k;
      assert_int_equal(fscanf(exact, ",%lf", &want_k), 1);
      worst_k = fmax(worst_k, fabs(soc_air_k + rise_k[s][i] - want_k));
    }
  }
  (void)fclose(exact);
  cf_arena_destroy(arena);
  print_message("chip: %.2g K from the matrix exponential\n", worst_k);
  assert_true(worst_k <= 1e-6);
}

int main(void) {
  cf_diag_init(&diag);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(constant_power_through_an_esr),  cmocka_unit_test(ramps_of_power),
      cmocka_unit_test(silicon_that_feeds_on_its_heat), cmocka_unit_test(first_crossings_of_networks),
      cmocka_unit_test(the_chip_in_half_seconds),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
