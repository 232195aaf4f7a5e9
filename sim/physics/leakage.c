#include "physics/leakage.h"

#include "base/lambert.h"
#include "base/remath.h"

#include <math.h>
#include <stdlib.h>

static const double inverse_e = 0.36787944117144233;

double cf_leakage_w(const cf_leakage *leakage, double temp_k) {
  return leakage->power_w * cf_exp(leakage->beta_per_k * (temp_k - leakage->reference_k));
}

/* `bare_k` is the temperature without leakage. */
static cf_leakage_verdict judge(const cf_leakage *leakage, double k_per_w, double bare_k, double critical_w) {
  double beta = leakage->beta_per_k;
  if (!(leakage->power_w > 0.0))
    return (cf_leakage_verdict){.steady_k = bare_k, .unstable_k = (double)INFINITY, .critical_w = (double)INFINITY};
  /* In logarithms: x itself may be beyond a double, and the last bits of 1/e are not to decide. */
  double log_x = cf_log(beta * k_per_w * leakage->power_w) + beta * (bare_k - leakage->reference_k);
  if (log_x > -1.0) {
    double none = (double)NAN;
    return (cf_leakage_verdict){true, none, none, none, critical_w};
  }
  double x = fmin(cf_exp(log_x), inverse_e), gain = -cf_lambert_w0(-x);
  return (cf_leakage_verdict){.steady_k = bare_k + gain / beta,
                              .unstable_k = bare_k - cf_lambert_wm1(-x) / beta,
                              .loop_gain = gain,
                              .critical_w = critical_w};
}

/* Temperature without leakage at which the brink is reached. */
static double brink_k(const cf_leakage *leakage, double k_per_w) {
  double beta = leakage->beta_per_k;
  return leakage->reference_k - (1.0 + cf_log(beta * k_per_w * leakage->power_w)) / beta;
}

cf_leakage_verdict cf_leakage_one_node(const cf_leakage *leakage, double k_per_w, double ambient_k, double dynamic_w) {
  double critical_w = (brink_k(leakage, k_per_w) - ambient_k) / k_per_w;
  return judge(leakage, k_per_w, ambient_k + k_per_w * dynamic_w, critical_w);
}

cf_status cf_leakage_network(const cf_leakage *leakage, const cf_network *network, uint32_t node, const double *power_w,
                             double air_k, double host_k, uint32_t heated, cf_leakage_verdict *verdict, cf_diag *diag) {
  uint32_t n = network->nodes;
  double *room = calloc(3 * (size_t)n, sizeof *room);
  if (!room) return cf_fail(diag, CF_INTERNAL, "no memory for the steady state of a thermal network");
  double *bare_k = room, *rise_k = room + n, *watt = room + 2 * (size_t)n;
  cf_status status = cf_network_steady(network, power_w, air_k, host_k, bare_k, diag);
  if (status == CF_OK) {
    watt[node] = 1.0; /* G is symmetric: what a watt into `node` warms is what warms `node` by a watt */
    status = cf_network_steady(network, watt, 0.0, 0.0, rise_k, diag);
  }
  if (status == CF_OK) {
    double more_k = brink_k(leakage, rise_k[node]) - bare_k[node];
    double critical_w = rise_k[heated] > 0.0 ? power_w[heated] + more_k / rise_k[heated] : (double)INFINITY;
    *verdict = judge(leakage, rise_k[node], bare_k[node], critical_w);
  }
  free(room);
  return status;
}

cf_status cf_leakage_curve(const cf_leakage *leakage, uint32_t node, double low_k, double high_k, double tolerance,
                           uint32_t cells_max, cf_heat_curve *curve, cf_arena *arena, cf_diag *diag) {
  double beta = leakage->beta_per_k, span_k = high_k - low_k;
  if (!(leakage->power_w >= 0.0 && beta > 0.0 && span_k > 0.0 && tolerance > 0.0) || cells_max < 1 ||
      cells_max > CF_HEAT_CELLS || !isfinite(cf_leakage_w(leakage, high_k)))
    return cf_fail(diag, CF_INPUT, "leakage from %g K to %g K cannot be made a curve", low_k, high_k);
  /* The largest quotient of chord and exponential over a cell of width u / beta is below exp(u^2 / 8). */
  double wanted = ceil(span_k * beta / sqrt(8.0 * cf_log1p(tolerance)));
  uint32_t cells = wanted < cells_max ? (uint32_t)wanted : cells_max;
  double *edge = CF_ARENA_ARRAY(arena, double, cells + 1);
  cf_line *line = CF_ARENA_ARRAY(arena, cf_line, cells);
  if (!edge || !line) return cf_fail(diag, CF_INTERNAL, "no memory for a leakage curve");
  double watt = cf_leakage_w(leakage, low_k);
  edge[0] = low_k;
  for (uint32_t i = 0; i < cells; i++) {
    edge[i + 1] = i + 1 < cells ? low_k + span_k * (i + 1) / cells : high_k;
    double next = cf_leakage_w(leakage, edge[i + 1]);
    line[i] = cf_line_chord(edge[i], edge[i + 1], watt, next);
    watt = next;
  }
  /* The chord is furthest above the curve where the curve has its slope; the warmest cell has the largest distance. */
  double slope = line[cells - 1].slope, furthest_k = high_k, reached_w = 0.0;
  if (slope > 0.0) {
    furthest_k = leakage->reference_k + cf_log(slope / (beta * leakage->power_w)) / beta;
    reached_w = fmax(cf_line_at(line[cells - 1], furthest_k) - slope / beta, 0.0);
  }
  *curve = (cf_heat_curve){
      .node = node, .shared_by_load = true, .cells = cells, .edge_k = edge, .line = line, .reached_w = reached_w};
  return CF_OK;
}
