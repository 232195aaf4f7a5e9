#include "cli/probe_cell.h"

#include "cli/places.h"
#include "config/graph.h"
#include "config/storage_model.h"
#include "fleet/body_class.h"
#include "physics/walker.h"
#include "store/number.h"

#include <math.h>
#include <string.h>

enum { STEPS = 20 };
static const int64_t longest_ns = INT64_C(100) * 366 * 86400 * CF_NS_PER_S;

static const cf_body_scale nominal = {1.0, 1.0, 1.0};

/* The catalogue and the name: of "models/storage/x.yaml" the folder two above it, and x. */
static cf_status find_model(const cf_probe_cell *cell, char folder[CF_PATH_MAX], char name[CF_PATH_MAX],
                            cf_diag *diag) {
  const char *slash = strrchr(cell->model, '/'), *dot = strrchr(cell->model, '.');
  if (!dot || strcmp(dot, ".yaml") != 0 || (slash && dot < slash)) {
    snprintf(name, CF_PATH_MAX, "%s", cell->model);
    return cf_find_models(cell->models, folder, diag);
  }
  const char *start = slash ? slash + 1 : cell->model;
  snprintf(name, CF_PATH_MAX, "%.*s", (int)(dot - start), start);
  snprintf(folder, CF_PATH_MAX, "%.*s/..", slash ? (int)(slash - cell->model) : 1, slash ? cell->model : ".");
  return CF_OK;
}

static double full_v(const cf_storage *storage) {
  switch (storage->kind) {
    case CF_STORAGE_CAPACITOR:
      return storage->voltage_max_v;
    case CF_STORAGE_BATTERY:
      return storage->open_voltage.y[storage->open_voltage.count - 1];
    case CF_STORAGE_PRIMARY:
      break;
  }
  return storage->open_voltage_v;
}

/* The body of a node that has nothing but this store, a perfect converter and a load, and as much heat capacity and
 * surroundings as keep it at the ambient: made by the function that makes nodes. */
static cf_status make_body(const cf_probe_cell *cell, const cf_storage *storage, cf_body_class *body, cf_arena *arena,
                           cf_diag *diag) {
  double none = 0.0, much = 1e9; /* J/K and W/K: a second to settle, and no watt of it is felt */
  cf_graph still = {.id = "", .nodes = 1, .conductance_wk = &none, .to_air_wk = &much, .capacity_jk = &much};
  cf_device *device = CF_ARENA_NEW(arena, cf_device);
  cf_scenario *scenario = CF_ARENA_NEW(arena, cf_scenario);
  cf_node_group *group = CF_ARENA_NEW(arena, cf_node_group);
  if (!device || !scenario || !group) return cf_fail(diag, CF_INTERNAL, "no memory");
  cf_converter converter = {
      .mppt_fraction = 1.0, .output_w = {.count = 2, .x = {0.0, 1.0}, .y = {0.0, 1.0}}, .output_efficiency = 1.0};
  scenario->tolerance_power = cell->tolerance;
  scenario->refresh_ns = CF_REFRESH_NS;
  group->name = storage->name;
  group->device = device;
  group->converter = &converter;
  group->storage = storage;
  group->network = &still;
  group->limits.at = CF_HEAT_DIE;
  group->supply = (cf_supply){.turn_on_v = full_v(storage), .turn_off_v = cell->off_v};
  cf_body_plan plan = {.group = group, .scenario = scenario, .states = 1};
  body->load[0] = (cf_load){.device_w = cell->power_w, .bus_w = cell->power_w};
  return cf_body_class_make(body, &plan, arena, diag);
}

static void still_air(const void *self, int64_t t_ns, cf_drive *out) {
  (void)t_ns;
  const double *air_k = self;
  *out = (cf_drive){.from_ns = 0, .until_ns = INT64_MAX, .air_k = *air_k, .host_k = *air_k};
}

static void print_row(FILE *out, const cf_body_class *class, int64_t t_ns, const cf_body *body) {
  double x = body->store_j * class->store.x_per_j;
  double value[] = {cf_ticks_to_s(t_ns), body->store_j, cf_store_charge_share(&class->store, x),
                    cf_store_open_v(&class->store, x)};
  char text[CF_NUMBER_BYTES];
  for (unsigned i = 0; i < sizeof value / sizeof value[0]; i++) {
    cf_number_exact(text, value[i]);
    fprintf(out, "%s%s", i ? "," : "", text);
  }
  putc('\n', out);
}

/* When it is over; then the way there in equal steps. */
static cf_status discharge(const cf_cli *cli, const cf_probe_cell *cell, const cf_body_class *class, cf_diag *diag) {
  cf_drivers drivers = {still_air, &cell->ambient_k};
  cf_drive_bounds bounds = {.air_max_k = cell->ambient_k, .host_max_k = cell->ambient_k};
  cf_watch watch = {.supply = CF_WATCH_LOW, .warm_above_k = INFINITY, .cool_below_k = -INFINITY};
  cf_body_room room;
  cf_flows flows = {0};
  int64_t end_ns, at_ns = 0;
  cf_body_begin(class, &nominal, cell->ambient_k, 1.0, &room.body);
  if (cf_walk_until(class, &nominal, &drivers, &bounds, 0, 0, longest_ns, &room.body, &watch, &end_ns) !=
      CF_CROSS_STORE_LOW)
    return cf_fail(diag, CF_INPUT, "it lasts for more than 100 years");
  fputs("t_s,stored_j,charge_share,open_v\n", cli->out.out);
  print_row(cli->out.out, class, 0, &room.body);
  for (int64_t step = 1; step <= STEPS && end_ns > 0; step++) {
    int64_t to_ns = end_ns / STEPS * step + end_ns % STEPS * step / STEPS;
    cf_walk(class, &nominal, &drivers, 0, at_ns, to_ns, &room.body, &flows);
    print_row(cli->out.out, class, to_ns, &room.body);
    at_ns = to_ns;
  }
  return CF_OK;
}

static cf_status study(const cf_cli *cli, const cf_probe_cell *cell, cf_arena *arena, cf_diag *diag) {
  char folder[CF_PATH_MAX], name[CF_PATH_MAX];
  const cf_storage *storage;
  cf_body_class *class = CF_ARENA_NEW(arena, cf_body_class);
  if (!class) return cf_fail(diag, CF_INTERNAL, "no memory");
  cf_status status = find_model(cell, folder, name, diag);
  if (status == CF_OK) status = cf_storage_model(folder, name, arena, &storage, diag);
  if (status == CF_OK) status = make_body(cell, storage, class, arena, diag);
  return status == CF_OK ? discharge(cli, cell, class, diag) : status;
}

cf_status cf_probe_cell_run(const cf_cli *cli, const cf_probe_cell *cell) {
  cf_diag diag;
  cf_diag_init(&diag);
  cf_arena *arena = cf_arena_create(0);
  cf_status status = arena ? study(cli, cell, arena, &diag) : cf_fail(&diag, CF_INTERNAL, "no memory");
  if (arena) cf_arena_destroy(arena);
  return cf_cli_flush(cli, cf_cli_tell(cli, &diag, status));
}
