/* A straight piece of a curve: value = at_zero + slope x. */
#ifndef CF_PHYSICS_LINE_H
#define CF_PHYSICS_LINE_H

typedef struct cf_line {
  double at_zero;
  double slope;
} cf_line;

static inline double cf_line_at(cf_line line, double x) { return line.at_zero + line.slope * x; }

/* The chord through (x0, y0) and (x1, y1), x0 < x1. */
static inline cf_line cf_line_chord(double x0, double x1, double y0, double y1) {
  double slope = (y1 - y0) / (x1 - x0);
  return (cf_line){y0 - slope * x0, slope};
}

#endif
