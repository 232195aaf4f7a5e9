/* Light on a tilted plane: angle of incidence, isotropic sky (B. Y. H. Liu, R. C. Jordan 1963), horizon for the beam.
 *
 * Plane of array = dni max(cos AOI, 0) + dhi (1 + cos tilt)/2 + albedo ghi (1 - cos tilt)/2. A horizon cuts the beam
 * off where the apparent elevation is below it; the diffuse part stays (stated simplification). */
#ifndef CF_PHYSICS_PLANE_H
#define CF_PHYSICS_PLANE_H

#include "physics/sky.h"
#include "physics/sun.h"

typedef struct cf_plane {
  double east, north, up; /* unit normal */
  double sky_view;        /* (1 + cos tilt)/2 */
  double ground_view;     /* (1 - cos tilt)/2 */
} cf_plane;

/* tilt 0 = horizontal, pi/2 = upright; azimuth from north over east. */
cf_plane cf_plane_make(double tilt_rad, double azimuth_rad);

/* Cosine of the angle of incidence; negative with the sun behind the plane. */
static inline double cf_plane_cos_incidence(const cf_plane *plane, const cf_sun *sun) {
  return plane->east * sun->east + plane->north * sun->north + plane->up * sun->up;
}

/* W/m2 on the plane, from the cosine of the angle of incidence. */
double cf_plane_light_wm2(const cf_plane *plane, double cos_incidence, const cf_irradiance *light, double albedo);

static inline double cf_plane_irradiance_wm2(const cf_plane *plane, const cf_sun *sun, const cf_irradiance *light,
                                             double albedo) {
  return cf_plane_light_wm2(plane, cf_plane_cos_incidence(plane, sun), light, albedo);
}

/* Takes the beam away when the sun (`up` = sine of its apparent elevation) is below the horizon line: dni 0, ghi = dhi.
 */
void cf_plane_cut_horizon(double up, double sin_horizon, cf_irradiance *light);

#endif
