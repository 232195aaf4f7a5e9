/* What drives a fleet from outside, once its keys are read: one of climate, weather and indoors, a machine, a power
 * line. Internal to config. */
#ifndef CF_CONFIG_PLACE_H
#define CF_CONFIG_PLACE_H

#include "config/load.h"

/* Reads the files that `place` (may be NULL: it is missing, which has been told) names and settles what follows from
 * its keys. Of weather and of indoors a climate is made that has what they know: position, monthly means of air and
 * wind; its sky is dark for ever, as nobody reads it. False after diagnostics. */
bool cf_place_settle(cf_load *load, const cf_tree_node *place);

#endif
