/* What an event costs in the walker: half a second under a load that changes, for a small node with a store (one
 * stretch each, but for a refresh every 15 minutes) and for a chip of 28 nodes. CPU time, median. Run from the
 * repository root. */
#include "physics/walker.h"

#include "yardstick.h"

#include <math.h>

enum { EVENTS = 200000, CHIP_EVENTS = 40000, CHIP = 28, REPEATS = 7 };
static const int64_t event_ns = CF_NS_PER_S / 2;

static void fail(const cf_diag *diag) {
  cf_diag_print(diag, stderr, false);
  exit(1);
}

/* A cloudless noon: a panel that grows slowly, air that warms. Pieces of a quarter of an hour. */
static void noon(const void *self, int64_t t_ns, cf_drive *out) {
  (void)self;
  const int64_t piece_ns = INT64_C(900) * CF_NS_PER_S;
  int64_t from_ns = t_ns / piece_ns * piece_ns;
  *out = (cf_drive){.from_ns = from_ns,
                    .until_ns = from_ns + piece_ns,
                    .panel_w = 0.010,
                    .panel_w_per_s = 1e-6,
                    .sun_w_per_m2 = 500.0,
                    .sun_slope = 0.01,
                    .air_k = 293.15,
                    .air_slope = 1e-4,
                    .host_k = 293.15};
}

/* Nanoseconds per event, the load changing between two states. */
static double time_events(const cf_body_class *class, int events) {
  const cf_body_scale scale = {1.0, 1.0, 1.0};
  const cf_drivers drivers = {noon, NULL};
  double sample[REPEATS];
  for (int r = 0; r < REPEATS; r++) {
    cf_body_room room;
    cf_body_begin(class, &scale, 293.15, 0.6, &room.body);
    cf_flows flows = {0};
    double start = yardstick_cpu_ns();
    for (int i = 0; i < events; i++)
      cf_walk(class, &scale, &drivers, (uint32_t)(i & 1), i * event_ns, (i + 1) * event_ns, &room.body, &flows);
    sample[r] = (yardstick_cpu_ns() - start) / events;
    if (!(flows.air_heat_j != 0.0)) exit(1); /* nothing may be left out */
  }
  return yardstick_median(sample, REPEATS);
}

/* Die, board and case; a supercapacitor that the two loads hold at about one level. */
static double small_node_ns(void) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_arena *arena = cf_arena_create(0);
  cf_body_class class = {.has_store = true, .leakage_curve = -1, .loads = 2, .sun_area_m2 = 0.004, .case_node = 2};
  class.bus_per_device = 1.0 / 0.9;
  class.converter = (cf_converter_curve){
      .mppt_fraction = 0.9, .points = 4, .input_w = {0.0, 1e-4, 1e-3, 0.1}, .output_w = {0.0, 0.6e-4, 0.75e-3, 0.085}};
  const double watts[] = {30e-6, 0.013};
  cf_store_input input = {.kind = CF_STORE_CAPACITOR,
                          .capacitor = {.capacitance_f = 5.0,
                                        .voltage_max_v = 5.0,
                                        .esr_ohm = 0.2,
                                        .leakage_a = 8e-6,
                                        .leakage_ohm = (double)INFINITY},
                          .turn_on_v = 3.2,
                          .turn_off_v = 2.4,
                          .quiescent_a = 0.5e-6,
                          .states = 2,
                          .tolerance = 1e-3,
                          .cells_max = 64};
  for (int i = 0; i < 2; i++) {
    class.load[i] = (cf_load){.device_w = watts[i], .bus_w = watts[i] / 0.9, .heat_w = watts[i]};
    input.bus_w[i] = class.load[i].bus_w;
  }
  cf_network *network = cf_network_new(arena, 3, 3);
  const double capacity[] = {0.05, 5.0, 60.0};
  for (int i = 0; i < 3; i++) network->capacity_j_per_k[i] = capacity[i];
  cf_network_link(network, 0, 1, 0.1);
  cf_network_link(network, 1, 2, 0.2);
  network->air_w_per_k[2] = 0.15;
  if (cf_converter_check(&class.converter, &diag) != CF_OK ||
      cf_store_build(&class.store, &input, arena, &diag) != CF_OK ||
      cf_modal_build(&class.modal, network, arena, &diag) != CF_OK)
    fail(&diag);
  cf_body_class_close(&class);
  double ns = time_events(&class, EVENTS);
  cf_arena_destroy(arena);
  return ns;
}

/* The chip of tests/reference/soc28_*.csv, one of its blocks at work. */
static double chip_us(void) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_arena *arena = cf_arena_create(0);
  cf_network *network = cf_network_new(arena, CHIP, CHIP);
  FILE *capacity = fopen("tests/reference/soc28_capacity.csv", "r");
  FILE *conductance = fopen("tests/reference/soc28_conductance.csv", "r");
  if (!capacity || !conductance) exit(1);
  for (uint32_t i = 0; i < CHIP; i++) {
    if (fscanf(capacity, "%lf", &network->capacity_j_per_k[i]) != 1) exit(1);
    double air = 0.0; /* a row's sum */
    for (uint32_t j = 0; j < CHIP; j++) {
      double g;
      if (fscanf(conductance, j == 0 ? "%lf" : ",%lf", &g) != 1) exit(1);
      air += g;
      if (j < i) cf_network_link(network, i, j, -g);
    }
    network->air_w_per_k[i] = air > 1e-12 ? air : 0.0;
  }
  (void)fclose(capacity);
  (void)fclose(conductance);
  cf_body_class class = {.leakage_curve = -1, .loads = 2, .case_node = CHIP - 1, .bus_per_device = 1.0};
  const double watts[] = {1.2, 3.0};
  for (uint32_t i = 0; i < 2; i++)
    class.load[i] = (cf_load){.device_w = watts[i], .bus_w = watts[i], .heat_w = watts[i], .node = i};
  if (cf_modal_build(&class.modal, network, arena, &diag) != CF_OK) fail(&diag);
  cf_body_class_close(&class);
  double us = time_events(&class, CHIP_EVENTS) / 1000.0;
  cf_arena_destroy(arena);
  return us;
}

int main(void) {
  yardstick_report();
  yardstick_print("walk_3_modes", small_node_ns(), "ns");
  yardstick_print("walk_28_modes", chip_us(), "us");
  return 0;
}
