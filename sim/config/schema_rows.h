/* Shorthand for the files with the rows of the schema; nothing else includes this. */
#ifndef CF_CONFIG_SCHEMA_ROWS_H
#define CF_CONFIG_SCHEMA_ROWS_H

#include "config/scenario.h"
#include "config/schema.h"

#include <math.h>

#define INTO(type, field) .offset = offsetof(type, field), .size = sizeof(((type *)0)->field)
#define POINTER(type, field) .offset = offsetof(type, field), .size = sizeof(void *)
#define ABOVE(low) .ranged = true, .min_open = true, .min = (low), .max = HUGE_VAL
#define FROM(low) .ranged = true, .min = (low), .max = HUGE_VAL
#define BELOW(high) .ranged = true, .max_open = true, .min = -HUGE_VAL, .max = (high)
#define WITHIN(low, high) .ranged = true, .min = (low), .max = (high)
#define SHARE WITHIN(0, 1)
#define SHARE_ABOVE_0 .ranged = true, .min_open = true, .min = 0, .max = 1
#define DEGREES(x) ((x)*0x1.1df46a2529d39p-6)
#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

#define REQUIRED .presence = CF_PRESENT_REQUIRED
#define OPTIONAL .presence = CF_PRESENT_OPTIONAL
#define DEFAULT(text) .presence = CF_PRESENT_DEFAULT, .fallback = (text)
#define DEFAULTS .presence = CF_PRESENT_DEFAULT
#define COST .role = CF_ROLE_COST
#define OF_NODES .read_of = CF_TIER_NODES
#define OF_HUBS .read_of = CF_TIER_HUBS
#define REPORTING .digest_free = "what is written down, not what happens"

/* The shape of a kind of model. */
#define MODEL_SHAPE(variable, label, text, table, structure)   \
  const cf_schema_shape variable = {.name = label,             \
                                    .doc = text,               \
                                    .row = table,              \
                                    .rows = COUNT_OF(table),   \
                                    .size = sizeof(structure), \
                                    .cited = true,             \
                                    .name_offset = offsetof(structure, name)}

extern const cf_schema_shape cf_schema_device;
extern const cf_schema_shape cf_schema_radio;
extern const cf_schema_shape cf_schema_converter;
extern const cf_schema_shape cf_schema_enclosure;
extern const cf_schema_shape cf_schema_climate;
extern const cf_schema_shape cf_schema_ai;
extern const cf_schema_shape cf_schema_world;
extern const cf_schema_shape cf_schema_tissue;
extern const cf_schema_shape cf_schema_place;
extern const cf_schema_shape *const cf_schema_storage[];   /* by cf_storage_kind */
extern const cf_schema_shape *const cf_schema_harvester[]; /* by cf_harvester_kind */

#endif
