/* The cloudless day: several panels, knots by tolerance, measured skies, errors. */
#include "physics/sky_base.h"

#include "base/civil.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define RAD (3.14159265358979323846 / 180.0)

static cf_sky_climate climate_of(double latitude_deg, double longitude_deg, double tolerance_wm2) {
  cf_sky_climate c = {.latitude_rad = latitude_deg * RAD,
                      .longitude_rad = longitude_deg * RAD,
                      .altitude_m = 270.0,
                      .linke_turbidity = 3.0,
                      .albedo = 0.2,
                      .tolerance_wm2 = tolerance_wm2};
  for (int m = 0; m < 12; m++) {
    for (int i = 0; i < CF_CLOUD_STATES; i++) c.cloud[m].clear_sky_index[i] = 0.3 + 0.18 * i;
    c.cloud[m].lag1_hour = 0.5;
    c.air[m] = (cf_air_month){288.0, 283.0, 293.5};
    c.wind_ms[m] = 3.0 + 0.1 * m;
  }
  return c;
}

static cf_sky_place place_of(const cf_sky_climate *climate) {
  cf_sky_place place;
  cf_diag diag;
  cf_diag_init(&diag);
  assert_int_equal(cf_sky_place_make(climate, &place, &diag), CF_OK);
  return place;
}

static cf_sky_panel panel_of(double tilt_deg, double azimuth_deg, cf_transposition transposition) {
  return (cf_sky_panel){.plane = cf_plane_make(tilt_deg * RAD, azimuth_deg * RAD),
                        .pv = {.area_m2 = 4e-4,
                               .efficiency_stc = 0.2,
                               .power_coefficient_per_k = -0.004,
                               .faiman_u0_w_per_m2_k = 25.0,
                               .faiman_u1_w_s_per_m3_k = 6.84},
                        .transposition = transposition};
}

static cf_sky_panels four_panels(cf_transposition transposition) {
  return (cf_sky_panels){.count = 4,
                         .panel = {panel_of(35.0, 180.0, transposition), panel_of(90.0, 90.0, transposition),
                                   panel_of(90.0, 270.0, transposition), panel_of(75.0, 10.0, transposition)}};
}

static void make(const cf_sky_place *place, const cf_sky_panels *panels, int64_t day, cf_sky_base *base) {
  cf_diag diag;
  cf_diag_init(&diag);
  assert_int_equal(cf_sky_base_make(place, panels, day, base, &diag), CF_OK);
  assert_true(base->knots <= CF_SKY_BASE_MAX);
  for (uint32_t i = 0; i < base->knots; i++) {
    assert_true(i == 0 || base->t_ms[i] > base->t_ms[i - 1]);
    assert_true(base->t_ms[i] <= CF_SKY_DAY_MS);
  }
}

/* Light of a point: 0 the horizontal, 1.. the panels. */
static double light_of(const cf_sky_place *place, const cf_sky_panels *panels, const cf_sky_point *point,
                       uint32_t which) {
  cf_lit_sky sky = cf_sky_lit(place, point, 1.0);
  if (which == 0) return sky.light.ghi_wm2;
  const cf_sky_panel *panel = &panels->panel[which - 1];
  return cf_plane_total_wm2(cf_plane_light_at(&panel->plane, panel->transposition, &sky,
                                              (double)point->cos_incidence[which - 1], place->albedo));
}

/* As loaded: linear between knots, nothing outside. */
static double linear_light(const cf_sky_place *place, const cf_sky_panels *panels, const cf_sky_base *base,
                           uint32_t t_ms, uint32_t which) {
  if (base->knots == 0 || t_ms < base->t_ms[0] || t_ms > base->t_ms[base->knots - 1]) return 0.0;
  uint32_t i = 0;
  while (i + 2 < base->knots && base->t_ms[i + 1] <= t_ms) i++;
  double a = light_of(place, panels, &base->point[i], which), b = light_of(place, panels, &base->point[i + 1], which);
  return a + (b - a) * (double)(t_ms - base->t_ms[i]) / (double)(base->t_ms[i + 1] - base->t_ms[i]);
}

/* Whether a second lies in a ramp of 1 s (a step of the horizon or of the sky model). */
static bool in_ramp(const cf_sky_base *base, uint32_t t_ms) {
  for (uint32_t i = 1; i < base->knots; i++)
    if (base->t_ms[i] - base->t_ms[i - 1] <= 1000 && t_ms + 1000 >= base->t_ms[i - 1] && t_ms <= base->t_ms[i] + 1000)
      return true;
  return false;
}

/* The largest distance of the loaded light from the smooth one over a day. */
static double distance_wm2(const cf_sky_place *place, const cf_sky_panels *panels, const cf_sky_base *base) {
  double worst = 0.0;
  for (uint32_t s = 0; s <= CF_DAY_S; s += 40) {
    if (in_ramp(base, s * 1000)) continue;
    cf_sky_point point = cf_sky_clear_point(place, panels, base->day, s * 1000);
    for (uint32_t which = 0; which <= panels->count; which++)
      worst = fmax(worst,
                   fabs(light_of(place, panels, &point, which) - linear_light(place, panels, base, s * 1000, which)));
  }
  return worst;
}

static const double where[][2] = {{36.75, -119.77}, {-0.18, -78.47}, {59.33, 18.07}, {69.65, 18.96}, {-33.9, 151.2}};
enum { PLACES = sizeof where / sizeof *where };

static void knots_keep_the_tolerance(void **state) {
  (void)state;
  static const double tolerances[] = {1.0, 5.0, 20.0};
  static const uint32_t counts[] = {1, 1, 4};
  for (int t = 0; t < 3; t++)
    for (int kind = 0; kind < 3; kind++) {
      uint32_t least = UINT32_MAX, most = 0;
      double worst = 0.0;
      for (int w = 0; w < PLACES; w++) {
        cf_sky_climate climate = climate_of(where[w][0], where[w][1], tolerances[t]);
        cf_sky_place place = place_of(&climate);
        cf_sky_panels panels = four_panels(kind == 0 ? CF_SKY_ISOTROPIC : CF_SKY_PEREZ);
        panels.count = counts[kind];
        for (uint32_t month = 1; month <= 12; month += t == 0 ? 1 : 3) {
          cf_sky_base base;
          make(&place, &panels, cf_civil_days(2025, month, 21), &base);
          worst = fmax(worst, distance_wm2(&place, &panels, &base));
          if (base.knots == 0) continue;
          if (base.knots < least) least = base.knots;
          if (base.knots > most) most = base.knots;
        }
      }
      print_message("%g W/m2, %u panel(s), %s: %u to %u knots a clear day, %.2f W/m2 off\n", tolerances[t],
                    counts[kind], kind == 0 ? "isotropic" : "Perez", least, most, worst);
      assert_true(worst <= tolerances[t]);
      assert_true(most <= (tolerances[t] > 1.0 ? 90u : 140u));
    }
}

/* Fewer knots than the grid at 5 W/m2, and the same energy. */
static void tolerance_saves_knots(void **state) {
  (void)state;
  cf_sky_climate grid_climate = climate_of(36.1, -79.95, 0.0), few_climate = climate_of(36.1, -79.95, 5.0);
  cf_sky_place grid_place = place_of(&grid_climate), few_place = place_of(&few_climate);
  cf_sky_panels panels = {.count = 1, .panel = {panel_of(35.0, 180.0, CF_SKY_PEREZ)}};
  for (uint32_t month = 1; month <= 12; month++) {
    cf_sky_base grid, few;
    int64_t day = cf_civil_days(2025, month, 10);
    make(&grid_place, &panels, day, &grid);
    make(&few_place, &panels, day, &few);
    assert_true(3 * few.knots < 2 * grid.knots);
    if (month % 6 == 0) print_message("month %u: %u knots at 5 W/m2, %u in the grid\n", month, few.knots, grid.knots);
    double grid_j = 0.0, few_j = 0.0;
    for (uint32_t s = 0; s < CF_DAY_S; s += 60) {
      grid_j += 60.0 * linear_light(&grid_place, &panels, &grid, s * 1000, 1);
      few_j += 60.0 * linear_light(&few_place, &panels, &few, s * 1000, 1);
    }
    assert_true(fabs(few_j / grid_j - 1.0) < 0.01);
  }
}

/* Every edge has its knot, with a tolerance as without. */
static void edges_are_kept(void **state) {
  (void)state;
  for (int t = 0; t < 2; t++) {
    cf_sky_climate climate = climate_of(45.0, 8.0, t ? 50.0 : 0.0);
    climate.horizon_rad = 6.0 * RAD;
    cf_sky_place place = place_of(&climate);
    cf_sky_panels panels = four_panels(CF_SKY_HAY_DAVIES);
    cf_sky_base base;
    make(&place, &panels, cf_civil_days(2026, 5, 10), &base);
    int edges[CF_SKY_PANELS_MAX] = {0}, lit = 0, steps = 0;
    for (uint32_t i = 0; i < base.knots; i++) {
      const cf_sky_point *point = &base.point[i];
      lit += fabs((double)point->up) < 1e-6 && point->ghi_wm2 == 0.0F && point->dni_wm2 == 0.0F;
      for (uint32_t p = 0; p < 4; p++) edges[p] += fabs((double)point->cos_incidence[p]) < 1e-6;
      if (i > 0 && base.t_ms[i] - base.t_ms[i - 1] == 1000)
        steps += ((double)base.point[i - 1].up >= place.sin_horizon) != ((double)point->up >= place.sin_horizon);
    }
    assert_int_equal(lit, 2);
    assert_int_equal(steps, 2);
    assert_int_equal(edges[0], 2); /* the sun rises and sets north of east and west */
    assert_int_equal(edges[1], 1);
    assert_int_equal(edges[2], 1);
    assert_int_equal(edges[3], 2);
  }
}

/* A day of several panels holds what the days of each of them hold. */
static void panels_do_not_meet(void **state) {
  (void)state;
  cf_sky_climate climate = climate_of(51.5, 0.0, 0.0);
  cf_sky_place place = place_of(&climate);
  cf_sky_panels all = four_panels(CF_SKY_PEREZ);
  all.panel[1].transposition = CF_SKY_ISOTROPIC;
  cf_sky_base base;
  make(&place, &all, cf_civil_days(2026, 4, 2), &base);
  uint32_t same = 0;
  for (uint32_t p = 0; p < 4; p++) {
    cf_sky_panels one = {.count = 1, .panel = {all.panel[p]}};
    cf_sky_base alone;
    make(&place, &one, base.day, &alone);
    assert_true(alone.knots <= base.knots);
    for (uint32_t i = 0, k = 0; i < alone.knots; i++) {
      while (k < base.knots && base.t_ms[k] < alone.t_ms[i]) k++;
      assert_true(k < base.knots && base.t_ms[k] == alone.t_ms[i]);
      assert_true(light_of(&place, &one, &alone.point[i], 1) == light_of(&place, &all, &base.point[k], 1 + p));
      same++;
    }
  }
  assert_true(same > 200);
}

/* ---- measured skies ---- */

enum { RECORD_DAYS = 20, RECORD_HOURS = RECORD_DAYS * 24 };

typedef struct record {
  double dni_wm2[RECORD_HOURS], dhi_wm2[RECORD_HOURS], ghi_wm2[RECORD_HOURS];
  double air_k[RECORD_HOURS], wind_ms[RECORD_HOURS];
  double lit_s[RECORD_HOURS];
} record;

/* Hourly means of the clear sky of a place, by 30 s steps, times factors; air and wind of the hour. */
static cf_sky_measured record_of(const cf_sky_place *place, int64_t first_unix_s, const double *beam_share,
                                 const double *diffuse_share, record *to) {
  memset(to, 0, sizeof *to);
  for (int hour = 0; hour < RECORD_HOURS; hour++) {
    for (int i = 0; i < 120; i++) {
      double t = (double)first_unix_s + 3600.0 * hour + 30.0 * i + 15.0;
      cf_sun sun;
      cf_irradiance light;
      cf_sun_at(&place->sun, t, &sun);
      cf_clear_sky_at(&place->clear, sun.apparent_zenith_rad, sun.up, cf_sky_extraterrestrial_at_wm2(t), &light);
      double dni = light.dni_wm2 * beam_share[hour % 24], dhi = light.dhi_wm2 * diffuse_share[hour % 24];
      to->dni_wm2[hour] += dni / 120.0;
      to->dhi_wm2[hour] += dhi / 120.0;
      to->ghi_wm2[hour] += (dhi + dni * fmax(sun.up, 0.0)) / 120.0;
      to->lit_s[hour] += sun.up > 0.0 ? 30.0 : 0.0;
    }
    to->air_k[hour] = 280.0 + 0.1 * (hour % 37);
    to->wind_ms[hour] = 1.0 + 0.05 * (hour % 17);
  }
  return (cf_sky_measured){.first_unix_s = first_unix_s,
                           .hours = RECORD_HOURS,
                           .dni_wm2 = to->dni_wm2,
                           .dhi_wm2 = to->dhi_wm2,
                           .air_k = to->air_k,
                           .wind_ms = to->wind_ms};
}

static const double ones[24] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};

/* Hourly means of the clear sky itself give the clear sky back. */
static void clear_hours_give_the_clear_sky(void **state) {
  (void)state;
  static record r;
  cf_sky_climate climate = climate_of(45.0, 8.0, 0.0);
  cf_sky_place clear_place = place_of(&climate);
  cf_sky_panels panels = four_panels(CF_SKY_ISOTROPIC);
  int64_t first = cf_civil_days(2026, 3, 1);
  for (int shift = 0; shift < 3; shift++) {
    cf_sky_measured measured = record_of(&clear_place, first * CF_DAY_S + shift * 634, ones, ones, &r);
    climate.measured = &measured;
    cf_sky_place place = place_of(&climate);
    climate.measured = NULL;
    double worst = 0.0, worst_j = 0.0;
    for (int64_t day = first + 1; day < first + 19; day++) {
      cf_sky_base clear, got;
      make(&clear_place, &panels, day, &clear);
      make(&place, &panels, day, &got);
      double clear_j = 0.0, got_j = 0.0;
      for (uint32_t s = 0; s < CF_DAY_S; s += 60) {
        double a = linear_light(&clear_place, &panels, &clear, s * 1000, 1);
        double b = linear_light(&place, &panels, &got, s * 1000, 1);
        if (cf_sky_clear_point(&place, &panels, day, s * 1000).up > 0.3F) worst = fmax(worst, fabs(a - b));
        clear_j += a;
        got_j += b;
      }
      worst_j = fmax(worst_j, fabs(got_j / clear_j - 1.0));
    }
    print_message("hours from :%02d: %.2f W/m2, %.1e of a day\n", shift * 634 / 60, worst, worst_j);
    assert_true(worst < 2.5); /* it has more knots than the clear sky; the first hour may be even */
    assert_true(worst_j < 1e-3);
  }
}

/* Changing weather: each whole hour of sun keeps its irradiation, on the horizontal and in both parts. */
static void hours_keep_their_irradiation(void **state) {
  (void)state;
  static record r;
  double beam[24], diffuse[24];
  for (int i = 0; i < 24; i++) {
    beam[i] = (i * 7 % 11) / 10.0;
    diffuse[i] = 0.6 + (i * 5 % 13) / 8.0;
  }
  for (int w = 0; w < PLACES; w++) {
    cf_sky_climate climate = climate_of(where[w][0], where[w][1], 0.0);
    cf_sky_place clear_place = place_of(&climate);
    int64_t first = cf_civil_days(2026, 3, 1), first_s = first * CF_DAY_S + 634;
    cf_sky_measured measured = record_of(&clear_place, first_s, beam, diffuse, &r);
    climate.measured = &measured;
    cf_sky_place place = place_of(&climate);
    cf_sky_panels panels = {.count = 0};
    double worst_day = 0.0, worst_hour = 0.0, worst_broken = 0.0;
    for (int64_t day = first + 1; day < first + 19; day++) {
      cf_sky_base today, tomorrow;
      make(&place, &panels, day, &today);
      make(&place, &panels, day + 1, &tomorrow);
      double whole_wh = 0.0, whole_got_wh = 0.0;
      for (int h = 0; h < 24; h++) {
        int64_t begin_s = first_s + ((day - first) * 24 + h) * 3600;
        int element = (int)(day - first) * 24 + h;
        double got_wh = 0.0;
        for (int i = 0; i < 180; i++) {
          double t = (double)begin_s + 20.0 * i + 10.0 - (double)(day * CF_DAY_S);
          uint32_t t_ms = (uint32_t)(t * 1e3);
          got_wh += (t_ms < CF_SKY_DAY_MS ? linear_light(&place, &panels, &today, t_ms, 0)
                                          : linear_light(&place, &panels, &tomorrow, t_ms - CF_SKY_DAY_MS, 0)) /
                    180.0;
        }
        if (r.lit_s[element] < 3600.0) {
          worst_broken = fmax(worst_broken, fabs(got_wh - r.ghi_wm2[element]));
          continue;
        }
        if (r.ghi_wm2[element] > 100.0) worst_hour = fmax(worst_hour, fabs(got_wh / r.ghi_wm2[element] - 1.0));
        whole_wh += r.ghi_wm2[element];
        whole_got_wh += got_wh;
      }
      worst_day = fmax(worst_day, fabs(whole_got_wh / whole_wh - 1.0));
    }
    print_message("%.0f deg: whole hours of a day %.1e, one hour %.1e, first and last %.2f Wh/m2\n", where[w][0],
                  worst_day, worst_hour, worst_broken);
    assert_true(worst_day <= 1e-3);
    assert_true(worst_hour <= 1e-2);
    assert_true(worst_broken < 2.0);
  }
}

/* Light that the clear sky cannot carry is spread over the sun's part of the hour; twilight is dropped; the beam is
 * capped. Days meet at midnight also where the sun does not set. */
static void odd_hours(void **state) {
  (void)state;
  static record r;
  cf_sky_climate climate = climate_of(69.65, 18.96, 0.0);
  cf_sky_place clear_place = place_of(&climate);
  int64_t first = cf_civil_days(2026, 6, 1);
  cf_sky_measured measured = record_of(&clear_place, first * CF_DAY_S, ones, ones, &r);
  for (int i = 0; i < RECORD_HOURS; i++) {
    r.dni_wm2[i] = i % 5 == 0 ? 1900.0 : 0.0;
    r.dhi_wm2[i] = 50.0 + i % 7;
  }
  climate.measured = &measured;
  cf_sky_place place = place_of(&climate);
  cf_sky_panels panels = four_panels(CF_SKY_PEREZ);
  cf_sky_base last = {.knots = 0}, base;
  uint32_t capped = 0, most = 0;
  for (int64_t day = first; day < first + 45; day++) { /* goes round more than twice */
    make(&place, &panels, day, &base);
    assert_true(base.t_ms[0] == 0 && base.t_ms[base.knots - 1] == CF_SKY_DAY_MS);
    if (day > first) {
      assert_memory_equal(&last.point[last.knots - 1], &base.point[0], sizeof base.point[0]);
      assert_true(last.air_k[24] == base.air_k[0] && last.wind_ms[24] == base.wind_ms[0]);
    }
    for (int h = 0; h < CF_SKY_HOURS; h++) {
      double unix_s = (double)(day * CF_DAY_S) + h * 3600.0;
      assert_true(base.air_k[h] == (float)cf_sky_measured_air_k(&measured, unix_s));
      assert_true(base.wind_ms[h] == (float)cf_sky_measured_wind_ms(&measured, unix_s));
    }
    for (uint32_t i = 0; i < base.knots; i++) {
      assert_true(base.point[i].dni_wm2 >= 0.0F && base.point[i].ghi_wm2 >= 0.0F);
      assert_true(base.point[i].dni_wm2 <= base.point[i].extraterrestrial_wm2);
      capped += base.point[i].dni_wm2 >= base.point[i].extraterrestrial_wm2;
    }
    if (base.knots > most) most = base.knots;
    last = base;
  }
  assert_true(capped > 100);
  print_message("at most %u knots\n", most);

  climate.latitude_rad = 45.0 * RAD;
  climate.measured = &measured;
  place = place_of(&climate);
  make(&place, &panels, first + 3, &base);
  assert_true(base.knots > 0 && base.point[0].ghi_wm2 == 0.0F && base.point[base.knots - 1].ghi_wm2 == 0.0F);
}

static void refuses(void **state) {
  (void)state;
  static double good[2] = {1.0, 300.0}, bad[2] = {1.0, -1.0}, hot[2] = {300.0, 400.0}, zero[2];
  cf_sky_measured fine = {
      .hours = 2, .dni_wm2 = good, .dhi_wm2 = good, .air_k = (double[]){280.0, 281.0}, .wind_ms = zero};
  cf_diag diag;
  for (int i = 0; i < 7; i++) {
    cf_sky_measured measured = fine;
    cf_sky_climate climate = climate_of(45.0, 8.0, 0.0);
    climate.measured = &measured;
    if (i == 1) measured.hours = 0;
    if (i == 2) measured.dni_wm2 = bad;
    if (i == 3) measured.dhi_wm2 = bad;
    if (i == 4) measured.air_k = hot;
    if (i == 5) measured.wind_ms = bad;
    if (i == 6) measured.state_offset_s = 7201.0;
    cf_sky_place place;
    cf_diag_init(&diag);
    assert_int_equal(cf_sky_place_make(&climate, &place, &diag), i == 0 ? CF_OK : CF_INPUT);
    assert_int_equal(diag.errors, i == 0 ? 0 : 1);
  }
  static const double tolerances[] = {-1.0, 0.01, 1000.0, NAN};
  for (int i = 0; i < 4; i++) {
    cf_sky_climate climate = climate_of(45.0, 8.0, tolerances[i]);
    cf_sky_place place;
    cf_diag_init(&diag);
    assert_int_equal(cf_sky_place_make(&climate, &place, &diag), CF_INPUT);
  }
  /* Four upright panels, the midnight sun and the finest tolerance: said, not truncated. */
  cf_sky_climate climate = climate_of(69.65, 18.96, 0.1);
  cf_sky_place place = place_of(&climate);
  cf_sky_panels panels = four_panels(CF_SKY_PEREZ);
  cf_sky_base base;
  cf_diag_init(&diag);
  assert_int_equal(cf_sky_base_make(&place, &panels, cf_civil_days(2026, 6, 21), &base, &diag), CF_INPUT);
  assert_non_null(strstr(diag.entry[0].text, "tolerance of 0.1 W/m2"));
}

/* The most that the grid can need: 24 h of sun, a horizon, four panels, hours off the grid. */
static void the_grid_always_fits(void **state) {
  (void)state;
  static record r;
  uint32_t most = 0;
  for (double latitude = -75.0; latitude <= 80.0; latitude += 25.0) {
    cf_sky_climate climate = climate_of(latitude, 30.0, 0.0);
    climate.horizon_rad = fabs(90.0 - fabs(latitude)) > 20.0 ? 10.0 * RAD : 1.0 * RAD;
    cf_sky_place clear_place = place_of(&climate);
    cf_sky_measured measured = record_of(&clear_place, 1777, ones, ones, &r);
    climate.measured = &measured;
    cf_sky_place place = place_of(&climate);
    cf_sky_panels panels = four_panels(CF_SKY_PEREZ);
    for (int64_t day = cf_civil_days(2026, 1, 1); day < cf_civil_days(2027, 1, 1); day += 9) {
      cf_sky_base base;
      make(&place, &panels, day, &base);
      if (base.knots > most) most = base.knots;
    }
  }
  print_message("at most %u of %d knots\n", most, CF_SKY_BASE_MAX);
  assert_in_range(most, 140, CF_SKY_BASE_MAX);
}

static void fast(void **state) {
  (void)state;
  static record r;
  cf_sky_base base;
  for (int kind = 0; kind < 4; kind++) {
    cf_sky_climate climate = climate_of(36.1, -79.95, kind == 2 ? 1.0 : 0.0);
    cf_sky_place clear_place = place_of(&climate);
    cf_sky_measured measured = record_of(&clear_place, 0, ones, ones, &r);
    if (kind == 3) climate.measured = &measured;
    cf_sky_place place = place_of(&climate);
    cf_sky_panels panels = four_panels(CF_SKY_PEREZ);
    panels.count = kind == 0 ? 1 : 4;
    struct timespec a, b;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
    for (int i = 0; i < 50; i++) make(&place, &panels, 20000 + i * 7, &base);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
    double us = ((double)(b.tv_sec - a.tv_sec) * 1e6 + (double)(b.tv_nsec - a.tv_nsec) * 1e-3) / 50.0;
    print_message("%s: %.0f us a day\n",
                  (const char *[]){"one panel", "four panels", "four panels at 1 W/m2", "four panels, measured"}[kind],
                  us);
    assert_true(us < 20000.0); /* generous: sanitizers and loaded machines */
  }
  assert_true(sizeof(cf_sky_base) <= 9000); /* one for every day of a run */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(knots_keep_the_tolerance),
      cmocka_unit_test(tolerance_saves_knots),
      cmocka_unit_test(edges_are_kept),
      cmocka_unit_test(panels_do_not_meet),
      cmocka_unit_test(clear_hours_give_the_clear_sky),
      cmocka_unit_test(hours_keep_their_irradiation),
      cmocka_unit_test(odd_hours),
      cmocka_unit_test(refuses),
      cmocka_unit_test(the_grid_always_fits),
      cmocka_unit_test(fast),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
