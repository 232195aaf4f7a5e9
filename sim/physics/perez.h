/* Diffuse light of the sky on a tilted plane by R. Perez, P. Ineichen, R. Seals, J. Michalsky, R. Stewart, "Modeling
 * daylight availability and irradiance components from direct and global irradiance", Solar Energy 44 (1990) 271-289:
 * an even sky, a bright patch around the sun and a band along the horizon. Coefficients: the composite of all sites,
 * with the three digits of its table.
 *
 *   sky = dhi ((1 - F1) (1 + cos tilt)/2 + F1 a/b + F2 sin tilt), never negative
 *   a = max(cos AOI, 0), b = max(cos z, cos 85 deg)
 *   F1 = max(f11 + f12 delta + f13 z, 0), F2 = f21 + f22 delta + f23 z
 *   delta = dhi airmass / extraterrestrial, with the relative airmass; z in rad
 *   epsilon = ((dhi + dni)/dhi + 1.041 z^3)/(1 + 1.041 z^3) picks one of eight rows of coefficients.
 *
 * The model steps by a few W/m2 where epsilon passes from one row to the next; between steps it is continuous. */
#ifndef CF_PHYSICS_PEREZ_H
#define CF_PHYSICS_PEREZ_H

/* The share of the diffuse light that comes from around the sun (F1) and from the horizon band (F2). */
typedef struct cf_perez {
  double around_sun; /* F1, >= 0 */
  double horizon;    /* F2, may be negative */
} cf_perez;

/* dhi > 0; zenith of the apparent sun, 0..pi/2. */
cf_perez cf_perez_at(double dni_wm2, double dhi_wm2, double zenith_rad, double extraterrestrial_wm2, double airmass);

#endif
