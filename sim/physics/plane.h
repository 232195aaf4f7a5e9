/* Light on a tilted plane: angle of incidence, beam, sky and ground; a horizon for the beam.
 *
 * Beam = dni max(cos AOI, 0); ground = albedo ghi (1 - cos tilt)/2; the sky's part by one of
 *   isotropic   dhi (1 + cos tilt)/2; B. Y. H. Liu, R. C. Jordan, Solar Energy 7 (1963) 53
 *   Hay-Davies  dhi ((1 - A)(1 + cos tilt)/2 + A max(cos AOI, 0)/cos z) with A = dni/extraterrestrial and cos z not
 * below 0.01745 (sin 1 deg); J. E. Hay, J. A. Davies, Proc. First Canadian Solar Radiation Data Workshop (1980) Perez
 * see perez.h All three give dhi on a horizontal plane (with the sun above 5 deg for Perez, 1 deg for Hay-Davies), and
 * nothing with the sun at or below the horizon. A horizon cuts the beam off where the apparent elevation is below it;
 * the diffuse part stays, as that of a sky without sun (stated simplification). */
#ifndef CF_PHYSICS_PLANE_H
#define CF_PHYSICS_PLANE_H

#include "physics/sky.h"
#include "physics/sun.h"

typedef enum cf_transposition { CF_SKY_ISOTROPIC, CF_SKY_HAY_DAVIES, CF_SKY_PEREZ } cf_transposition;

typedef struct cf_plane {
  double east, north, up; /* unit normal */
  double sin_tilt;
  double sky_view;    /* (1 + cos tilt)/2 */
  double ground_view; /* (1 - cos tilt)/2 */
} cf_plane;

/* tilt 0 = horizontal, pi/2 = upright; azimuth from north over east. */
cf_plane cf_plane_make(double tilt_rad, double azimuth_rad);

/* Cosine of the angle of incidence; negative with the sun behind the plane. */
static inline double cf_plane_cos_incidence(const cf_plane *plane, const cf_sun *sun) {
  return plane->east * sun->east + plane->north * sun->north + plane->up * sun->up;
}

/* A sky at one instant, as a plane sees it. */
typedef struct cf_lit_sky {
  cf_irradiance light;
  double cos_zenith; /* of the apparent sun */
  double zenith_rad; /* apparent; used by Perez only, as is the airmass */
  double airmass;    /* relative */
  double extraterrestrial_wm2;
} cf_lit_sky;

typedef struct cf_plane_light {
  double beam_wm2, sky_wm2, ground_wm2;
} cf_plane_light;

cf_plane_light cf_plane_light_at(const cf_plane *plane, cf_transposition model, const cf_lit_sky *sky,
                                 double cos_incidence, double albedo);

static inline double cf_plane_total_wm2(cf_plane_light light) {
  return light.beam_wm2 + light.sky_wm2 + light.ground_wm2;
}

/* Takes the beam away when the sun (`up` = sine of its apparent elevation) is below the horizon line: dni 0, ghi = dhi.
 */
void cf_plane_cut_horizon(double up, double sin_horizon, cf_irradiance *light);

#endif
