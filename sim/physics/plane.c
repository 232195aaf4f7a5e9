#include "physics/plane.h"

#include "base/remath.h"

cf_plane cf_plane_make(double tilt_rad, double azimuth_rad) {
  double cos_tilt = cf_cos(tilt_rad), sin_tilt = cf_sin(tilt_rad);
  cf_plane plane;
  plane.east = sin_tilt * cf_sin(azimuth_rad);
  plane.north = sin_tilt * cf_cos(azimuth_rad);
  plane.up = cos_tilt;
  plane.sky_view = 0.5 * (1.0 + cos_tilt);
  plane.ground_view = 0.5 * (1.0 - cos_tilt);
  return plane;
}

double cf_plane_light_wm2(const cf_plane *plane, double cos_incidence, const cf_irradiance *light, double albedo) {
  double beam = cos_incidence > 0.0 ? light->dni_wm2 * cos_incidence : 0.0;
  return beam + light->dhi_wm2 * plane->sky_view + albedo * light->ghi_wm2 * plane->ground_view;
}

void cf_plane_cut_horizon(double up, double sin_horizon, cf_irradiance *light) {
  if (up >= sin_horizon) return;
  light->dni_wm2 = 0.0;
  light->ghi_wm2 = light->dhi_wm2;
}
