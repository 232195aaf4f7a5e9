/* What a sweep costs beside its runs: processor time of watcher and workers beyond that of the simulations, per run
 * (the loading of points, gauges, commits and claims are in it); and how much faster two workers are than one, on equal
 * runs. Run from the repository root. */
#include "base/version.h"
#include "sweep/campaign.h"
#include "sweep/worker.h"
#include "yardstick.h"

#include <ftw.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { REPEATS = 3, PATH = 256 };

static char folder[64];
static cf_diag diag;

static void need(bool good, const char *what) {
  if (good) return;
  fprintf(stderr, "sweep: %s failed\n", what);
  cf_diag_print(&diag, stderr, false);
  exit(1);
}

static int remove_entry(const char *path, const struct stat *about, int kind, struct FTW *place) {
  (void)about, (void)kind, (void)place;
  return remove(path);
}

static double cpu_s(void) {
  double sum = 0;
  static const int who[] = {RUSAGE_SELF, RUSAGE_CHILDREN};
  for (int i = 0; i < 2; i++) {
    struct rusage usage;
    getrusage(who[i], &usage);
    sum += (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
  }
  return sum;
}

typedef struct cost {
  double wall_s, cpu_s, runs_cpu_s;
  uint32_t runs;
} cost;

/* The plan from freezing to its last run, on so many workers. */
static cost sweep(const char *plan, unsigned workers, unsigned number) {
  char path[PATH], directory[PATH], shards[4][CF_CAMPAIGN_PATH];
  snprintf(path, sizeof path, "%s/plan.yaml", folder);
  snprintf(directory, sizeof directory, "%s/%u", folder, number);
  FILE *file = fopen(path, "w");
  need(file && fputs(plan, file) >= 0 && fclose(file) == 0, "writing a plan");
  cf_campaign *campaign = NULL;
  cf_outcomes outcomes;
  cf_round round;
  need(cf_campaign_start(path, "models", directory, NULL, NULL, &campaign, &diag) == CF_OK, "freezing");
  need(cf_campaign_outcomes(campaign, &outcomes, &diag) == CF_OK, "looking");
  need(cf_campaign_next(campaign, &outcomes, 1, false, &round, &diag) == CF_OK, "deciding");
  cf_outcomes_free(&outcomes);
  for (unsigned i = 0; i < workers; i++) snprintf(shards[i], sizeof shards[i], "%s/shards/local-%u.db", directory, i);
  cf_work_options options = {.version = CF_VERSION, .workers = workers, .shard = shards, .max_failures = UINT32_MAX};
  cf_work_state state;
  double cpu = cpu_s(), wall = yardstick_wall_ns();
  need(cf_work(campaign, &round, 0, round.list.count, &options, &state, &diag) == CF_OK && state.failed == 0,
       "working");
  cost spent = {.wall_s = (yardstick_wall_ns() - wall) / 1e9, .cpu_s = cpu_s() - cpu, .runs = round.list.count};
  need(cf_campaign_outcomes(campaign, &outcomes, &diag) == CF_OK, "looking");
  for (uint32_t i = 0; i < outcomes.count; i++) spent.runs_cpu_s += (double)outcomes.outcome[i].cpu_s;
  cf_outcomes_free(&outcomes);
  cf_round_free(&round);
  cf_campaign_close(campaign);
  return spent;
}

#define HEAD "name: bench\nscenario: "

int main(void) {
  char many[1024], equal[1024], root[PATH];
  cf_diag_init(&diag);
  snprintf(folder, sizeof folder, "/tmp/coldfleet-bench-XXXXXX");
  need(mkdtemp(folder) != NULL && getcwd(root, sizeof root) != NULL, "making a directory");
  snprintf(many, sizeof many,
           HEAD
           "%s/scenarios/quickstart.yaml\nset: {duration: 6 h}\naxes: {sense_mj: {path: fleet.sensors.sense.energy, "
           "range: {from: 1 mJ, to: 25 mJ, count: 25}}}\nreps: 10\n",
           root);
  snprintf(equal, sizeof equal,
           HEAD
           "%s/scenarios/quickstart.yaml\nset: {duration: 60 d, fleet.sensors.count: 20}\npolicies: [always-local]\n"
           "reps: 16\n",
           root);
  unsigned number = 0;
  double each[REPEATS], faster[REPEATS];
  for (int i = 0; i < REPEATS; i++) {
    cost spent = sweep(many, 1, number++);
    each[i] = 1e3 * (spent.cpu_s - spent.runs_cpu_s) / spent.runs;
  }
  yardstick_print("sweep_overhead_per_run", yardstick_median(each, REPEATS), "ms CPU");
  for (int i = 0; i < REPEATS; i++) {
    double one = sweep(equal, 1, number++).wall_s;
    faster[i] = one / sweep(equal, 2, number++).wall_s;
  }
  yardstick_print("sweep_two_workers", yardstick_median(faster, REPEATS), "times");
  nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
  return 0;
}
