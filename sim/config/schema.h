/* The schema: one table that the loader, the JSON Schema, the reference page and `show --explain` are made from.
 *
 * A shape is a map with fixed keys, a row is one key: its type, dimension, default, range, whether the number is the
 * author's choice or a claim about the world, where it goes in the struct, and what it means. Ranges are in SI units.
 * The rows are in schema_scenario.c, schema_place.c, schema_fleet.c, schema_harvester.c, schema_device.c,
 * schema_storage.c, schema_environment.c, schema_models.c and schema_plan.c. */
#ifndef CF_CONFIG_SCHEMA_H
#define CF_CONFIG_SCHEMA_H

#include "config/quantity.h"
#include "config/scenario.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum cf_schema_type {
  CF_TYPE_QUANTITY,  /* number with unit -> double, SI */
  CF_TYPE_TICKS,     /* time -> int64_t, ns */
  CF_TYPE_COUNT,     /* whole number -> uint32_t; with dimension CF_DIM_INFORMATION: bytes */
  CF_TYPE_SEED,      /* whole number -> uint64_t */
  CF_TYPE_BOOL,      /* true, false -> bool */
  CF_TYPE_TEXT,      /* any text -> const char * */
  CF_TYPE_ANY,       /* a number in a unit that something else decides -> const char *, as written */
  CF_TYPE_NAME,      /* letters, digits, '.', '_', '-' -> const char * */
  CF_TYPE_CHOICE,    /* one of `names` -> its index, as bool, int or uint32_t by the field's size */
  CF_TYPE_INSTANT,   /* 2026-03-01T00:00:00Z -> int64_t, s since 1970 */
  CF_TYPE_MAP,       /* fixed keys: `shape` */
  CF_TYPE_MODEL,     /* name of a model of `kind`, or a map with `model:` and keys that override -> const struct * */
  CF_TYPE_WORDS,     /* list of `count` names -> const char *[] */
  CF_TYPE_NUMBERS,   /* list of `count` numbers -> double[] */
  CF_TYPE_TABLE,     /* list of `least` to `count` pairs -> cf_table; x as the row says, y as `result` does */
  CF_TYPE_VARIATION, /* {lognormal: x}, {uniform: [a, b]} or {normal: x} -> cf_variation */
  CF_TYPE_LIST,      /* list of maps: shapes[0] -> array of structs */
  CF_TYPE_ENTRIES,   /* map from free names (`entry`) to one of `shapes`, or to models of `kind` */
  CF_TYPE_FILES,     /* path or list of paths; read before everything else */
  CF_TYPE_FILE       /* path of a data file, relative to the file that names it; attach.h reads it */
} cf_schema_type;

typedef enum cf_schema_presence {
  CF_PRESENT_REQUIRED, /* its lack is an error */
  CF_PRESENT_DEFAULT,  /* `fallback`, or for maps the defaults of what is inside */
  CF_PRESENT_OPTIONAL  /* its lack leaves the field zero; cross-checks may still ask for it */
} cf_schema_presence;

typedef enum cf_schema_role {
  CF_ROLE_DESIGN, /* the author chooses it */
  CF_ROLE_COST    /* a claim about the world: needs a source, else it is an assumption */
} cf_schema_role;

typedef enum cf_model_kind {
  CF_MODEL_DEVICE,
  CF_MODEL_RADIO,
  CF_MODEL_STORAGE,
  CF_MODEL_HARVESTER,
  CF_MODEL_CONVERTER,
  CF_MODEL_ENCLOSURE,
  CF_MODEL_CLIMATE,
  CF_MODEL_AI,
  CF_MODEL_WORLD,
  CF_MODEL_TISSUE,
  CF_MODEL_KINDS
} cf_model_kind;

/* Whose key of a model it is. A device or a radio serves nodes and hubs alike, but not every key of it is read of both;
 * a scenario may not override one that is not. */
typedef enum cf_schema_tier { CF_TIER_ALL, CF_TIER_NODES, CF_TIER_HUBS } cf_schema_tier;

/* Which function of sections.c reads an ENTRIES or LIST row. */
typedef enum cf_schema_section {
  CF_SECTION_NONE,
  CF_SECTION_FLEET,
  CF_SECTION_POLICIES,
  CF_SECTION_ASSERT,
  CF_SECTION_LOCAL_MODELS,
  CF_SECTION_HUB_MODEL,
  CF_SECTION_HARVESTERS,
  CF_SECTION_INFERENCE,
  CF_SECTION_POINTS,
  CF_SECTION_MONTHS,
  CF_SECTION_NETWORK_MODELS,
  CF_SECTION_PLAN_SET, /* from here on: of a plan, read by plan_parts.c */
  CF_SECTION_PLAN_AXES,
  CF_SECTION_PLAN_VALUES,
  CF_SECTION_PLAN_ZIP,
  CF_SECTION_PLAN_WHERE,
  CF_SECTION_PLAN_POLICIES,
  CF_SECTION_PLAN_TUNED
} cf_schema_section;

/* What the pairs of a TABLE must be, beyond their ranges; any of these. Without UNORDERED x rises strictly. */
typedef enum cf_schema_table {
  CF_TABLE_UNORDERED = 1,
  CF_TABLE_FROM_ORIGIN = 2, /* the first pair is (0, 0) */
  CF_TABLE_WHOLE = 4,       /* x goes from 0 to 1 */
  CF_TABLE_NOT_FALLING = 8, /* y */
  CF_TABLE_NOT_RISING = 16, /* y */
  CF_TABLE_LOSSY = 32       /* y <= x */
} cf_schema_table;

struct cf_schema_shape;

typedef struct cf_schema_row {
  const char *key;
  cf_schema_type type;
  cf_dimension dimension;
  cf_schema_presence presence;
  cf_schema_role role;
  const char *fallback; /* as it would be written; NULL: none */
  bool ranged, min_open, max_open;
  double min, max;
  const char *const *names; /* CHOICE: values; NUMBERS: names of the elements; NULL-terminated */
  cf_model_kind kind;
  const struct cf_schema_shape *shape;
  const struct cf_schema_shape *const *shapes; /* NULL-terminated */
  const char *entry;                           /* ENTRIES: what the free name is, for the documentation */
  cf_schema_section section;
  uint32_t least, count;
  unsigned table;                     /* TABLE: cf_schema_table */
  const struct cf_schema_row *result; /* TABLE: y; NULL: as x */
  const char *brief;                  /* MAP: a single value in its place stands for this key of it; NULL: none */
  bool plain;                         /* in a model file: a bare value without citation */
  bool scenario_only;                 /* may stand in a scenario that refers to the model, not in the model file */
  cf_schema_tier read_of;             /* models: of a node's only, or of a hub's only */
  bool unstored;                      /* checked, but goes nowhere */
  const char *digest_free;            /* why it does not change the digest of a run; NULL: it may */
  size_t offset, size;
  const char *doc;
} cf_schema_row;

typedef struct cf_schema_shape {
  const char *name; /* "node group" */
  const char *doc;
  const cf_schema_row *row;
  uint32_t rows;
  size_t size;        /* of the struct, where the shape has its own */
  bool cited;         /* a model file: numbers are maps {value, status, source, ...} */
  size_t name_offset; /* models: where the name goes */
} cf_schema_shape;

/* A kind of model. Where it has variants the model file's key `kind` says which, by the names of the shapes; without it
 * the first. They fill one struct and differ in their keys. */
typedef struct cf_schema_model {
  const char *kind;                      /* "device" */
  const char *folder;                    /* "devices" */
  const cf_schema_shape *const *variant; /* at least one, then NULL */
} cf_schema_model;

extern const cf_schema_shape cf_schema_scenario;
extern const cf_schema_shape cf_schema_node_group;
extern const cf_schema_shape cf_schema_hub_group;
extern const cf_schema_model cf_schema_models[CF_MODEL_KINDS];

/* A plan, one of its axes, and the ends of a parameter that it tunes. */
extern const cf_schema_shape cf_schema_plan;
extern const cf_schema_shape cf_schema_axis;
extern const cf_schema_shape cf_schema_tuned;

/* The variant of that name; the first one for NULL, NULL for an unknown name. */
const cf_schema_shape *cf_schema_variant(cf_model_kind kind, const char *name);

/* What a harvester of each kind takes, by cf_harvester_kind. */
extern const char *const cf_schema_harvester_names[];
extern const cf_schema_shape *const cf_schema_harvester_shapes[];
extern const cf_heat_place cf_schema_heat_places[]; /* the ends of a generator, by their names */

/* What a policy of each kind takes, by cf_policy_kind. */
extern const char *const cf_schema_policy_names[];
extern const cf_schema_shape *const cf_schema_policy_shapes[];

/* The shape of one assertion, and the columns of table run that can be asserted. */
typedef struct cf_schema_column {
  const char *column; /* "down_frac" */
  const char *brief;  /* "down": the same without its unit, or NULL */
  cf_dimension dimension;
} cf_schema_column;
extern const cf_schema_shape cf_schema_assertion;
extern const cf_schema_column cf_schema_columns[]; /* ends with column NULL */

extern const cf_schema_shape cf_schema_inference; /* of a device: one ai model */
extern const cf_schema_shape cf_schema_point;
extern const cf_schema_shape cf_schema_month;

const cf_schema_row *cf_schema_find(const cf_schema_shape *shape, const char *key);

/* "from 0 to 1", "above 0 W", "" when unlimited. */
const char *cf_schema_range(const cf_schema_row *row, char *text, size_t size);
bool cf_schema_in_range(const cf_schema_row *row, double si);

#endif
