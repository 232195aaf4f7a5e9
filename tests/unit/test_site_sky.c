/* A day's knots: order, continuity, energy against the smooth curve, clouds, horizon, month change, errors. */
#include "physics/site_sky.h"

#include "physics/mid_months.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define RAD (3.14159265358979323846 / 180.0)

static cf_sky_climate climate_of(double latitude_deg, double longitude_deg, double lag1) {
  cf_sky_climate c = {.latitude_rad = latitude_deg * RAD,
                      .longitude_rad = longitude_deg * RAD,
                      .altitude_m = 270.0,
                      .linke_turbidity = 3.0,
                      .albedo = 0.2,
                      .horizon_rad = 0.0};
  for (int m = 0; m < 12; m++) {
    for (int i = 0; i < CF_CLOUD_STATES; i++) c.cloud[m].clear_sky_index[i] = 0.3 + 0.18 * i - 0.005 * m;
    c.cloud[m].lag1_hour = lag1;
    double warm = -12.0 * cos((m - 0.5) * 30.0 * RAD);
    c.air[m] = (cf_air_month){288.0 + warm, 283.0 + warm, 293.5 + warm};
    c.wind_ms[m] = 3.0 + 0.1 * m;
  }
  return c;
}

static cf_sky_climate clear_climate(double latitude_deg, double longitude_deg) {
  cf_sky_climate c = climate_of(latitude_deg, longitude_deg, 1.0);
  for (int m = 0; m < 12; m++)
    for (int i = 0; i < CF_CLOUD_STATES; i++) c.cloud[m].clear_sky_index[i] = 1.0;
  return c;
}

static cf_sky_place place_of(const cf_sky_climate *climate) {
  cf_sky_place place;
  cf_diag diag;
  cf_diag_init(&diag);
  assert_int_equal(cf_sky_place_make(climate, &place, &diag), CF_OK);
  return place;
}

static const cf_sky_panels no_panel;

static cf_sky_panels panel_of(double tilt_deg, double azimuth_deg) {
  cf_sky_panel panel = {.plane = cf_plane_make(tilt_deg * RAD, azimuth_deg * RAD),
                        .pv = {.area_m2 = 4e-4,
                               .efficiency_stc = 0.2,
                               .power_coefficient_per_k = -0.004,
                               .faiman_u0_w_per_m2_k = 25.0,
                               .faiman_u1_w_s_per_m3_k = 6.84,
                               .soiling = 0.03}};
  return (cf_sky_panels){.count = 1, .panel = {panel}};
}

static void fill(const cf_sky_place *place, const cf_sky_panels *panel, const cf_random *random, uint32_t entity,
                 int64_t day, cf_sky_chain *chain, cf_sky_day *out) {
  cf_diag diag;
  cf_diag_init(&diag);
  assert_int_equal(cf_sky_fill(place, panel, random, entity, day, chain, out, &diag), CF_OK);
}

/* What the model would give without knots: every part called by hand, at one instant. */
static double smooth_dc_w(const cf_sky_place *place, const cf_sky_panel *panel, const cf_sky_day *block, double t_s,
                          double index) {
  double unix_s = (double)(block->day * CF_DAY_S) + t_s;
  cf_sun sun;
  cf_irradiance clear;
  cf_sun_at(&place->sun, unix_s, &sun);
  cf_lit_sky sky = {.cos_zenith = sun.up,
                    .zenith_rad = sun.apparent_zenith_rad,
                    .airmass = sun.up > 0.0 ? cf_sky_airmass(sun.apparent_zenith_rad) : 0.0,
                    .extraterrestrial_wm2 = cf_sky_extraterrestrial_wm2((double)cf_civil_date(block->day).day_of_year +
                                                                        t_s / CF_DAY_S - 0.5)};
  cf_clear_sky_at(&place->clear, sun.apparent_zenith_rad, sun.up, sky.extraterrestrial_wm2, &clear);
  cf_sky_cloudy(&clear, sun.up, sky.extraterrestrial_wm2, index, &sky.light);
  cf_plane_cut_horizon(sun.up, place->sin_horizon, &sky.light);
  double plane_wm2 = cf_plane_total_wm2(cf_plane_light_at(&panel->plane, panel->transposition, &sky,
                                                          cf_plane_cos_incidence(&panel->plane, &sun), place->albedo));
  cf_mid_months at = cf_mid_months_at(unix_s);
  double wind = place->wind_ms[at.before] + at.weight * (place->wind_ms[at.after] - place->wind_ms[at.before]);
  double cell = cf_pv_cell_temp_k(&panel->pv, plane_wm2, cf_sky_air_k(block, t_s * 1e3), wind);
  return cf_pv_dc_w(&panel->pv, plane_wm2, cell);
}

static void check_block(const cf_sky_day *block) {
  assert_true(block->knots <= CF_SKY_KNOTS_MAX);
  for (uint32_t i = 0; i < block->knots; i++) {
    assert_true(i == 0 || block->t_ms[i] > block->t_ms[i - 1]);
    assert_true(block->t_ms[i] <= CF_SKY_DAY_MS);
    assert_true(isfinite(block->pv_w[0][i]) && block->pv_w[0][i] >= 0.0f && block->pv_w[0][i] < 0.15f);
    assert_true(isfinite(block->ghi_wm2[i]) && block->ghi_wm2[i] >= 0.0f && block->ghi_wm2[i] < 1400.0f);
  }
  if (block->knots > 0) {
    uint32_t last = block->knots - 1;
    assert_true(block->t_ms[0] == 0 || (block->pv_w[0][0] == 0.0f && block->ghi_wm2[0] == 0.0f));
    assert_true(block->t_ms[last] == CF_SKY_DAY_MS || (block->pv_w[0][last] == 0.0f && block->ghi_wm2[last] == 0.0f));
  }
  for (int h = 0; h < CF_SKY_HOURS; h++) assert_true(block->air_k[h] > 250.0f && block->air_k[h] < 320.0f);
}

/* All over the world and the year: sound blocks, and neighbours that meet at midnight. */
static void blocks_are_sound(void **state) {
  (void)state;
  static const double where[][2] = {{36.1, -79.95},  {21.31, -157.86}, {69.65, 18.96}, {-33.9, 151.2},
                                    {-0.18, -78.47}, {51.5, 0.0},      {78.2, 179.9},  {-77.8, -180.0}};
  cf_random random = cf_random_seed(1, 0);
  uint32_t most = 0, lit_midnights = 0;
  for (uint32_t w = 0; w < sizeof where / sizeof *where; w++) {
    cf_sky_climate climate = climate_of(where[w][0], where[w][1], 0.5);
    climate.horizon_rad = w % 2 ? 5.0 * RAD : 0.0;
    cf_sky_place place = place_of(&climate);
    cf_sky_panels panel = panel_of(w * 13.0, where[w][0] > 0.0 ? 170.0 : 10.0);
    int64_t first = cf_civil_days(2023, 12, 1);
    cf_sky_chain chain;
    cf_sky_begin(&place, &random, w, first, &chain);
    cf_sky_day last = {.knots = 0}, block;
    for (int64_t day = first; day < first + 420; day++) {
      fill(&place, &panel, &random, w, day, &chain, &block);
      check_block(&block);
      assert_true(block.day == day);
      assert_true(chain.next_jump_s >= (day + 1) * CF_DAY_S);
      bool before = last.knots > 0 && last.t_ms[last.knots - 1] == CF_SKY_DAY_MS;
      bool after = block.knots > 0 && block.t_ms[0] == 0;
      if (day > first) {
        assert_true(before == after);
        assert_memory_equal(&last.air_k[24], &block.air_k[0], sizeof(float));
      }
      if (before && after) {
        assert_memory_equal(&last.pv_w[0][last.knots - 1], &block.pv_w[0][0], sizeof(float));
        assert_memory_equal(&last.ghi_wm2[last.knots - 1], &block.ghi_wm2[0], sizeof(float));
        lit_midnights += block.pv_w[0][0] > 0.0f;
      }
      if (block.knots > most) most = block.knots;
      last = block;
    }
  }
  print_message("at most %u knots a day\n", most);
  assert_true(lit_midnights > 500);
}

static void energy_of_clear_days(void **state) {
  (void)state;
  static const double where[][2] = {{36.75, -119.77}, {-0.18, -78.47}, {59.33, 18.07}, {69.65, 18.96}};
  cf_random random = cf_random_seed(1, 0);
  double worst_day = 0.0, worst_w = 0.0;
  for (uint32_t w = 0; w < 4; w++) {
    cf_sky_climate climate = clear_climate(where[w][0], where[w][1]);
    cf_sky_place place = place_of(&climate);
    cf_sky_panels panel = panel_of(w == 1 ? 5.0 : 35.0, w % 2 ? 250.0 : 180.0);
    for (uint32_t month = 1; month <= 12; month++) {
      cf_sky_chain chain;
      cf_sky_day block;
      int64_t day = cf_civil_days(2025, month, 15);
      cf_sky_begin(&place, &random, 0, day, &chain);
      fill(&place, &panel, &random, 0, day, &chain, &block);
      double smooth_j = 0.0, knots_j = 0.0;
      for (int i = 0; i < CF_DAY_S / 20; i++) {
        double t_s = 20.0 * i + 10.0;
        double exact = smooth_dc_w(&place, &panel.panel[0], &block, t_s, 1.0);
        double linear = cf_sky_value(&block, block.pv_w[0], t_s * 1e3);
        smooth_j += 20.0 * exact;
        knots_j += 20.0 * linear;
        worst_w = fmax(worst_w, fabs(exact - linear) / (4e-4 * 0.2 * 1000.0));
      }
      if (smooth_j > 20.0) worst_day = fmax(worst_day, fabs(knots_j / smooth_j - 1.0));
      assert_true(fabs(knots_j - smooth_j) < 2.0); /* of up to 2,600 J; the first light after the polar night */
    }
  }
  print_message("knots against the smooth curve: %.3f %% of a day, %.2f %% of full power at worst\n", 100.0 * worst_day,
                100.0 * worst_w);
  assert_true(worst_day < 1.5e-3);
  assert_true(worst_w < 0.01);
}

/* Every change of the index while the sun is up has its two knots, and the values are the model's. */
static void clouds_have_knots(void **state) {
  (void)state;
  cf_sky_climate climate = climate_of(45.0, 8.0, 0.5);
  cf_sky_place place = place_of(&climate);
  cf_sky_panels panel = panel_of(35.0, 180.0);
  cf_random random = cf_random_seed(5, 0);
  int64_t day = cf_civil_days(2026, 6, 3);
  cf_sky_chain chain, replay;
  cf_sky_begin(&place, &random, 9, day, &chain);
  replay = chain;
  int changes = 0;
  for (; day < cf_civil_days(2026, 6, 29); day++) {
    cf_sky_day block;
    fill(&place, &panel, &random, 9, day, &chain, &block);
    const double *level = place.clouds.month[5].clear_sky_index;
    uint32_t i = 0;
    for (;;) {
      int64_t until_s = replay.next_jump_s;
      for (; i < block.knots && day * CF_DAY_S + block.t_ms[i] / 1000 + (block.t_ms[i] % 1000 > 0) <= until_s; i++) {
        double exact = smooth_dc_w(&place, &panel.panel[0], &block, block.t_ms[i] * 1e-3, level[replay.state]);
        assert_true(fabs(exact - (double)block.pv_w[0][i]) < 1e-5 * 0.08 + 1e-6 * exact);
      }
      if (until_s >= (day + 1) * CF_DAY_S) break;
      uint32_t before = replay.state, at_ms = (uint32_t)(until_s - day * CF_DAY_S) * 1000;
      cf_sky_chain_jump(&place.clouds, &random, 9, 5, &replay);
      cf_sun sun;
      cf_sun_at(&place.sun, (double)until_s, &sun);
      if (before == replay.state || sun.up < 0.01) continue;
      changes++;
      bool at = false, next = false;
      for (uint32_t k = 0; k < block.knots; k++) {
        at = at || block.t_ms[k] == at_ms;
        next = next || block.t_ms[k] == at_ms + 1000;
        if (block.t_ms[k] == at_ms + 1000) {
          double exact = smooth_dc_w(&place, &panel.panel[0], &block, at_ms * 1e-3 + 1.0, level[replay.state]);
          assert_true(fabs(exact - (double)block.pv_w[0][k]) < 1e-6);
        }
      }
      assert_true(at && next);
    }
  }
  assert_in_range(changes, 120, 320); /* 26 days, 15.5 h of light, 16.6 jumps a day, 4/5 of them to another state */
}

/* The mean over many sites is the mean over the five equally likely skies. */
static void mean_light(void **state) {
  (void)state;
  enum { SITES = 3000 };
  cf_sky_climate climate = climate_of(45.0, 8.0, 0.8);
  cf_sky_place place = place_of(&climate);
  cf_random random = cf_random_seed(5, 0);
  int64_t day = cf_civil_days(2026, 6, 15);
  cf_sky_base base;
  cf_diag diag;
  cf_diag_init(&diag);
  assert_int_equal(cf_sky_base_make(&place, &no_panel, day, &base, &diag), CF_OK);
  double mean = 0.0, clear = 0.0;
  uint32_t sites = 0;
  for (uint32_t site = 0; site < SITES; site++) {
    cf_sky_chain chain;
    cf_sky_day block;
    cf_sky_begin(&place, &random, site, day, &chain);
    assert_int_equal(cf_sky_fill_from(&place, &no_panel, &base, &random, site, &chain, &block, &diag), CF_OK);
    mean += cf_sky_value(&block, block.ghi_wm2, 11.25 * 3.6e6);
    sites++;
  }
  for (uint32_t i = 0; i < base.knots; i++)
    if (base.t_ms[i] == 11 * 3600000 + 900000) clear = (double)base.point[i].ghi_wm2;
  double index = 0.3 + 0.36 - 0.025;
  assert_true(clear > 700.0);
  assert_true(fabs(mean / sites / (clear * index) - 1.0) < 0.03);
}

/* The same bits in one go or in two, alone or among other sites, whatever the memory held. */
static void reproducible(void **state) {
  (void)state;
  cf_sky_climate climate = climate_of(36.1, -79.95, 0.4);
  cf_sky_place place = place_of(&climate);
  cf_sky_panels panel = panel_of(35.0, 180.0), other_panel = panel_of(90.0, 90.0);
  cf_random random = cf_random_seed(3, 1);
  int64_t first = cf_civil_days(2026, 3, 30);
  cf_sky_chain a, b, c;
  cf_sky_begin(&place, &random, 4, first, &a);
  cf_sky_begin(&place, &random, 4, first, &b);
  cf_sky_begin(&place, &random, 5, first, &c);
  bool sites_differ = false;
  for (int64_t day = first; day < first + 20; day++) {
    cf_sky_day x, y, z, w;
    memset(&x, 0x00, sizeof x);
    memset(&y, 0xa5, sizeof y);
    fill(&place, &panel, &random, 4, day, &a, &x);
    fill(&place, &panel, &random, 5, day, &c, &z);
    cf_sky_chain copy = b;
    fill(&place, &other_panel, &random, 4, day, &copy, &w);
    fill(&place, &panel, &random, 4, day, &b, &y);
    assert_int_equal(x.knots, y.knots);
    assert_memory_equal(x.t_ms, y.t_ms, x.knots * sizeof *x.t_ms);
    assert_memory_equal(x.pv_w[0], y.pv_w[0], x.knots * sizeof(float));
    assert_memory_equal(x.ghi_wm2, y.ghi_wm2, x.knots * sizeof *x.ghi_wm2);
    assert_memory_equal(x.air_k, y.air_k, sizeof x.air_k);
    assert_true(a.next_jump_s == b.next_jump_s && a.jump_index == b.jump_index && a.state == b.state);
    assert_true(copy.next_jump_s == b.next_jump_s && copy.state == b.state);
    /* Another panel under the same sky: the light on the case is the same. */
    for (double t = 0.0; t < CF_SKY_DAY_MS; t += 900000.0)
      assert_true(fabs(cf_sky_value(&x, x.ghi_wm2, t) - cf_sky_value(&w, w.ghi_wm2, t)) < 1e-3);
    sites_differ = sites_differ || x.knots != z.knots || memcmp(x.pv_w[0], z.pv_w[0], x.knots * sizeof(float)) != 0;
  }
  assert_true(sites_differ);
}

static void horizon_line(void **state) {
  (void)state;
  cf_sky_climate climate = clear_climate(45.0, 8.0);
  cf_sky_place open = place_of(&climate);
  climate.horizon_rad = 12.0 * RAD;
  cf_sky_place valley = place_of(&climate);
  cf_sky_panels east = panel_of(70.0, 90.0);
  cf_random random = cf_random_seed(3, 1);
  int64_t day = cf_civil_days(2026, 5, 10);
  cf_sky_chain a, b;
  cf_sky_day free_day, hidden;
  cf_sky_begin(&open, &random, 4, day, &a);
  cf_sky_begin(&valley, &random, 4, day, &b);
  fill(&open, &east, &random, 4, day, &a, &free_day);
  fill(&valley, &east, &random, 4, day, &b, &hidden);
  int steps = 0;
  for (uint32_t i = 1; i < hidden.knots; i++) {
    if (hidden.t_ms[i] - hidden.t_ms[i - 1] != 1000) continue;
    double before = cf_sky_value(&free_day, free_day.ghi_wm2, hidden.t_ms[i - 1]);
    assert_true(before > 100.0);
    assert_true(fabs((double)hidden.ghi_wm2[i] - (double)hidden.ghi_wm2[i - 1]) > 0.3 * before);
    if (steps == 0) assert_true(hidden.pv_w[0][i] > 3.0f * hidden.pv_w[0][i - 1]);
    steps++;
  }
  assert_int_equal(steps, 2);
  for (double t = 0.0; t < CF_SKY_DAY_MS; t += 333000.0)
    assert_true(cf_sky_value(&hidden, hidden.pv_w[0], t) <= cf_sky_value(&free_day, free_day.pv_w[0], t) * 1.01 + 1e-6);
}

/* Midnight sun: the month's table changes at local midnight, within one second, in the light. */
static void month_changes(void **state) {
  (void)state;
  cf_sky_climate climate = clear_climate(78.2, 15.6);
  for (int i = 0; i < CF_CLOUD_STATES; i++) climate.cloud[6].clear_sky_index[i] = 0.5;
  cf_sky_place place = place_of(&climate);
  cf_random random = cf_random_seed(3, 1);
  int64_t day = cf_civil_days(2026, 6, 29);
  cf_sky_chain chain;
  cf_sky_begin(&place, &random, 4, day, &chain);
  uint32_t midnight_s = CF_DAY_S - (uint32_t)floor(15.6 * 240.0 + 0.5);
  int found = 0;
  for (; day < cf_civil_days(2026, 7, 3); day++) {
    cf_sky_day block;
    fill(&place, &no_panel, &random, 4, day, &chain, &block);
    for (uint32_t i = 1; i < block.knots; i++) {
      if (block.t_ms[i] - block.t_ms[i - 1] != 1000) continue;
      found++;
      assert_true(day == cf_civil_days(2026, 6, 30));
      assert_int_equal(block.t_ms[i - 1], midnight_s * 1000);
      assert_true(fabs((double)block.ghi_wm2[i] / (double)block.ghi_wm2[i - 1] - 0.5) < 1e-3);
    }
  }
  assert_int_equal(found, 1);
}

static void night_is_dark(void **state) {
  (void)state;
  cf_sky_climate climate = climate_of(69.65, 18.96, 0.5);
  cf_sky_place place = place_of(&climate);
  cf_sky_panels panel = panel_of(60.0, 180.0);
  cf_random random = cf_random_seed(3, 1);
  int64_t day = cf_civil_days(2026, 12, 21);
  cf_sky_chain chain;
  cf_sky_day block;
  cf_sky_begin(&place, &random, 4, day, &chain);
  fill(&place, &panel, &random, 4, day, &chain, &block);
  assert_int_equal(block.knots, 0);
  assert_true(cf_sky_value(&block, block.pv_w[0], 4e7) == 0.0);
  climate = climate_of(36.1, -79.95, 0.5);
  place = place_of(&climate);
  cf_sky_begin(&place, &random, 4, day, &chain);
  fill(&place, &panel, &random, 4, day, &chain, &block);
  for (int i = 0; i < 1440; i++) {
    cf_sun sun;
    cf_sun_at(&place.sun, (double)(day * CF_DAY_S) + i * 60.0, &sun);
    double dc_w = cf_sky_value(&block, block.pv_w[0], i * 6e4);
    if (sun.up < -1e-5) assert_true(dc_w == 0.0);
    if (sun.up > 0.1) assert_true(dc_w > 0.0);
  }
}

/* Several panels under one sky: each row is what its panel has alone, at the knots that are its own. */
static void panels_of_a_site(void **state) {
  (void)state;
  cf_sky_climate climate = climate_of(45.0, 8.0, 0.5);
  cf_sky_place place = place_of(&climate);
  cf_sky_panels all = panel_of(35.0, 180.0);
  all.count = 3;
  all.panel[1] = panel_of(90.0, 90.0).panel[0];
  all.panel[2] = all.panel[0];
  all.panel[2].transposition = CF_SKY_PEREZ;
  cf_random random = cf_random_seed(5, 0);
  int64_t day = cf_civil_days(2026, 6, 3);
  cf_sky_chain chain;
  cf_sky_begin(&place, &random, 2, day, &chain);
  double day_j[3] = {0.0};
  int same = 0;
  for (; day < cf_civil_days(2026, 6, 13); day++) {
    static cf_sky_day block, alone;
    for (uint32_t p = 0; p < 3; p++) {
      cf_sky_panels one = {.count = 1, .panel = {all.panel[p]}};
      cf_sky_chain copy = chain;
      fill(&place, &one, &random, 2, day, &copy, &alone);
      cf_sky_chain again = chain;
      fill(&place, &all, &random, 2, day, &again, &block);
      assert_true(again.next_jump_s == copy.next_jump_s);
      for (uint32_t i = 0, k = 0; i < alone.knots; i++, same++) {
        while (k < block.knots && block.t_ms[k] < alone.t_ms[i]) k++;
        assert_true(k < block.knots && block.t_ms[k] == alone.t_ms[i]);
        assert_true(block.pv_w[p][k] == alone.pv_w[0][i] && block.ghi_wm2[k] == alone.ghi_wm2[i]);
      }
      for (double t = 0.0; t < CF_SKY_DAY_MS; t += 3e5) day_j[p] += 300.0 * cf_sky_value(&block, block.pv_w[p], t);
    }
    fill(&place, &all, &random, 2, day, &chain, &block);
  }
  assert_true(same > 2000);
  assert_true(day_j[1] < 0.8 * day_j[0]);                                     /* half a day */
  assert_true(day_j[2] > day_j[0] && fabs(day_j[2] / day_j[0] - 1.0) < 0.08); /* brighter around the sun */
}

/* With a measured sky all sites are alike and no cloud is drawn. */
static void a_measured_site(void **state) {
  (void)state;
  enum { HOURS = 24 };
  static double dni[HOURS], dhi[HOURS], air[HOURS], wind[HOURS];
  for (int i = 0; i < HOURS; i++) {
    dni[i] = 300.0;
    dhi[i] = 100.0;
    air[i] = 280.0 + i;
    wind[i] = 2.0;
  }
  int64_t first = cf_civil_days(2026, 6, 3);
  cf_sky_measured measured = {
      .first_unix_s = first * CF_DAY_S, .hours = HOURS, .dni_wm2 = dni, .dhi_wm2 = dhi, .air_k = air, .wind_ms = wind};
  cf_sky_climate climate = climate_of(45.0, 8.0, 0.3);
  climate.measured = &measured;
  climate.cloud[5].lag1_hour = -1.0; /* not read */
  cf_sky_place place = place_of(&climate);
  cf_sky_panels panel = panel_of(35.0, 180.0);
  cf_random random = cf_random_seed(5, 0);
  cf_sky_chain a, b;
  cf_sky_begin(&place, &random, 0, first, &a);
  cf_sky_begin(&place, &random, 1, first, &b);
  for (int64_t day = first; day < first + 5; day++) {
    static cf_sky_day x, y;
    fill(&place, &panel, &random, 0, day, &a, &x);
    fill(&place, &panel, &random, 1, day, &b, &y);
    check_block(&x);
    assert_int_equal(x.knots, y.knots);
    assert_memory_equal(x.pv_w[0], y.pv_w[0], x.knots * sizeof(float));
    for (int h = 0; h < 24; h++) assert_true(x.air_k[h] == (float)(280.0 + h));
    assert_true(x.air_k[24] == 280.0F);
    double ghi_wh = 0.0;
    for (double t = 11.0; t < 12.0; t += 1.0 / 720.0) ghi_wh += cf_sky_value(&x, x.ghi_wm2, t * 3.6e6) / 720.0;
    cf_sun sun;
    cf_sun_at(&place.sun, (double)(day * CF_DAY_S) + 11.5 * 3600.0, &sun);
    assert_true(fabs(ghi_wh - (100.0 + 300.0 * sun.up)) < 1.0); /* noon: the sun's height hardly changes */
  }
}

/* What a caller reserves is enough, and no more than a few times what is used. */
static void knots_expected(void **state) {
  (void)state;
  cf_random random = cf_random_seed(8, 0);
  static const double lags[] = {0.3, 0.65, 1.0};
  for (int k = 0; k < 3; k++) {
    double lag1 = lags[k];
    cf_sky_climate climate = climate_of(45.0, 8.0, lag1);
    cf_sky_place place = place_of(&climate);
    int64_t day = cf_civil_days(2026, 6, 30);
    cf_sky_base base;
    cf_diag diag;
    cf_diag_init(&diag);
    assert_int_equal(cf_sky_base_make(&place, &no_panel, day, &base, &diag), CF_OK);
    uint32_t room = cf_sky_knots_expected(&place, &base), most = 0;
    for (uint32_t site = 0; site < 2000; site++) {
      cf_sky_chain chain;
      cf_sky_day block;
      cf_sky_begin(&place, &random, site, day, &chain);
      assert_int_equal(cf_sky_fill_from(&place, &no_panel, &base, &random, site, &chain, &block, &diag), CF_OK);
      if (block.knots > most) most = block.knots;
    }
    print_message("lag %.2f: at most %u knots, room for %u\n", lag1, most, room);
    assert_true(most <= room && room < 2 * most);
    if (lag1 >= 1.0) assert_true(room == base.knots && most == base.knots);
  }
}

static void too_many_changes(void **state) {
  (void)state;
  cf_sky_climate climate = climate_of(70.0, 20.0, 0.3);
  cf_sky_place place = place_of(&climate);
  cf_random random = cf_random_seed(3, 1);
  cf_diag diag;
  /* At the limit of the range it fits, even with the sun up all day. */
  int64_t day = cf_civil_days(2026, 5, 25);
  uint32_t most = 0;
  for (uint32_t site = 0; site < 40; site++) {
    cf_sky_chain chain;
    cf_sky_day block;
    cf_sky_begin(&place, &random, site, day, &chain);
    for (int64_t d = day; d < day + 20; d++) {
      fill(&place, &no_panel, &random, site, d, &chain, &block);
      if (block.knots > most) most = block.knots;
    }
  }
  print_message("autocorrelation 0.3, midnight sun: at most %u of %d knots\n", most, CF_SKY_KNOTS_MAX);
  for (double rate = 2e-3; rate < 0.1; rate *= 5.0) {
    for (int m = 0; m < 12; m++) place.clouds.leave_per_s[m] = rate;
    cf_sky_chain chain, before;
    cf_sky_day block;
    cf_sky_begin(&place, &random, 0, day, &chain);
    before = chain;
    cf_diag_init(&diag);
    assert_int_equal(cf_sky_fill(&place, &no_panel, &random, 0, day, &chain, &block, &diag), CF_INPUT);
    assert_int_equal(diag.errors, 1);
    assert_true(chain.next_jump_s == before.next_jump_s && chain.jump_index == before.jump_index);
  }
}

static void refuses(void **state) {
  (void)state;
  cf_sky_climate good = climate_of(45.0, 8.0, 0.5);
  for (int i = 0; i < 9; i++) {
    cf_sky_climate bad = good;
    if (i == 0) bad.latitude_rad = 1.6;
    if (i == 1) bad.longitude_rad = -3.2;
    if (i == 2) bad.altitude_m = 1e5;
    if (i == 3) bad.linke_turbidity = 0.5;
    if (i == 4) bad.albedo = NAN;
    if (i == 5) bad.horizon_rad = -0.1;
    if (i == 6) bad.wind_ms[3] = -1.0;
    if (i == 7) bad.cloud[2].lag1_hour = 0.0;
    if (i == 8) bad.air[2].mean_k = 100.0;
    cf_sky_place place;
    cf_diag diag;
    cf_diag_init(&diag);
    assert_int_equal(cf_sky_place_make(&bad, &place, &diag), CF_INPUT);
    assert_int_equal(diag.errors, 1);
  }
  /* A chain that was left behind. */
  cf_sky_place place = place_of(&good);
  cf_random random = cf_random_seed(3, 1);
  cf_sky_chain chain;
  cf_sky_day block;
  cf_diag diag;
  cf_diag_init(&diag);
  cf_sky_begin(&place, &random, 0, 20000, &chain);
  assert_int_equal(cf_sky_fill(&place, &no_panel, &random, 0, 20100, &chain, &block, &diag), CF_INTERNAL);
}

static double us_since(struct timespec a) {
  struct timespec b;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
  return (double)(b.tv_sec - a.tv_sec) * 1e6 + (double)(b.tv_nsec - a.tv_nsec) * 1e-3;
}

static void fast(void **state) {
  (void)state;
  cf_sky_climate climate = climate_of(36.1, -79.95, 0.87);
  climate.horizon_rad = 5.0 * RAD;
  cf_sky_place place = place_of(&climate);
  cf_sky_panels panel = panel_of(35.0, 180.0);
  cf_random random = cf_random_seed(3, 1);
  cf_sky_base base;
  cf_sky_day block;
  cf_diag diag;
  cf_diag_init(&diag);
  struct timespec start;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
  for (int i = 0; i < 200; i++) assert_int_equal(cf_sky_base_make(&place, &panel, 20000 + i, &base, &diag), CF_OK);
  double base_us = us_since(start) / 200.0;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
  for (uint32_t i = 0; i < 2000; i++) {
    cf_sky_chain chain;
    cf_sky_begin(&place, &random, i, base.day, &chain);
    assert_int_equal(cf_sky_fill_from(&place, &panel, &base, &random, i, &chain, &block, &diag), CF_OK);
  }
  double fill_us = us_since(start) / 2000.0;
  print_message("a day: %.1f us per place and panel, %.1f us per site\n", base_us, fill_us);
  assert_true(base_us < 4000.0 && fill_us < 800.0); /* generous: sanitizers and loaded machines */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(blocks_are_sound),  cmocka_unit_test(energy_of_clear_days),
      cmocka_unit_test(clouds_have_knots), cmocka_unit_test(mean_light),
      cmocka_unit_test(reproducible),      cmocka_unit_test(horizon_line),
      cmocka_unit_test(month_changes),     cmocka_unit_test(night_is_dark),
      cmocka_unit_test(panels_of_a_site),  cmocka_unit_test(a_measured_site),
      cmocka_unit_test(knots_expected),    cmocka_unit_test(too_many_changes),
      cmocka_unit_test(refuses),           cmocka_unit_test(fast),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
