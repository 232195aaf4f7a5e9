#include "physics/surface.h"

#include "base/remath.h"

#include <math.h>
#include <stdlib.h>

/* Sutherland: value(T) = value_0 (T / T_0)^1.5 (T_0 + S) / (T + S). */
static double sutherland(double value_0, double temp_0_k, double s_k, double temp_k) {
  double ratio = temp_k / temp_0_k;
  return value_0 * ratio * sqrt(ratio) * (temp_0_k + s_k) / (temp_k + s_k);
}

static double convection_w(const cf_surface *surface, double excess_k) {
  const double gravity = 9.80665, gas_j_per_kg_k = 287.05, heat_j_per_kg_k = 1006.0, pressure_pa = 101325.0;
  double temp_k = surface->air_reference_k, length = surface->height_m;
  double density = pressure_pa / (gas_j_per_kg_k * temp_k);
  double viscosity = sutherland(1.716e-5, 273.0, 111.0, temp_k),
         conductivity = sutherland(0.0241, 273.0, 194.0, temp_k);
  double diffusivity = conductivity / (density * heat_j_per_kg_k), prandtl = viscosity / density / diffusivity;
  double rayleigh =
      gravity * fabs(excess_k) * (length * length * length) / (temp_k * (viscosity / density) * diffusivity);
  double growth = rayleigh > 0.0 ? cf_pow(rayleigh, 1.0 / 6.0) : 0.0;
  double root = 0.825 + 0.387 * growth / cf_pow(1.0 + cf_pow(0.492 / prandtl, 9.0 / 16.0), 8.0 / 27.0);
  return surface->area_m2 * root * root * conductivity / length * excess_k;
}

static double radiation_w(const cf_surface *surface, double excess_k) {
  const double stefan_boltzmann = 5.670374419e-8; /* CODATA 2018 */
  /* (a + d)^4 - a^4 without cancellation. */
  double a = surface->air_reference_k, b = a + excess_k;
  return surface->emissivity * stefan_boltzmann * surface->area_m2 * (a * a + b * b) * (a + b) * excess_k;
}

double cf_surface_w(const cf_surface *surface, double excess_k) {
  return convection_w(surface, excess_k) + radiation_w(surface, excess_k);
}

/* Largest distance of the chord over [a, b], seen at equal steps: within 1 % of it, as both are smooth off zero excess.
 */
static double chord_distance_w(const cf_surface *surface, double a, double b) {
  enum { STEPS = 16 };
  cf_line chord = cf_line_chord(a, b, cf_surface_w(surface, a), cf_surface_w(surface, b));
  double worst_w = 0.0;
  for (int i = 1; i < STEPS; i++) {
    double x = a + (b - a) * i / STEPS;
    worst_w = fmax(worst_w, fabs(cf_line_at(chord, x) - cf_surface_w(surface, x)));
  }
  return worst_w;
}

/* Edges from 0 to `end` (which may be negative), each cell as wide as the tolerance lets it. edge: [cells_max + 1].
 * Returns the number of cells, cells_max + 1 when that many are not enough. */
static uint32_t march(const cf_surface *surface, double end, double tolerance_w, uint32_t cells_max, double *edge) {
  double at = 0.0;
  edge[0] = 0.0;
  for (uint32_t cells = 1; cells <= cells_max; cells++) {
    double good = 0.0, bad = 1.0; /* fractions of what is left */
    if (chord_distance_w(surface, at, end) <= tolerance_w) {
      edge[cells] = end;
      return cells;
    }
    for (int i = 0; i < 20; i++) {
      double middle = 0.5 * (good + bad);
      if (chord_distance_w(surface, at, at + (end - at) * middle) <= tolerance_w)
        good = middle;
      else
        bad = middle;
    }
    at += (end - at) * good;
    edge[cells] = at;
  }
  return cells_max + 1;
}

/* All edges from -span to span; `back` is room for the negative ones. Returns the number of cells. */
static uint32_t make_edges(const cf_surface *surface, double span_k, double tolerance_w, uint32_t cells_max,
                           double *back, double *edge) {
  tolerance_w = fmax(tolerance_w, 1e-8 * fabs(cf_surface_w(surface, span_k))); /* finer than any table of air */
  while (true) {
    uint32_t below = march(surface, -span_k, tolerance_w, cells_max - 1, back);
    if (below < cells_max) {
      for (uint32_t i = 0; i < below; i++) edge[i] = back[below - i];
      uint32_t above = march(surface, span_k, tolerance_w, cells_max - below, &edge[below]);
      if (below + above <= cells_max) return below + above;
    }
    tolerance_w *= 1.25; /* until there are few enough */
  }
}

cf_status cf_surface_curve(const cf_surface *surface, uint32_t node, double span_k, double tolerance_w,
                           uint32_t cells_max, double *linear_w_per_k, cf_heat_curve *curve, cf_arena *arena,
                           cf_diag *diag) {
  if (!(surface->area_m2 > 0.0 && surface->height_m > 0.0 && surface->emissivity >= 0.0 && surface->emissivity <= 1.0 &&
        span_k > 0.0 && span_k < surface->air_reference_k && tolerance_w > 0.0) ||
      cells_max < 2 || cells_max > CF_HEAT_CELLS || !isfinite(cf_surface_w(surface, span_k)))
    return cf_fail(diag, CF_INPUT, "cooling of a surface within %g K of the air cannot be made a curve", span_k);
  double *edge = CF_ARENA_ARRAY(arena, double, cells_max + 1), *back = malloc((cells_max + 1) * sizeof *back);
  cf_line *line = CF_ARENA_ARRAY(arena, cf_line, cells_max);
  if (!edge || !line || !back) {
    free(back);
    return cf_fail(diag, CF_INTERNAL, "no memory for the curve of a surface");
  }
  uint32_t cells = make_edges(surface, span_k, tolerance_w, cells_max, back, edge);
  free(back);
  double least = (double)INFINITY, reached_w = 0.0;
  for (uint32_t i = 0; i < cells; i++) {
    double low_w = cf_surface_w(surface, edge[i]), high_w = cf_surface_w(surface, edge[i + 1]);
    line[i] = cf_line_chord(edge[i], edge[i + 1], low_w, high_w);
    least = fmin(least, line[i].slope);
    reached_w = fmax(reached_w, chord_distance_w(surface, edge[i], edge[i + 1]));
  }
  for (uint32_t i = 0; i < cells; i++) line[i] = (cf_line){-line[i].at_zero, least - line[i].slope};
  *linear_w_per_k = least;
  *curve = (cf_heat_curve){
      .node = node, .over_air = true, .cells = cells, .edge_k = edge, .line = line, .reached_w = reached_w};
  return CF_OK;
}
