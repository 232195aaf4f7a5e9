#include "physics/plane.h"

#include "base/remath.h"
#include "physics/perez.h"

#define COS_85_DEG 0.08715574274765817
#define HAY_DAVIES_COS_ZENITH_MIN 0.01745

cf_plane cf_plane_make(double tilt_rad, double azimuth_rad) {
  double cos_tilt = cf_cos(tilt_rad), sin_tilt = cf_sin(tilt_rad);
  cf_plane plane;
  plane.east = sin_tilt * cf_sin(azimuth_rad);
  plane.north = sin_tilt * cf_cos(azimuth_rad);
  plane.up = cos_tilt;
  plane.sin_tilt = sin_tilt;
  plane.sky_view = 0.5 * (1.0 + cos_tilt);
  plane.ground_view = 0.5 * (1.0 - cos_tilt);
  return plane;
}

static inline double at_least(double value, double low) { return value > low ? value : low; }

/* The sky's light on the plane as a share of dhi > 0. `facing` = max(cos AOI, 0). */
static double sky_share(const cf_plane *plane, cf_transposition model, const cf_lit_sky *sky, double facing) {
  switch (model) {
    case CF_SKY_HAY_DAVIES: {
      double anisotropy = sky->light.dni_wm2 / sky->extraterrestrial_wm2;
      return (1.0 - anisotropy) * plane->sky_view +
             anisotropy * facing / at_least(sky->cos_zenith, HAY_DAVIES_COS_ZENITH_MIN);
    }
    case CF_SKY_PEREZ: {
      cf_perez perez =
          cf_perez_at(sky->light.dni_wm2, sky->light.dhi_wm2, sky->zenith_rad, sky->extraterrestrial_wm2, sky->airmass);
      return (1.0 - perez.around_sun) * plane->sky_view +
             perez.around_sun * facing / at_least(sky->cos_zenith, COS_85_DEG) + perez.horizon * plane->sin_tilt;
    }
    case CF_SKY_ISOTROPIC:
      break;
  }
  return plane->sky_view;
}

cf_plane_light cf_plane_light_at(const cf_plane *plane, cf_transposition model, const cf_lit_sky *sky,
                                 double cos_incidence, double albedo) {
  cf_plane_light on = {0.0, 0.0, 0.0};
  if (!(sky->cos_zenith > 0.0)) return on;
  double facing = at_least(cos_incidence, 0.0);
  on.beam_wm2 = sky->light.dni_wm2 * facing;
  if (sky->light.dhi_wm2 > 0.0) on.sky_wm2 = sky->light.dhi_wm2 * at_least(sky_share(plane, model, sky, facing), 0.0);
  on.ground_wm2 = albedo * sky->light.ghi_wm2 * plane->ground_view;
  return on;
}

void cf_plane_cut_horizon(double up, double sin_horizon, cf_irradiance *light) {
  if (up >= sin_horizon) return;
  light->dni_wm2 = 0.0;
  light->ghi_wm2 = light->dhi_wm2;
}
