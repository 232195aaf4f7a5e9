/* The command line of coldfleet probe thermal. */
#include "cli/probe.h"
#include "store/number.h"

typedef struct thermal_flags {
  const char *network, *at, *crossings, *conductance, *capacity, *power, *interval, *ambient, *host;
} thermal_flags;

#define AT(field) offsetof(thermal_flags, field)
static const cf_flag flags[] = {
    {"network", 0, CF_FLAG_TEXT, "FILE", "networks: net,n,kind,i,j,value with kind C, g, g_amb, g_host, P, T0",
     AT(network), 0},
    {"at", 0, CF_FLAG_TEXT, "FILE", "net,node,t_s: temperatures T_C at these times", AT(at), 0},
    {"crossings", 0, CF_FLAG_TEXT, "FILE", "net,node,threshold_C: first_crossing_s_or_-1", AT(crossings), 0},
    {"conductance", 0, CF_FLAG_TEXT, "FILE", "a matrix in W/K, row sums to the air, no header", AT(conductance), 0},
    {"capacitance", 0, CF_FLAG_TEXT, "FILE", "J/K, one per line", AT(capacity), 0},
    {"power", 0, CF_FLAG_TEXT, "FILE", "names, then W per interval: of the first nodes, in order", AT(power), 0},
    {"interval", 0, CF_FLAG_TEXT, "TIME", "length of an interval of --power, such as 500ms", AT(interval), 0},
    {"ambient", 0, CF_FLAG_TEXT, "TEMPERATURE", "of the air; 25 degC unless given", AT(ambient), 0},
    {"host", 0, CF_FLAG_TEXT, "TEMPERATURE", "at the end of g_host; 37 degC unless given", AT(host), 0},
    {0}};

static void print_temperatures(void *self, size_t interval, const double *temp_k, uint32_t nodes) {
  FILE *out = self;
  char text[CF_NUMBER_BYTES];
  if (interval == 0) {
    for (uint32_t i = 0; i < nodes; i++) fprintf(out, "%snode_%u_k", i ? "," : "", i);
    putc('\n', out);
  }
  for (uint32_t i = 0; i < nodes; i++) {
    cf_number_exact(text, temp_k[i]);
    fprintf(out, "%s%s", i ? "," : "", text);
  }
  putc('\n', out);
}

static cf_status run_trace(const cf_cli *cli, const thermal_flags *given, const cf_probe_study *study, cf_arena *arena,
                           cf_diag *diag) {
  cf_csv_source conductance, capacity, power;
  cf_graph *graph;
  cf_graph_powers *powers;
  cf_probe_trace trace = {.ambient_k = study->ambient_k, .each = print_temperatures, .self = cli->out.out};
  cf_status status = cf_probe_quantity("interval", given->interval, CF_DIM_TIME, &trace.interval_s, diag);
  if (status == CF_OK && !(trace.interval_s > 0.0)) status = cf_fail(diag, CF_USAGE, "--interval must be above 0 s");
  if (status == CF_OK) status = cf_probe_open(given->conductance, arena, &conductance, diag);
  if (status == CF_OK) status = cf_probe_open(given->capacity, arena, &capacity, diag);
  if (status == CF_OK) status = cf_probe_open(given->power, arena, &power, diag);
  if (status == CF_OK) status = cf_probe_graph_read(conductance, capacity, arena, &graph, diag);
  if (status == CF_OK) status = cf_probe_powers_read(power, arena, &powers, diag);
  if (status) return status;
  trace.graph = graph;
  trace.powers = powers;
  return cf_probe_trace_walk(&trace, arena, diag);
}

static cf_status run_networks(const cf_cli *cli, const thermal_flags *given, cf_probe_study *study, cf_arena *arena,
                              cf_diag *diag) {
  cf_probe_printer printer = {.out = cli->out.out};
  cf_probe_sink sink = cf_probe_print(&printer);
  cf_csv_source networks, asked;
  cf_status status = cf_probe_open(given->network, arena, &networks, diag);
  if (status == CF_OK) status = cf_probe_networks_read(networks, arena, &study->networks, diag);
  if (status == CF_OK) status = cf_probe_open(given->at ? given->at : given->crossings, arena, &asked, diag);
  if (status) return status;
  return cf_probe_compute(given->at ? &cf_probe_at : &cf_probe_crossings, study, asked, &sink, arena, diag);
}

static cf_status run(const cf_cli *cli, int argc, char **argv) {
  thermal_flags given = {0};
  cf_words words;
  cf_diag diag;
  cf_diag_init(&diag);
  cf_probe_study study = cf_probe_study_new();
  cf_status status = cf_cli_read(cli, &cf_command_probe_thermal, argc, argv, &given, &words, 0, 0);
  if (status) return status;
  bool is_trace = given.conductance && given.capacity && given.power && given.interval;
  bool is_network = given.network && !given.at != !given.crossings;
  if (is_trace == is_network)
    status = cf_fail(&diag, CF_USAGE,
                     "--network with --at or --crossings; or --conductance, --capacitance, --power and --interval");
  if (status == CF_OK)
    status = cf_probe_quantity("ambient", given.ambient, CF_DIM_TEMPERATURE, &study.ambient_k, &diag);
  if (status == CF_OK) status = cf_probe_quantity("host", given.host, CF_DIM_TEMPERATURE, &study.host_k, &diag);
  cf_arena *arena = cf_arena_create(0);
  if (!arena) return CF_INTERNAL;
  if (status == CF_OK)
    status = is_trace ? run_trace(cli, &given, &study, arena, &diag) : run_networks(cli, &given, &study, arena, &diag);
  cf_arena_destroy(arena);
  return cf_cli_flush(cli, cf_cli_tell(cli, &diag, status));
}

const cf_command cf_command_probe_thermal = {
    .name = "probe thermal",
    .line = "temperatures of RC networks: at given times, at first crossings, under a power trace",
    .usage =
        "--network FILE (--at FILE | --crossings FILE) | --conductance FILE --capacitance FILE --power FILE "
        "--interval TIME",
    .about =
        "A power trace gives the temperatures of all nodes, node_0_k and so on, at the end of each interval;\n"
        "all nodes begin at the ambient. - as a FILE is standard input. Networks may also be YAML (.yaml):\n"
        "  board:\n"
        "    nodes:   # count from 0 in this order\n"
        "      die:  {capacity: 2 J/K, power: 3 W, start: 20 degC}\n"
        "      case: {capacity: 80 J/K, to_air: 0.1 W/K, start: 20 degC}\n"
        "    links: [[die, case, 0.4 W/K]]",
    .example =
        "printf 'net,n,kind,i,j,value\\na,2,C,0,,2\\na,2,C,1,,80\\na,2,g,0,1,0.4\\na,2,g_amb,1,,0.1\\n"
        "a,2,P,0,,3\\na,2,T0,0,,20\\na,2,T0,1,,20\\n' >network.csv; printf 'net,node,threshold_C\\na,0,40\\n"
        "a,0,80\\n' | coldfleet probe thermal --network network.csv --crossings -",
    .flags = flags,
    .run = run,
};
