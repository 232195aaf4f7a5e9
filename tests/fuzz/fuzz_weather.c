/* libFuzzer: a weather file of any format. What is read is complete, finite and within the ranges of weather.h; what is
 * not read has an error. First byte: whether the rest stands alone, or replaces a piece of a year that is made here (so
 * that whole years are reached). */
#include "config/weather.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROW = 64, HEAD = 400, YEAR = 8760 };

/* A year of TMY3 in which every row is the same but for its time. */
static size_t write_year(char *text) {
  static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  size_t n = (size_t)snprintf(text, HEAD,
                              "1,HILL,NC,-5,36,-80,273\nDate (MM/DD/YYYY),Time (HH:MM),GHI (W/m^2),DNI (W/m^2),"
                              "DHI (W/m^2),Dry-bulb (C),Pressure (mbar),Wspd (m/s)\n");
  for (int month = 1; month <= 12; month++)
    for (int day = 1; day <= days[month - 1]; day++)
      for (int hour = 1; hour <= 24; hour++)
        n += (size_t)snprintf(text + n, ROW, "%02d/%02d/1999,%02d:00,100,50,50,10,990,2\n", month, day, hour);
  return n;
}

/* It is written once. */
static size_t make_year(char *text) {
  static char made[HEAD + YEAR * ROW];
  static size_t made_length;
  if (!made_length) made_length = write_year(made);
  memcpy(text, made, made_length);
  return made_length;
}

static void check(const cf_weather *w) {
  if (!(fabs(w->latitude_rad) < 1.5708 && fabs(w->longitude_rad) < 3.1416)) abort();
  if (w->hours == 0 || (w->typical && w->hours != YEAR)) abort();
  if (w->typical && (w->first_unix_s < 0 || w->first_unix_s >= 3600)) abort();
  for (uint32_t i = 0; i < w->hours; i++) {
    if (!(w->ghi_wm2[i] >= 0 && w->ghi_wm2[i] <= 1600 && w->dni_wm2[i] >= 0 && w->dni_wm2[i] <= 1600)) abort();
    if (!(w->dhi_wm2[i] >= 0 && w->dhi_wm2[i] <= 1600 && w->wind_ms[i] >= 0 && w->wind_ms[i] <= 100)) abort();
    if (!(w->air_k[i] >= 183 && w->air_k[i] <= 334)) abort();
    if (w->pressure_pa && !(w->pressure_pa[i] >= 30000 && w->pressure_pa[i] <= 110000)) abort();
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 3) return 0;
  char *text = malloc(HEAD + (size_t)YEAR * ROW + size);
  if (!text) return 0;
  size_t length;
  if (data[0] == '!') {
    length = make_year(text);
    size_t at = ((size_t)data[1] << 8 | data[2]) % length;
    memcpy(text + at, data + 3, size - 3);
    if (at + size - 3 > length) length = at + size - 3;
  } else {
    length = size;
    memcpy(text, data, size);
  }
  char *bytes = malloc(length); /* of exactly its size */
  cf_arena *arena = cf_arena_create(0xFF);
  if (bytes && arena) {
    memcpy(bytes, text, length);
    cf_diag diag;
    cf_diag_init(&diag);
    cf_weather *weather;
    cf_status status = cf_weather_read("w", bytes, length, arena, &weather, &diag);
    if ((status == CF_OK) != (weather != NULL) || (status == CF_OK) != (diag.errors == 0)) abort();
    if (weather) check(weather);
    if (cf_arena_used(arena) > 64 * length + 1000000) abort();
  }
  cf_arena_destroy(arena);
  free(bytes);
  free(text);
  return 0;
}
