/* What the parts of `probe` that look at the sun share: a row's instant and place, the sun, the light of the sky. */
#ifndef CF_CLI_PROBE_SKY_H
#define CF_CLI_PROBE_SKY_H

#include "cli/probe_table.h"
#include "physics/plane.h"
#include "physics/sky.h"
#include "physics/sun.h"

#define CF_DEG 0.017453292519943295 /* in rad */
#define CF_ZERO_DEGC 273.15

/* The first inputs of those tables, in this order. */
enum { CF_SKY_TIME, CF_SKY_LATITUDE, CF_SKY_LONGITUDE, CF_SKY_ALTITUDE, CF_SKY_PRESSURE, CF_SKY_LINKE, CF_SKY_OWN };
#define CF_SKY_PLACE                                                                                        \
  {"lat_deg", CF_PROBE_NUMBER, true, NAN, "latitude, north positive"},                                      \
      {"lon_deg", CF_PROBE_NUMBER, true, NAN, "longitude, east positive"},                                  \
      {"alt_m", CF_PROBE_NUMBER, false, 0.0, "altitude"},                                                   \
      {"pressure_pa", CF_PROBE_NUMBER, false, NAN, "air pressure; else that of the standard atmosphere"}, { \
    "linke", CF_PROBE_NUMBER, false, 3.0, "Linke turbidity of the clear sky"                                \
  }
#define CF_SKY_INPUTS {"time_utc", CF_PROBE_INSTANT, true, NAN, "instant, ISO 8601"}, CF_SKY_PLACE

/* False after an error. *defined: the row says where (and when). */
bool cf_probe_place(const cf_probe_row *row, cf_sun_place *place, bool *defined);

/* The sun, and the sky as far as geometry goes: the light is not filled in. */
typedef struct cf_probe_sky_state {
  cf_sun sun;
  cf_lit_sky sky;
} cf_probe_sky_state;
cf_probe_sky_state cf_probe_sky_at(const cf_sun_place *place, double unix_s);

/* Spencer's series takes one number for the whole UTC day. */
double cf_probe_extraterrestrial_wm2(double unix_s);

#endif
