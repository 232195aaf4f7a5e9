/* What a fleet costs: time per node-day, speed-up by a second thread, memory per node. Run from the repository root. */
#include "config/scenario.h"
#include "fleet/simulate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { REPEATS = 5 };

typedef struct result {
  double cpu_s, wall_s, rss_bytes;
  uint64_t events, digest;
  int failed;
} result;

/* A scenario under its last policy. */
static result simulate(const char *path, const char *const *settings, uint32_t count, unsigned threads) {
  static cf_diag diag;
  result r = {.failed = 1};
  cf_setting list[8];
  for (uint32_t i = 0; i < count; i++) list[i] = (cf_setting){settings[i], "--set"};
  cf_load_options options = {.models_dir = "models", .settings = list, .setting_count = count};
  cf_diag_init(&diag);
  cf_scenario *scenario = cf_scenario_load(path, &options, &diag);
  if (scenario) {
    cf_recorder silent = {0};
    cf_simulation simulation = {
        .scenario = scenario, .run_id = 1, .policy = scenario->policies - 1, .seed = 1, .engine = {.threads = threads}};
    cf_run_row row;
    if (cf_simulate(&simulation, &silent, &row, &diag) == CF_OK)
      r = (result){.cpu_s = row.cpu_s, .wall_s = row.wall_s, .events = row.events, .digest = row.digest.lane[0]};
    cf_scenario_destroy(scenario);
  }
  if (r.failed) cf_diag_print(&diag, stderr, false);
  return r;
}

/* In a process of its own, so that its memory is its own. */
static result run_apart(const char *path, const char *const *settings, uint32_t count, unsigned threads) {
  int pipe_fd[2];
  result r = {.failed = 1};
  if (pipe(pipe_fd) != 0) return r;
  pid_t child = fork();
  if (child == 0) {
    result mine = simulate(path, settings, count, threads);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    mine.rss_bytes = 1024.0 * (double)usage.ru_maxrss;
    ssize_t written = write(pipe_fd[1], &mine, sizeof mine);
    _exit(written == (ssize_t)sizeof mine ? 0 : 1);
  }
  close(pipe_fd[1]);
  if (child > 0 && read(pipe_fd[0], &r, sizeof r) != (ssize_t)sizeof r) r.failed = 1;
  close(pipe_fd[0]);
  if (child > 0) waitpid(child, NULL, 0);
  if (r.failed) {
    fprintf(stderr, "a benchmark run failed\n");
    exit(1);
  }
  return r;
}

static result apart(const char *const *settings, uint32_t count, unsigned threads) {
  return run_apart("scenarios/agriculture.yaml", settings, count, threads);
}

static int up(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

static double median(double *value) {
  qsort(value, REPEATS, sizeof *value, up);
  return value[REPEATS / 2];
}

int main(int argc, char **argv) {
  double value[REPEATS], one[REPEATS], two[REPEATS];
  const char *look[] = {"fleet.sensors.sample_every=15 min", "duration=5 d"};
  for (int i = 0; i < REPEATS; i++) value[i] = apart(look, 2, 1).cpu_s * 1e6 / (1000.0 * 5.0);
  printf("agriculture_us_per_node_day,%.1f,us\n", median(value));
  fflush(stdout);

  const char *wide[] = {"fleet.sensors.count=100000", "duration=6 h"};
  for (int i = 0; i < REPEATS; i++) {
    one[i] = apart(wide, 2, 1).wall_s;
    two[i] = apart(wide, 2, 2).wall_s;
    value[i] = one[i] / two[i];
  }
  printf("agriculture_1e5_two_threads,%.2f,x\n", median(value));
  fflush(stdout);

  const char *hundred_k[] = {"fleet.sensors.count=100000", "duration=1 h"},
             *million[] = {"fleet.sensors.count=1000000", "duration=1 h"};
  double small = apart(hundred_k, 2, 1).rss_bytes, large = apart(million, 2, 1).rss_bytes;
  printf("memory_per_node,%.0f,B\n", (large - small) / 9e5);
  const char *day[] = {"fleet.sensors.count=100000", "duration=1 d", "fleet.sensors.sample_every=15 min"};
  printf("memory_1e5_nodes_one_day,%.0f,MiB\n", apart(day, 3, 2).rss_bytes / 1048576.0);
  fflush(stdout);

  if (argc > 1 && strcmp(argv[1], "--year") == 0) {
    const char *year[] = {"fleet.sensors.count=2000", "duration=365 d", "fleet.sensors.sample_every=15 min"};
    result r = apart(year, 3, 2);
    printf("year_of_2000_nodes,%.1f,s\n", r.wall_s);
    fflush(stdout);
    const char *many[] = {"fleet.clamps.count=500", "fleet.containers.count=500"};
    r = run_apart("scenarios/infrastructure.yaml", many, 2, 1);
    printf("ten_years_of_1000_nodes,%.1f,s\n", r.cpu_s);
  }
  return 0;
}
