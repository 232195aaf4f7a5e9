/* Curves of a store: how near the interpolants are, where the grid has its edges, what they give against integrals made
 * elsewhere, and what is refused. */
#include "store_inputs.h"

#include <gsl/gsl_integration.h>

/* ---- The physics again, by voltage ------------------------------------------------------------------------------- */

static double own_leakage_w(const cf_store *store, double x) {
  const cf_store_input *in = &store->input;
  if (in->kind == CF_STORE_BATTERY) return in->battery.self_discharge_per_s * x;
  if (in->kind == CF_STORE_PRIMARY) return in->primary.self_discharge_per_s * store->full_j;
  return in->capacitor.leakage_a * sqrt(x) + x / in->capacitor.leakage_ohm;
}

static double own_loss_w(const cf_store *store, uint32_t state, double x) {
  return inner_loss_w(store->input.bus_w[state], cf_store_open_v(store, x), store->resistance_ohm);
}

static cf_line loss_line(const cf_store *store, uint32_t state, uint32_t cell) {
  return store->loss[(size_t)state * store->cells + cell];
}

/* Largest distance of the curves from the physics, as `tolerance` is meant, found by looking everywhere. */
static double largest_distance(const cf_store *store, unsigned per_cell) {
  const cf_store_input *in = &store->input;
  double worst = 0.0, full_v = cf_store_open_v(store, store->x_full);
  double leakage_max_w = own_leakage_w(store, store->x_full);
  bool battery_like = in->kind != CF_STORE_CAPACITOR;
  for (uint32_t c = 0; c < store->cells; c++) {
    double x0 = store->x_edge[c], x1 = store->x_edge[c + 1];
    if (battery_like && x1 <= 1.0001e-6 * store->x_full) continue; /* the last share fades by our own rule */
    for (unsigned k = 0; k <= per_cell; k++) {
      double x = k == per_cell ? x1 : x0 + (x1 - x0) * k / per_cell, v = cf_store_open_v(store, x);
      if (leakage_max_w > 0.0)
        worst = fmax(worst, fabs(cf_line_at(store->leakage[c], x) - own_leakage_w(store, x)) / leakage_max_w);
      if (in->quiescent_a > 0.0)
        worst = fmax(worst, fabs(cf_line_at(store->quiescent[c], x) / in->quiescent_a - v) / full_v);
      for (uint32_t s = 0; s < in->states; s++)
        if (in->bus_w[s] > 0.0 && x >= store->x_off[s] && in->kind != CF_STORE_PRIMARY)
          worst = fmax(worst, fabs(cf_line_at(loss_line(store, s, c), x) - own_loss_w(store, s, x)) / in->bus_w[s]);
    }
  }
  return worst;
}

static void random_loads(cf_store_input *in, uint64_t *state) {
  in->tolerance = exp(cf_test_between(state, log(1e-6), log(1e-2)));
  in->cells_max = 4096;
  if (in->kind == CF_STORE_CAPACITOR) {
    in->turn_off_v = cf_test_between(state, 1.2, 2.6);
    in->capacitor.esr_ohm = cf_test_between(state, 0.01, 2.0);
    in->states = 5;
    for (uint32_t s = 0; s < in->states; s++) in->bus_w[s] = exp(cf_test_between(state, log(1e-5), log(0.35)));
  } else {
    in->turn_off_v = cf_test_between(state, 2.6, 3.2);
    in->battery.resistance_ohm = cf_test_between(state, 0.01, 0.5);
    for (uint32_t s = 0; s < in->states; s++) in->bus_w[s] = exp(cf_test_between(state, log(1e-5), log(0.8)));
  }
}

static void interpolants_keep_the_tolerance_and_say_how_near_they_are(void **unused) {
  (void)unused;
  uint64_t state = 41;
  for (unsigned trial = 0; trial < cf_test_trials(60); trial++) {
    cf_arena *arena = cf_arena_create(0xA5);
    cf_store_input in = trial % 2 ? battery_input() : capacitor_input();
    random_loads(&in, &state);
    cf_store store;
    build_store(&store, &in, arena);
    assert_true(store.reached <= in.tolerance);
    double found = largest_distance(&store, 50);
    assert_true(found <= store.reached * (1.0 + 1e-9) + 1e-14);
    assert_true(found >= 0.99 * store.reached);
    cf_arena_destroy(arena);
  }
}

static void a_finer_tolerance_takes_more_cells(void **unused) {
  (void)unused;
  cf_arena *arena = cf_arena_create(0);
  uint32_t before = 0;
  for (double tolerance = 1e-2; tolerance > 1e-8; tolerance *= 0.1) {
    cf_store_input in = capacitor_input();
    in.tolerance = tolerance;
    in.cells_max = 65536;
    cf_store store;
    build_store(&store, &in, arena);
    assert_true(store.reached <= tolerance && store.cells > before);
    assert_true(store.cells <= 12 + (uint32_t)(1.6 / sqrt(tolerance)));
    before = store.cells;
  }
  cf_arena_destroy(arena);
}

static void a_tolerance_out_of_reach_is_reported(void **unused) {
  (void)unused;
  cf_arena *arena = cf_arena_create(0);
  cf_store_input in = capacitor_input();
  in.tolerance = 1e-13;
  cf_store store;
  build_store(&store, &in, arena);
  assert_int_equal(store.cells, 64);
  assert_true(store.reached > 1e-5 && store.reached < 1e-3);
  assert_true(fabs(largest_distance(&store, 200) - store.reached) <= 1e-3 * store.reached);
  in.cells_max = 65536;
  build_store(&store, &in, arena);
  assert_int_equal(store.cells, 65536);
  assert_true(store.reached < 5e-10);
  assert_true(largest_distance(&store, 4) <= store.reached * (1.0 + 1e-4) + 1e-15);
  cf_arena_destroy(arena);
}

static void the_brink_of_collapse_is_met_geometrically(void **unused) {
  (void)unused;
  cf_arena *arena = cf_arena_create(0);
  cf_store_input in = capacitor_input();
  in.bus_w[2] = 2.4 * 2.4 / 2.0; /* V^2 = 4 P R at its turn-off point */
  in.capacitor.esr_ohm = 2.0 * (1.0 - 1e-9);
  in.turn_on_v = 4.9;
  in.bus_w[1] = 1e-3;
  in.cells_max = 256;
  in.tolerance = 1e-4;
  cf_store store;
  build_store(&store, &in, arena);
  assert_true(store.reached <= 1e-4 && store.cells < 200);
  assert_true(largest_distance(&store, 50) <= 1.001e-4);
  uint32_t brink = cf_store_cell(&store, sqrt(store.x_off[2]), store.x_off[2]);
  assert_true(store.x_edge[brink + 1] - store.x_edge[brink] < 1e-6 * store.x_full);
  /* There the voltage's half is lost: the loss is as large as the load. */
  double at_brink = cf_line_at(loss_line(&store, 2, brink), store.x_off[2]);
  assert_true(fabs(at_brink / in.bus_w[2] - 1.0) <= 1e-4);
  cf_arena_destroy(arena);
}

/* ---- Edges and cells --------------------------------------------------------------------------------------------- */

static bool has_edge(const cf_store *store, double x) {
  for (uint32_t i = 0; i <= store->cells; i++)
    if (fabs(store->x_edge[i] - x) <= 1e-12 * store->x_full) return true;
  return false;
}

static void edges_are_where_they_must_be(void **unused) {
  (void)unused;
  cf_arena *arena = cf_arena_create(0xFF);
  for (int kind = 0; kind < 3; kind++) {
    cf_store_input in = kind == 0 ? capacitor_input() : kind == 1 ? battery_input() : primary_input();
    if (kind == 1) in.edge_v = 3.55;
    cf_store store;
    build_store(&store, &in, arena);
    assert_true(store.x_edge[0] == 0.0 && store.x_edge[store.cells] == store.x_full);
    for (uint32_t i = 0; i < store.cells; i++) assert_true(store.x_edge[i] < store.x_edge[i + 1]);
    for (uint32_t k = 0; k < store.knots; k++) assert_true(has_edge(&store, store.knot_x[k]));
    for (uint32_t s = 0; s < in.states; s++)
      if (in.bus_w[s] > 0.0) assert_true(has_edge(&store, store.x_off[s]));
    if (in.edge_v > 0.0) {
      double edge = cf_store_x(&store, in.edge_v);
      assert_true(has_edge(&store, edge));
      assert_true(fabs(store.x_edge[store.cold_cells] - edge) <= 1e-12 * store.x_full && store.cold_cells > 0);
    } else {
      assert_int_equal(store.cold_cells, 0);
    }
    for (uint32_t i = 0; i <= store.cells; i++)
      assert_true(fabs(store.open_v[i] - cf_store_open_v(&store, store.x_edge[i])) <= 1e-15 * store.open_v[i]);
  }
  cf_store_input in = capacitor_input();
  in.edge_v = 7.0; /* never warm */
  cf_store store;
  build_store(&store, &in, arena);
  assert_int_equal(store.cold_cells, store.cells);
  cf_arena_destroy(arena);
}

static uint32_t cell_by_looking(const cf_store *store, double x) {
  uint32_t low = 0, high = store->cells; /* the last cell whose left edge is not above x */
  while (high - low > 1) {
    uint32_t middle = (low + high) / 2;
    if (store->x_edge[middle] <= x)
      low = middle;
    else
      high = middle;
  }
  return low;
}

static void every_x_finds_its_cell(void **unused) {
  (void)unused;
  uint64_t state = 42;
  for (int kind = 0; kind < 3; kind++)
    for (int fine = 0; fine < 2; fine++) {
      cf_arena *arena = cf_arena_create(0);
      cf_store_input in = kind == 0 ? capacitor_input() : kind == 1 ? battery_input() : primary_input();
      in.cells_max = fine ? 65536 : 64;
      in.tolerance = fine ? 1e-9 : 1e-3;
      cf_store store;
      build_store(&store, &in, arena);
      assert_true((store.hints & (store.hints - 1)) == 0 && store.hints >= 2 * store.cells);
      for (uint32_t i = 0; i <= store.cells; i++) {
        double around[] = {store.x_edge[i], nextafter(store.x_edge[i], 0.0), nextafter(store.x_edge[i], INFINITY)};
        for (int k = 0; k < 3; k++)
          assert_int_equal(cf_store_cell(&store, sqrt(around[k]), around[k]), cell_by_looking(&store, around[k]));
      }
      for (uint32_t i = 0; i <= store.hints; i++) { /* where the hint changes */
        double root = i / store.hints_per_root, x = root * root;
        double around[] = {x, nextafter(x, 0.0), nextafter(x, INFINITY)};
        for (int k = 0; k < 3; k++)
          assert_int_equal(cf_store_cell(&store, sqrt(around[k]), around[k]), cell_by_looking(&store, around[k]));
      }
      for (int i = 0; i < 20000; i++) {
        double root = cf_test_between(&state, 0.0, 1.01 * sqrt(store.x_full)), x = root * root;
        if (i % 2) x = store.x_full * exp(cf_test_between(&state, -60.0, 0.0));
        assert_int_equal(cf_store_cell(&store, sqrt(x), x), cell_by_looking(&store, x));
      }
      assert_int_equal(cf_store_cell(&store, 0.0, 0.0), 0);
      assert_int_equal(cf_store_cell(&store, 10.0 * sqrt(store.x_full), 100.0 * store.x_full), store.cells - 1);
      cf_arena_destroy(arena);
    }
}

/* ---- Properties -------------------------------------------------------------------------------------------------- */

static void curves_are_continuous_bounded_and_never_negative(void **unused) {
  (void)unused;
  cf_arena *arena = cf_arena_create(0);
  for (int kind = 0; kind < 3; kind++) {
    cf_store_input in = kind == 0 ? capacitor_input() : kind == 1 ? battery_input() : primary_input();
    cf_store store;
    build_store(&store, &in, arena);
    for (uint32_t i = 0; i < store.cells; i++) {
      double x0 = store.x_edge[i], x1 = store.x_edge[i + 1];
      assert_true(store.open_v[i + 1] >= store.open_v[i]);
      uint32_t next = i + 1 < store.cells ? i + 1 : i;
      assert_true(fabs(cf_line_at(store.leakage[i], x1) - cf_line_at(store.leakage[next], x1)) <=
                  1e-14 * store.leakage_max_w);
      assert_true(cf_line_at(store.leakage[i], x0) >= -1e-16 * store.leakage_max_w);
      assert_true(cf_line_at(store.leakage[i], x1) <= store.leakage_max_w * (1 + 1e-14));
      assert_true(fabs(cf_line_at(store.quiescent[i], x1) - cf_line_at(store.quiescent[next], x1)) <= 1e-20);
      for (uint32_t s = 0; s < in.states; s++) {
        double here = cf_line_at(loss_line(&store, s, i), x1);
        assert_true(fabs(here - cf_line_at(loss_line(&store, s, next), x1)) <= 1e-14 * in.bus_w[s]);
        assert_true(here >= 0.0 && cf_line_at(loss_line(&store, s, i), x0) >= here * (1 - 1e-12));
        assert_true(here + cf_line_at(store.quiescent[i], x1) <= store.loss_max_w[s] * (1 + 1e-12));
        if (in.bus_w[s] == 0.0) assert_true(here == 0.0);
      }
    }
    /* Empty, nothing is lost any more: the store stays at or above 0 by itself. */
    assert_true(fabs(cf_line_at(store.leakage[0], 0.0)) <= 1e-18 && cf_line_at(store.quiescent[0], 0.0) == 0.0);
    assert_true(store.x_on > store.x_off[0] && store.x_on > store.x_off[2] && store.x_off[2] >= store.x_off[1]);
  }
  cf_arena_destroy(arena);
}

static void a_leak_that_vanishes_leaves_no_trace(void **unused) {
  (void)unused;
  cf_arena *arena = cf_arena_create(0);
  cf_store_input in = capacitor_input();
  in.capacitor.leakage_a = 0.0;
  in.capacitor.leakage_ohm = INFINITY;
  in.quiescent_a = 0.0;
  cf_store none, little;
  build_store(&none, &in, arena);
  assert_true(none.leakage_max_w == 0.0);
  in.capacitor.leakage_ohm = 1e30;
  build_store(&little, &in, arena);
  assert_int_equal(none.cells, little.cells);
  for (uint32_t i = 0; i < none.cells; i++) {
    assert_true(none.x_edge[i] == little.x_edge[i]);
    assert_true(none.leakage[i].at_zero == 0.0 && none.leakage[i].slope == 0.0);
    assert_true(fabs(little.leakage[i].slope) <= 1.01e-30 && fabs(little.leakage[i].at_zero) <= 1e-44);
  }
  in.capacitor.esr_ohm = 0.0; /* and without losses nothing is curved */
  build_store(&none, &in, arena);
  assert_int_equal(none.cells, 2);
  assert_true(none.reached == 0.0 && none.loss_max_w[2] == 0.0 && !none.refreshed);
  cf_arena_destroy(arena);
}

/* Eight times the capacitance, the powers and currents with an eighth of the resistances: the same store eight times
 * over, bit by bit, eight being a power of two. */
static void units_scale(void **unused) {
  (void)unused;
  cf_arena *arena = cf_arena_create(0);
  cf_store_input in = capacitor_input();
  cf_store one, eight;
  build_store(&one, &in, arena);
  in.capacitor.capacitance_f *= 8.0;
  in.capacitor.esr_ohm /= 8.0;
  in.capacitor.leakage_a *= 8.0;
  in.capacitor.leakage_ohm /= 8.0;
  in.quiescent_a *= 8.0;
  for (uint32_t s = 0; s < in.states; s++) in.bus_w[s] *= 8.0;
  build_store(&eight, &in, arena);
  assert_int_equal(one.cells, eight.cells);
  assert_true(eight.full_j == 8.0 * one.full_j && eight.x_full == one.x_full);
  for (uint32_t i = 0; i < one.cells; i++) {
    assert_true(one.x_edge[i] == eight.x_edge[i]);
    assert_true(eight.leakage[i].slope == 8.0 * one.leakage[i].slope);
    for (uint32_t s = 0; s < in.states; s++)
      assert_true(loss_line(&eight, s, i).slope == 8.0 * loss_line(&one, s, i).slope);
  }
  cf_arena_destroy(arena);
}

/* ---- Against integrals made elsewhere ---------------------------------------------------------------------------- */

typedef struct fall {
  const cf_store *store;
  uint32_t state;
} fall;

/* Seconds per unit of x, along the interpolants. */
static double pace(double x, void *self) {
  const fall *f = self;
  uint32_t cell = cf_store_cell(f->store, sqrt(x), x);
  double power_w = f->store->input.bus_w[f->state] + cf_line_at(loss_line(f->store, f->state, cell), x) +
                   cf_line_at(f->store->leakage[cell], x) + cf_line_at(f->store->quiescent[cell], x);
  return 1.0 / (power_w * f->store->x_per_j);
}

/* Quadrature cell by cell, so that every piece is smooth. */
static double seconds_between(const cf_store *store, uint32_t state, double low_x, double high_x) {
  fall f = {store, state};
  gsl_function function = {.function = pace, .params = &f};
  gsl_integration_glfixed_table *table = gsl_integration_glfixed_table_alloc(16);
  double seconds = 0.0;
  for (uint32_t c = 0; c < store->cells; c++) {
    double from = fmax(low_x, store->x_edge[c]), to = fmin(high_x, store->x_edge[c + 1]);
    if (to > from) seconds += gsl_integration_glfixed(&function, from, to, table);
  }
  gsl_integration_glfixed_table_free(table);
  return seconds;
}

/* tests/reference/supercap.csv: constant power through an ESR with parallel leakage, until the terminal is at a
 * threshold. */
static void a_discharge_through_an_esr_takes_as_long_as_computed(void **unused) {
  (void)unused;
  FILE *file = fopen("tests/reference/supercap.csv", "r");
  assert_non_null(file);
  char line[512];
  int rows = 0;
  while (fgets(line, sizeof line, file)) {
    double c, esr, leak, power, ramp, start, threshold, internal, seconds;
    if (sscanf(line, "esr_const_power_leak,%lf,%lf,%lf,%lf,%lf,%lf,%lf,%lf,%lf", &c, &esr, &leak, &power, &ramp, &start,
               &threshold, &internal, &seconds) != 9)
      continue;
    rows++;
    cf_arena *arena = cf_arena_create(0);
    cf_store_input in = {.kind = CF_STORE_CAPACITOR,
                         .capacitor = {c, start * 1.01, esr, .leakage_ohm = leak},
                         .turn_on_v = start * 1.005,
                         .turn_off_v = threshold,
                         .states = 1,
                         .bus_w = {power},
                         .tolerance = 1e-9,
                         .cells_max = 65536};
    cf_store store;
    build_store(&store, &in, arena);
    assert_true(fabs(sqrt(store.x_off[0]) - internal) <= 1e-14 * internal);
    double got = seconds_between(&store, 0, store.x_off[0], start * start);
    assert_true(fabs(got - seconds) <= 1e-8 * seconds);
    cf_arena_destroy(arena);
  }
  fclose(file);
  assert_int_equal(rows, 67);
}

/* The OCV again in the charge. */
static double ocv(const cf_battery *battery, double z) {
  uint32_t k = 0;
  while (k + 2 < battery->points && z >= battery->charge_share[k + 1]) k++;
  double share = (z - battery->charge_share[k]) / (battery->charge_share[k + 1] - battery->charge_share[k]);
  return battery->open_v[k] + share * (battery->open_v[k + 1] - battery->open_v[k]);
}

typedef struct drain {
  const cf_store_input *in;
  double power_w;
} drain;

/* Seconds per unit of charge share by counting coulombs: dz/dt = -i/Q. */
static double coulomb_pace(double z, void *self) {
  const drain *d = self;
  const cf_battery *battery = &d->in->battery;
  double v = ocv(battery, z), r = battery->resistance_ohm;
  double current = (v - sqrt(v * v - 4.0 * d->power_w * r)) / (2.0 * r);
  return battery->capacity_c / (current + d->in->quiescent_a);
}

static double energy_pace(double z, void *self) {
  const cf_battery *battery = self;
  return battery->capacity_c * ocv(battery, z);
}

/* Discharged by counted coulombs on one side and by energy curves on the other: the same state after the same time. */
static void a_battery_lasts_as_long_as_its_coulombs(void **unused) {
  (void)unused;
  cf_arena *arena = cf_arena_create(0);
  gsl_integration_workspace *space = gsl_integration_workspace_alloc(200);
  cf_store_input in = battery_input();
  in.battery.self_discharge_per_s = 0.0;
  in.tolerance = 1e-9;
  in.cells_max = 65536;
  cf_store store;
  build_store(&store, &in, arena);
  double seconds, error, stored;
  for (uint32_t s = 1; s < in.states; s++)
    for (int i = 0; i < 8; i++) {
      double from = 0.98 - 0.05 * i, to = 0.06 + 0.04 * i;
      double points[] = {to, 0.3, 0.5, 0.9, from};
      bool below = from <= 0.9;
      if (below) points[3] = from;
      size_t count = below ? 4 : 5;
      if (to >= 0.3) points[1] = to, memmove(points, points + 1, --count * sizeof *points);
      drain d = {&in, in.bus_w[s]};
      gsl_function by_charge = {.function = coulomb_pace, .params = &d};
      gsl_integration_qagp(&by_charge, points, count, 0.0, 1e-11, 200, space, &seconds, &error);
      double x[2], z[2] = {to, from};
      for (int k = 0; k < 2; k++) {
        double inner[] = {0.0, 0.05, 0.3, 0.5, 0.9, z[k]};
        size_t many = 0;
        while (many < 5 && inner[many] < z[k]) many++;
        inner[many] = z[k];
        gsl_function energy = {.function = energy_pace, .params = &in.battery};
        gsl_integration_qagp(&energy, inner, many + 1, 0.0, 1e-12, 200, space, &stored, &error);
        x[k] = stored;
        assert_true(fabs(cf_store_charge_share(&store, stored) - z[k]) <= 1e-11);
        assert_true(fabs(cf_store_open_v(&store, stored) - ocv(&in.battery, z[k])) <= 1e-11);
      }
      double got = seconds_between(&store, s, x[0], x[1]);
      assert_true(fabs(got - seconds) <= 1e-8 * seconds);
    }
  gsl_integration_workspace_free(space);
  cf_arena_destroy(arena);
}

/* tests/reference/linden_lisocl2.csv: a D cell under constant current lasts capacity / current. */
static void a_primary_cell_lives_as_long_as_the_handbook_says(void **unused) {
  (void)unused;
  FILE *file = fopen("tests/reference/linden_lisocl2.csv", "r");
  assert_non_null(file);
  char line[128];
  int rows = 0;
  while (fgets(line, sizeof line, file)) {
    double current_ma, capacity_ah;
    if (sscanf(line, "%lf,%lf", &current_ma, &capacity_ah) != 2) continue;
    rows++;
    cf_arena *arena = cf_arena_create(0);
    cf_store_input in = primary_input();
    double current_a = current_ma * 1e-3, load_v = in.primary.open_v - current_a * in.primary.resistance_ohm;
    in.quiescent_a = 0.0;
    in.states = 1;
    in.bus_w[0] = current_a * load_v;
    cf_store store;
    build_store(&store, &in, arena);
    assert_true(fabs(store.full_j - 19.0 * 3600.0 * 3.67) <= 1e-9 * store.full_j);
    double hours = seconds_between(&store, 0, 0.0, store.x_full) / 3600.0;
    assert_true(fabs(hours * current_ma * 1e-3 / capacity_ah - 1.0) <= 0.01);
    /* Without self-discharge the table's points above its maximum are exact, below them the whole capacity is given. */
    in.primary.self_discharge_per_s = 0.0;
    build_store(&store, &in, arena);
    hours = seconds_between(&store, 0, 0.0, store.x_full) / 3600.0;
    double want_ah = current_ma < 4.0 ? 19.0 : capacity_ah;
    assert_true(fabs(hours * current_ma * 1e-3 / want_ah - 1.0) <= 1e-9);
    cf_arena_destroy(arena);
  }
  fclose(file);
  assert_int_equal(rows, 6);
}

/* ---- What is refused, and what needs refreshing ------------------------------------------------------------------ */

static void refused(cf_store_input in, const char *why) {
  cf_arena *arena = cf_arena_create(0);
  cf_store store;
  cf_diag diag;
  cf_diag_init(&diag);
  if (cf_store_build(&store, &in, arena, &diag) != CF_INPUT) fail_msg("not refused: '%s'", why);
  if (strstr(diag.entry[0].text, why) == NULL) fail_msg("'%s' does not say '%s'", diag.entry[0].text, why);
  cf_arena_destroy(arena);
}

#define REFUSED(kind, change, why)      \
  do {                                  \
    cf_store_input in = kind##_input(); \
    change;                             \
    refused(in, why);                   \
  } while (0)

static void what_cannot_be_is_refused(void **unused) {
  (void)unused;
  REFUSED(capacitor, in.turn_on_v = in.turn_off_v, "turn-on must lie above");
  REFUSED(capacitor, in.turn_off_v = 0.0, "turn-on must lie above");
  REFUSED(capacitor, in.warn_v = in.turn_off_v, "the warning");
  REFUSED(capacitor, in.warn_v = in.turn_on_v, "the warning");
  REFUSED(capacitor, in.tolerance = 0.0, "tolerance");
  REFUSED(capacitor, in.quiescent_a = -1e-9, "quiescent");
  REFUSED(capacitor, in.states = CF_STORE_STATES + 1, "power states");
  REFUSED(capacitor, in.bus_w[1] = (double)NAN, "not negative");
  REFUSED(capacitor, in.capacitor.capacitance_f = 0.0, "capacitance");
  REFUSED(capacitor, in.capacitor.esr_ohm = -0.1, "ESR");
  REFUSED(capacitor, in.capacitor.leakage_ohm = 0.0, "leakage resistance");
  REFUSED(capacitor, in.capacitor.slow_capacitance_f = 1.0, "slow branch");
  REFUSED(capacitor, in.turn_on_v = 5.001, "never reached");
  REFUSED(capacitor, in.bus_w[2] = 2.4 * 2.4 / 0.5, "collapses the voltage");
  REFUSED(capacitor, in.turn_on_v = 2.45; in.warn_v = 0.0, "brown out at once");
  REFUSED(capacitor, in.cells_max = 3, "at least");
  REFUSED(battery, in.battery.points = 1, "2 to 24 points");
  REFUSED(battery, in.battery.charge_share[5] = 0.99, "2 to 24 points");
  REFUSED(battery, in.battery.charge_share[2] = 0.05, "point 3");
  REFUSED(battery, in.battery.open_v[3] = 3.59, "point 4");
  REFUSED(battery, in.battery.open_v[0] = 0.0, "point 1");
  REFUSED(battery, in.battery.capacity_c = 0.0, "capacity");
  REFUSED(battery, in.battery.coulomb_efficiency = 1.01, "coulomb efficiency");
  REFUSED(battery, in.battery.charge_c_rate = 0.0, "C-rates");
  REFUSED(battery, in.battery.charge_high_k = 273.15, "leave nothing");
  REFUSED(battery, in.battery.self_discharge_per_s = -1e-9, "self-discharge");
  REFUSED(battery, in.battery.discharge_c_rate = 0.8 / 3.1 / 0.1 * 0.999, "more than the cell's limit");
  REFUSED(primary, in.primary.points = 0, "1 to 24 points");
  REFUSED(primary, in.primary.current_a[1] = in.primary.current_a[0], "point 2");
  REFUSED(primary, in.primary.capacity_c[5] = 0.0, "point 6");
  REFUSED(primary, in.primary.cut_off_v = 2.9, "cell's own cut-off");
  REFUSED(primary, in.primary.current_max_a = 0.1 / 2.8 * 0.999, "more than the cell's limit");
  REFUSED(primary, in.turn_on_v = 3.68, "never reached");
  REFUSED(primary, in.primary.film_charge_c = 0.0, "passivation");
  /* Just inside of a limit is well. */
  cf_arena *arena = cf_arena_create(0);
  cf_store store;
  cf_store_input in = capacitor_input();
  in.warn_v = 0.0;
  in.turn_on_v = 2.4 + 0.3 * 0.5 / 2.4 + 1e-9;
  build_store(&store, &in, arena);
  in = battery_input();
  in.battery.discharge_c_rate = 0.8 / 3.1 / 0.1 * 1.001;
  build_store(&store, &in, arena);
  assert_true(fabs(store.charge_limit_w - 0.5 * store.full_j / 3600.0) <= 1e-15);
  cf_arena_destroy(arena);
}

static bool is_refreshed(cf_store_input in) {
  cf_arena *arena = cf_arena_create(0);
  cf_store store;
  build_store(&store, &in, arena);
  cf_arena_destroy(arena);
  return store.refreshed;
}

static void only_what_matters_is_refreshed(void **unused) {
  (void)unused;
  cf_store_input in = capacitor_input();
  assert_false(is_refreshed(in));
  in = capacitor_input();
  in.capacitor.slow_capacitance_f = 1.0;
  in.capacitor.slow_ohm = 100.0;
  assert_true(is_refreshed(in));

  cf_battery plain = battery_input().battery;
  plain.resistance_activation_k = plain.self_discharge_activation_k = 0.0;
  plain.coulomb_efficiency = 1.0;
  plain.charge_low_k = plain.discharge_low_k = 0.0;
  plain.charge_high_k = plain.discharge_high_k = INFINITY;
  in = battery_input();
  in.battery = plain;
  assert_false(is_refreshed(in));
  assert_true(is_refreshed(battery_input()));
#define MATTERS(change)            \
  do {                             \
    in.battery = plain;            \
    change;                        \
    assert_true(is_refreshed(in)); \
  } while (0)
  MATTERS(in.battery.coulomb_efficiency = 0.99);
  MATTERS(in.battery.resistance_activation_k = 2500.0);
  MATTERS(in.battery.self_discharge_activation_k = 6000.0);
  MATTERS(in.battery.charge_low_k = 273.15);
  MATTERS(in.battery.discharge_high_k = 333.15);
  MATTERS(in.battery.ageing.q0 = 1.02);
  in.battery = plain;
  in.battery.resistance_activation_k = 2500.0;
  in.bus_w[2] = in.bus_w[1] = 1e-6; /* no current worth speaking of */
  assert_false(is_refreshed(in));

  in = primary_input();
  assert_true(is_refreshed(in));
  in.primary.film_v_per_sqrt_s = 0.0;
  assert_true(is_refreshed(in));
  in.primary.self_discharge_activation_k = 0.0;
  assert_false(is_refreshed(in));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(interpolants_keep_the_tolerance_and_say_how_near_they_are),
      cmocka_unit_test(a_finer_tolerance_takes_more_cells),
      cmocka_unit_test(a_tolerance_out_of_reach_is_reported),
      cmocka_unit_test(the_brink_of_collapse_is_met_geometrically),
      cmocka_unit_test(edges_are_where_they_must_be),
      cmocka_unit_test(every_x_finds_its_cell),
      cmocka_unit_test(curves_are_continuous_bounded_and_never_negative),
      cmocka_unit_test(a_leak_that_vanishes_leaves_no_trace),
      cmocka_unit_test(units_scale),
      cmocka_unit_test(a_discharge_through_an_esr_takes_as_long_as_computed),
      cmocka_unit_test(a_battery_lasts_as_long_as_its_coulombs),
      cmocka_unit_test(a_primary_cell_lives_as_long_as_the_handbook_says),
      cmocka_unit_test(what_cannot_be_is_refused),
      cmocka_unit_test(only_what_matters_is_refreshed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
