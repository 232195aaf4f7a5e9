/* A site: what the nodes of one place share.
 *
 * Drivers (sky and air) are exogenous for ever, a pure function of (seed, site), made a day ahead as knots. A site
 * keeps two days: the one in which its nodes stand and the one before it. Every node has an event at each day boundary
 * and never looks beyond the next one, so two suffice. Knots stand on whole seconds and the sun on sixteenths of W/m2:
 * that is the model as loaded, small enough to keep for every site of a large fleet. Factors (hidden pressure and
 * nuisance) run as the lowest tier; a node reads their path at its own instant, never ahead. */
#ifndef CF_FLEET_SITE_H
#define CF_FLEET_SITE_H

#include "base/arena.h"
#include "base/random.h"
#include "config/scenario.h"
#include "engine/engine.h"
#include "fleet/sources.h"
#include "physics/site_sky.h"
#include "physics/walker.h"

#define CF_DAY_NS (INT64_C(86400) * CF_NS_PER_S)

enum { CF_SITE_PATH = 4 };

/* Shared by all sites of a run. */
typedef struct cf_site_class {
  cf_sky_place place;
  cf_sky_panels panels;
  const cf_world_process *process;
  cf_random random;
  int64_t start_unix_s;
  int64_t first_day;   /* days since 1970-01-01 */
  int64_t into_day_ns; /* from its midnight to the start */
  uint32_t days;
  const cf_sky_base *base; /* the cloudless sky of each day, shared by all sites */
  uint32_t knots_max;      /* room per day */
} cf_site_class;

typedef struct cf_site_day {
  int64_t begin_ns; /* simulated time of its UTC midnight */
  uint32_t knots;
  float panel_max_w[CF_SKY_PANELS_MAX], sun_max_wm2, air_max_k;
} cf_site_day;

/* One knot of a day is a word and one more per panel: the second of the day (17 bits) and the sun in sixteenths of W/m2
 * (15 bits) share the first. */
typedef union cf_site_word {
  uint32_t second_and_sun;
  float panel_w;
} cf_site_word;

static inline uint32_t cf_knot_second(cf_site_word knot) { return knot.second_and_sun >> 15; }
static inline double cf_knot_sun_wm2(cf_site_word knot) { return (double)(knot.second_and_sun & 0x7FFFu) * 0.0625; }

/* The factors from `since_ns` on. */
typedef struct cf_site_factors {
  int64_t since_ns;
  uint8_t pressure, nuisance;
} cf_site_factors;

typedef struct cf_site {
  cf_entity entity;
  const cf_site_class *class;
  cf_site_word *words; /* [2][knots_max][1 + panels] */
  cf_site_day day[2];  /* by parity of the day number */
  cf_sky_chain sky;
  int64_t next_day_ns, next_pressure_ns, next_nuisance_ns;
  uint32_t index;
  uint32_t pressure_draw, nuisance_draw;
  uint32_t path_count; /* changes so far; the last CF_SITE_PATH are kept */
  cf_site_factors path[CF_SITE_PATH];
} cf_site;

/* Prepares the class in `arena`. knots_max is sized for the longest day of the scenario. */
cf_status cf_site_class_make(cf_site_class *class, const cf_scenario *scenario, const cf_sky_panels *panels,
                             cf_random random, cf_arena *arena, cf_diag *diag);

/* Words that one site needs. */
static inline size_t cf_site_words(const cf_site_class *class) {
  return 2 * (size_t) class->knots_max * (1 + class->panels.count);
}

/* Sets up site `index` at the scenario's start, first day's block included. `words` has room for cf_site_words. */
cf_status cf_site_begin(cf_site *site, const cf_site_class *class, uint32_t index, cf_site_word *words, cf_diag *diag);

/* Makes the block of the day that holds t_ns. Days follow one another: the sky's chain goes on. */
cf_status cf_site_make_day(cf_site *site, int64_t t_ns, cf_diag *diag);

void cf_site_own(cf_context *context, void *record);
/* Nothing acts on a site: a message is an error. */
void cf_site_message(cf_context *context, void *record, const cf_message *message);

/* A site as one class of nodes sees it. */
typedef struct cf_site_view {
  const cf_site *site;
  const cf_sources *sources; /* NULL: no harvest, no host */
} cf_site_view;

/* Drivers at t_ns, which must lie in one of the two days kept. For cf_drivers.piece; `view` is a cf_site_view. */
void cf_site_piece(const void *view, int64_t t_ns, cf_drive *out);
/* Over the whole day that holds t_ns. */
cf_drive_bounds cf_site_bounds(const cf_site_view *view, int64_t t_ns);

/* The factors in force at t_ns. False when that is more than CF_SITE_PATH changes ago: they change too often for the
 * window (nodes run up to one window behind their site). */
bool cf_site_factors_at(const cf_site *site, int64_t t_ns, cf_site_factors *factors);

/* The end of the UTC day that holds t_ns (the boundary after it). */
static inline int64_t cf_day_end_ns(int64_t start_unix_s, int64_t t_ns) {
  int64_t into_day = (start_unix_s % 86400) * CF_NS_PER_S;
  return ((t_ns + into_day) / CF_DAY_NS + 1) * CF_DAY_NS - into_day;
}

#endif
