#include "physics/perez.h"

#include <stdint.h>

enum { ROWS = 8 };

/* Where epsilon enters the next row. */
static const double row_begins[ROWS - 1] = {1.065, 1.230, 1.500, 1.950, 2.800, 4.500, 6.200};

static const struct {
  double f11, f12, f13, f21, f22, f23;
} coefficients[ROWS] = {
    {-0.008, 0.588, -0.062, -0.060, 0.072, -0.022}, /* overcast */
    {0.130, 0.683, -0.151, -0.019, 0.066, -0.029},  {0.330, 0.487, -0.221, 0.055, -0.064, -0.026},
    {0.568, 0.187, -0.295, 0.109, -0.152, -0.014},  {0.873, -0.392, -0.362, 0.226, -0.462, 0.001},
    {1.132, -1.237, -0.412, 0.288, -0.823, 0.056},  {1.060, -1.600, -0.359, 0.264, -1.127, 0.131},
    {0.678, -0.327, -0.250, 0.156, -1.377, 0.251}, /* clear */
};

cf_perez cf_perez_at(double dni_wm2, double dhi_wm2, double zenith_rad, double extraterrestrial_wm2, double airmass) {
  double cube = 1.041 * zenith_rad * zenith_rad * zenith_rad;
  double epsilon = ((dhi_wm2 + dni_wm2) / dhi_wm2 + cube) / (1.0 + cube);
  double delta = dhi_wm2 * airmass / extraterrestrial_wm2;
  uint32_t row = 0;
  while (row < ROWS - 1 && epsilon >= row_begins[row]) row++;
  double around_sun = coefficients[row].f11 + coefficients[row].f12 * delta + coefficients[row].f13 * zenith_rad;
  return (cf_perez){
      .around_sun = around_sun > 0.0 ? around_sun : 0.0,
      .horizon = coefficients[row].f21 + coefficients[row].f22 * delta + coefficients[row].f23 * zenith_rad,
  };
}
