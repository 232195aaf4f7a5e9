/* coldfleet probe storage: how long a store carries a load, or what a ramp of power leaves in a capacitor. */
#include "cli/probe.h"
#include "cli/probe_cell.h"
#include "physics/walker.h"

#include <string.h>

enum { CASE, CAPACITANCE, ESR, LEAKAGE_OHM, LEAKAGE_A, POWER, SLOPE, START, END };
enum { INTERNAL, EMPTY, RESULT };
enum { CELLS = 65536 };

static const cf_probe_input inputs[] = {
    {"case", CF_PROBE_WORD, true, NAN, "esr_const_power_leak or pwl_power_leak"},
    {"C_F", CF_PROBE_NUMBER, true, NAN, "capacitance"},
    {"ESR_ohm", CF_PROBE_NUMBER, false, 0.0, "resistance in series; a ramp has none"},
    {"Rleak_ohm", CF_PROBE_NUMBER, false, INFINITY, "resistance in parallel"},
    {"Ileak_A", CF_PROBE_NUMBER, false, 0.0, "constant leakage current beside it"},
    {"load_W_or_p0", CF_PROBE_NUMBER, true, NAN, "constant load; or net power into the capacitor at first"},
    {"p1_W_per_s", CF_PROBE_NUMBER, false, 0.0, "growth of the net power, of a ramp"},
    {"V0_V", CF_PROBE_NUMBER, true, NAN, "open-circuit voltage at first"},
    {"Vth_terminal_V_or_horizon_s", CF_PROBE_NUMBER, true, NAN, "terminal voltage to wait for; or length of the ramp"},
    {0}};
static const cf_probe_output outputs[] = {
    {"v_internal_at_threshold_V", CF_PROBE_REAL, "open-circuit voltage when the terminal is at the threshold"},
    {"ran_empty_s", CF_PROBE_REAL, "when the ramp first left nothing in the capacitor; empty: never"},
    {"result_t_s_or_V", CF_PROBE_REAL_OR_NAN,
     "seconds until the threshold; or voltage at the end of the ramp, by the balance of all of it: -1 when that is "
     "empty"},
    {0}};

static const cf_body_scale nominal = {1.0, 1.0, 1.0};

/* A node that is nothing but the capacitor, behind a converter that passes on what it gets. */
typedef struct bench {
  cf_body_class class;
  cf_body_room *room;
} bench;

static cf_status set_up(bench *on, const cf_store_input *input, double panel_max_w, double start_j, cf_arena *arena,
                        cf_diag *diag) {
  cf_body_class *class = &on->class;
  cf_network *network = cf_network_new(arena, 1, 1);
  if (!network) return cf_fail(diag, CF_INTERNAL, "no memory");
  network->capacity_j_per_k[0] = network->air_w_per_k[0] = 1.0; /* how warm it gets is not asked */
  cf_status status = cf_modal_build(&class->modal, network, arena, diag);
  if (status == CF_OK) status = cf_store_build(&class->store, input, arena, diag);
  if (status) return status;
  class->has_store = true;
  double most_w = panel_max_w > 0.0 ? panel_max_w : 1.0;
  class->converter =
      (cf_converter_curve){.mppt_fraction = 1.0, .points = 2, .input_w = {0.0, most_w}, .output_w = {0.0, most_w}};
  status = cf_converter_check(&class->converter, diag);
  if (status) return status;
  class->bus_per_device = 1.0;
  class->leakage_curve = -1;
  class->loads = 1;
  class->load[0] = (cf_load){.device_w = input->bus_w[0], .bus_w = input->bus_w[0]};
  cf_body_class_close(class);
  cf_body_begin(class, &nominal, class->modal.reference_k, 1.0, &on->room->body);
  on->room->body.store_j = start_j;
  return CF_OK;
}

static cf_capacitor capacitor_of(const double *in) {
  return (cf_capacitor){
      .capacitance_f = in[CAPACITANCE], .esr_ohm = in[ESR], .leakage_a = in[LEAKAGE_A], .leakage_ohm = in[LEAKAGE_OHM]};
}

static double energy_j(const double *in, double volt) { return 0.5 * in[CAPACITANCE] * volt * volt; }

/* Longest time a constant load can take: all of the energy, and some. */
static double longest_s(const double *in) {
  double leak_w = in[START] * in[START] / in[LEAKAGE_OHM] + in[START] * in[LEAKAGE_A];
  return in[POWER] > 0.0 ? 2.0 * energy_j(in, in[START]) / in[POWER]
         : leak_w > 0.0  ? 1e3 * energy_j(in, in[START]) / leak_w
                         : 0.0;
}

static cf_status discharge(const cf_probe_study *study, const double *in, double *out, bench *on, cf_arena *arena,
                           cf_diag *diag) {
  double off_v = in[END], needed_v = off_v + in[POWER] * in[ESR] / off_v;
  double full_v = 1.01 * fmax(in[START], needed_v);
  cf_store_input input = {.kind = CF_STORE_CAPACITOR,
                          .capacitor = capacitor_of(in),
                          .turn_on_v = full_v,
                          .turn_off_v = off_v,
                          .states = 1,
                          .bus_w = {in[POWER]},
                          .tolerance = study->tolerance,
                          .cells_max = CELLS};
  input.capacitor.voltage_max_v = full_v;
  cf_status status = set_up(on, &input, 0.0, energy_j(in, in[START]), arena, diag);
  if (status) return status;
  cf_drive drive = {.until_ns = INT64_MAX, .air_k = on->class.modal.reference_k};
  cf_watch watch = {.supply = CF_WATCH_LOW, .warm_above_k = INFINITY, .cool_below_k = -INFINITY};
  cf_flows flows = {0};
  double when_s;
  cf_crossing_kind what =
      cf_walk_piece(&on->class, &nominal, &drive, 0, longest_s(in), &watch, &on->room->body, &flows, &when_s);
  out[RESULT] = what == CF_CROSS_STORE_LOW ? when_s : (double)NAN;
  out[INTERNAL] = cf_store_open_v(&on->class.store, on->class.store.x_off[0]);
  return CF_OK;
}

/* A net power that may be negative is a panel's, from which a constant load takes the most that is ever missing. All of
 * it may happen `raise_j` higher, at the voltage that belongs to it, with what leaks more there added to the panel: the
 * leakage of a resistance is linear in the energy, so nothing else changes. */
static cf_status ramp_from(const cf_probe_study *study, const double *in, double raise_j, bench *on, cf_arena *arena,
                           double *empty_s, double *end_j, cf_diag *diag) {
  double last_w = in[POWER] + in[SLOPE] * in[END];
  double load_w = fmax(0.0, -fmin(in[POWER], last_w)), most_w = fmax(0.0, fmax(in[POWER], last_w));
  double start_j = energy_j(in, in[START]) + raise_j, held_w = 2.0 * raise_j / (in[CAPACITANCE] * in[LEAKAGE_OHM]);
  double full_v = 1.01 * sqrt(2.0 * (start_j + most_w * in[END]) / in[CAPACITANCE]);
  cf_store_input input = {.kind = CF_STORE_CAPACITOR,
                          .capacitor = capacitor_of(in),
                          .turn_on_v = full_v,
                          .turn_off_v = 1e-6 * in[START], /* a million millionth of the energy is left: empty */
                          .states = 1,
                          .bus_w = {load_w},
                          .tolerance = study->tolerance,
                          .cells_max = CELLS};
  input.capacitor.voltage_max_v = full_v;
  cf_status status = set_up(on, &input, load_w + most_w + held_w, start_j, arena, diag);
  if (status) return status;
  cf_drive drive = {.until_ns = INT64_MAX,
                    .panel_w = load_w + in[POWER] + held_w,
                    .panel_w_per_s = in[SLOPE],
                    .air_k = on->class.modal.reference_k};
  cf_watch watch = {.supply = CF_WATCH_LOW, .warm_above_k = INFINITY, .cool_below_k = -INFINITY};
  cf_flows flows = {0};
  double when_s;
  cf_crossing_kind what =
      cf_walk_piece(&on->class, &nominal, &drive, 0, in[END], &watch, &on->room->body, &flows, &when_s);
  *empty_s = what == CF_CROSS_STORE_LOW ? when_s : (double)NAN;
  *end_j = on->room->body.store_j - raise_j;
  return CF_OK;
}

static cf_status ramp(const cf_probe_study *study, const double *in, double *out, bench *on, cf_arena *arena,
                      cf_diag *diag) {
  double end_j, unused;
  cf_status status = ramp_from(study, in, 0.0, on, arena, &out[EMPTY], &end_j, diag);
  if (status) return status;
  if (!isnan(out[EMPTY])) {
    /* What was missing goes on as a debt, which never exceeds all that is taken. */
    double debt_j = fmax(0.0, -fmin(in[POWER], in[POWER] + in[SLOPE] * in[END])) * in[END];
    if (in[LEAKAGE_A] > 0.0)
      end_j = -1.0;
    else
      status = ramp_from(study, in, 1.01 * debt_j, on, arena, &unused, &end_j, diag);
  }
  out[RESULT] = end_j > 0.0 ? sqrt(2.0 * end_j / in[CAPACITANCE]) : -1.0;
  return status;
}

static bool compute(void *study, const cf_probe_row *row) {
  const double *in = row->in;
  bool is_ramp = cf_csv_is(row->csv, row->column[CASE], "pwl_power_leak");
  if (!is_ramp && !cf_csv_is(row->csv, row->column[CASE], "esr_const_power_leak"))
    return cf_probe_fail(row, CASE, "the case is esr_const_power_leak or pwl_power_leak");
  if (!cf_probe_within(row, CAPACITANCE, 1e-15, 1e9) || !cf_probe_within(row, ESR, 0.0, 1e9) ||
      !cf_probe_within(row, LEAKAGE_OHM, 1e-9, INFINITY) || !cf_probe_within(row, LEAKAGE_A, 0.0, 1e9) ||
      !cf_probe_within(row, START, 1e-9, 1e6) || !cf_probe_within(row, END, 1e-12, is_ramp ? 1e12 : 1e6) ||
      !cf_probe_within(row, POWER, is_ramp ? -1e9 : 0.0, 1e9))
    return false;
  if (is_ramp && in[ESR] > 0.0) return cf_probe_fail(row, ESR, "a ramp has no resistance in series here");
  for (unsigned i = CAPACITANCE; i <= END; i++)
    if (isnan(in[i])) return true;
  cf_diag diag;
  cf_diag_init(&diag);
  cf_arena *arena = cf_arena_create(0);
  bench *on = arena ? CF_ARENA_NEW(arena, bench) : NULL;
  if (on) on->room = CF_ARENA_NEW(arena, cf_body_room);
  cf_status status = !on || !on->room ? cf_fail(&diag, CF_INTERNAL, "no memory")
                     : is_ramp        ? ramp(study, in, row->out, on, arena, &diag)
                                      : discharge(study, in, row->out, on, arena, &diag);
  if (arena) cf_arena_destroy(arena);
  return status == CF_OK || cf_probe_fail(row, CASE, "%s", diag.entry[0].text);
}

const cf_probe_table cf_probe_storage = {"probe storage", inputs, outputs, compute, NULL};

typedef struct storage_flags {
  const char *tolerance, *model, *power, *off, *ambient, *models;
} storage_flags;

#define AT(field) offsetof(storage_flags, field)
static const cf_flag flags[] = {
    {"tolerance", 't', CF_FLAG_TEXT, "X", "of the loss and leakage curves, 1e-13 to 0.1; 1e-9 unless given",
     AT(tolerance), 0},
    {"model", 'm', CF_FLAG_TEXT, "NAME", "a store of the catalogue, or its file, in place of a table", AT(model), 0},
    {"power", 'p', CF_FLAG_TEXT, "POWER", "of the load on it, such as 10mW", AT(power), 0},
    {"off", 0, CF_FLAG_TEXT, "VOLTAGE", "of the terminal at which the load goes off", AT(off), 0},
    {"ambient", 0, CF_FLAG_TEXT, "TEMPERATURE", "25 degC unless given", AT(ambient), 0},
    {"models", 0, CF_FLAG_TEXT, "DIR", "the catalogue", AT(models), 0},
    {0}};

static cf_status run(const cf_cli *cli, int argc, char **argv) {
  storage_flags given = {0};
  cf_words words;
  cf_diag diag;
  cf_diag_init(&diag);
  cf_probe_study study = cf_probe_study_new();
  cf_status status = cf_cli_read(cli, &cf_command_probe_storage, argc, argv, &given, &words, 0, 1);
  if (status) return status;
  status = cf_probe_tolerance(given.tolerance, &study.tolerance, &diag);
  if (status == CF_OK && !given.model && (given.power || given.off || given.ambient || given.models))
    status = cf_fail(&diag, CF_USAGE, "--power, --off, --ambient and --models go with --model");
  if (status == CF_OK && !given.model)
    return cf_probe_run(cli, &cf_probe_storage, &study, words.count ? words.word[0] : NULL);
  cf_probe_cell cell = {.model = given.model,
                        .models = given.models,
                        .ambient_k = study.ambient_k,
                        .tolerance = given.tolerance ? study.tolerance : CF_PROBE_NODE_TOLERANCE};
  if (status == CF_OK && (words.count > 0 || !given.power || !given.off))
    status = cf_fail(&diag, CF_USAGE, "--model goes with --power and --off, and with no table");
  if (status == CF_OK) status = cf_probe_quantity("power", given.power, CF_DIM_POWER, &cell.power_w, &diag);
  if (status == CF_OK) status = cf_probe_quantity("off", given.off, CF_DIM_VOLTAGE, &cell.off_v, &diag);
  if (status == CF_OK) status = cf_probe_quantity("ambient", given.ambient, CF_DIM_TEMPERATURE, &cell.ambient_k, &diag);
  return status ? cf_cli_tell(cli, &diag, status) : cf_probe_cell_run(cli, &cell);
}

static void more(FILE *out) { cf_probe_explain(&cf_probe_storage, out); }

const cf_command cf_command_probe_storage = {
    .name = "probe storage",
    .line = "how long a store carries a load, or what a ramp of power leaves in a capacitor",
    .usage = "[--tolerance X] [FILE] | --model NAME --power POWER --off VOLTAGE",
    .about =
        "With --model the store of a node, capacitor, battery or primary cell, from full until the load goes\n"
        "off: 20 equal steps of t_s, stored_j, charge_share and open_v, with self-discharge and ageing, and\n"
        "with the curves that nodes have (64 cells at most, 0.1 % unless --tolerance says otherwise).",
    .example =
        "printf 'case,C_F,ESR_ohm,Rleak_ohm,load_W_or_p0,V0_V,Vth_terminal_V_or_horizon_s\\n"
        "esr_const_power_leak,0.47,0.2,1e6,0.02,5,2.4\\n' | coldfleet probe storage",
    .flags = flags,
    .more = more,
    .run = run,
};
