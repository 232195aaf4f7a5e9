/* How much light comes through: outside the atmosphere, under a clear sky, under clouds. All W/m2.
 *
 * Extraterrestrial: J. W. Spencer, "Fourier series representation of the position of the sun", Search 2 (1971) 172,
 * with a solar constant of 1366.1 W/m2.
 * Airmass: F. Kasten, A. T. Young, Applied Optics 28 (1989) 4735, of the apparent zenith; absolute = relative *
 * pressure / 101325 Pa.
 * Clear sky: P. Ineichen, R. Perez, Solar Energy 73 (2002) 151, with the Linke turbidity at airmass 2.
 * Beam under clouds: the diffuse share of D. G. Erbs, S. A. Klein, J. A. Duffie, Solar Energy 28 (1982) 293, anchored
 * at the clear sky (see cf_sky_cloudy).
 * Invariants: ghi = dni * cos(zenith) + dhi, every part >= 0, zero with the sun at or below the horizon. */
#ifndef CF_PHYSICS_SKY_H
#define CF_PHYSICS_SKY_H

typedef struct cf_irradiance {
  double ghi_wm2; /* global on the horizontal */
  double dni_wm2; /* beam, on a plane that faces the sun */
  double dhi_wm2; /* diffuse on the horizontal */
} cf_irradiance;

/* `day_of_year` 1 = 1 January; may be fractional. */
double cf_sky_extraterrestrial_wm2(double day_of_year);

/* At an instant. Spencer's series takes the day's number for the whole day: noon UTC is where the two agree, in between
 * this one flows. */
double cf_sky_extraterrestrial_at_wm2(double unix_s);

/* Relative optical airmass; apparent zenith in 0..pi/2. */
double cf_sky_airmass(double apparent_zenith_rad);

/* What is constant about the clear sky of a place. */
typedef struct cf_clear_sky {
  double linke_turbidity;
  double pressure_share; /* pressure / 101325 Pa */
  double global_scale;   /* cg1 */
  double global_decay;   /* cg2 * (fh1 + fh2 (TL - 1)) */
  double beam_scale;     /* b */
  double beam_decay;     /* 0.09 (TL - 1) */
  double beam_share_max; /* of ghi, on the horizontal */
} cf_clear_sky;

/* linke_turbidity >= 1. */
cf_clear_sky cf_clear_sky_make(double altitude_m, double pressure_pa, double linke_turbidity);

/* cos_zenith of the apparent sun (cf_sun.up). */
void cf_clear_sky_at(const cf_clear_sky *sky, double apparent_zenith_rad, double cos_zenith,
                     double extraterrestrial_wm2, cf_irradiance *out);

/* For probes and tests only: the clear sky's global irradiance by B. Haurwitz, Journal of Meteorology 2 (1945) 154,
 * which needs nothing but the sun: 1098 cos z exp(-0.059/cos z), cos_zenith of the apparent sun; 0 with the sun down.
 */
double cf_sky_haurwitz_ghi_wm2(double cos_zenith);

/* The sky whose global irradiance is `index` (clear-sky index, >= 0) times the clear one. The beam is the clear beam
 * times B(k)/B(k_clear), B = k (1 - Erbs' diffuse share) of the clearness index k; so it meets the clear sky at index
 * 1, falls away under clouds, and does not exceed the clear beam where clouds enhance the light (index > 1). */
void cf_sky_cloudy(const cf_irradiance *clear, double cos_zenith, double extraterrestrial_wm2, double index,
                   cf_irradiance *out);

/* Diffuse share of the global irradiance by Erbs et al., from the clearness index 0..1. */
double cf_sky_erbs_diffuse_share(double clearness);

#endif
