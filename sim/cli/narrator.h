/* Tells a node's story as it comes in: the listener of fleet/story.h that prints.
 *
 * As a table: one line per event, grouped by local day, each day below a sparkline of what was stored (of the die's
 * temperature for a node on the mains), at the end where the joules went. As markdown, CSV or JSON: one row per event,
 * with every account. What lies outside the limits, or is no decision where only those are wanted, is not told, but its
 * joules are added to the next row that is, so that rows always sum to what went between the limits. */
#ifndef CF_CLI_NARRATOR_H
#define CF_CLI_NARRATOR_H

#include "base/diag.h"
#include "base/json.h"
#include "cli/terminal.h"
#include "config/scenario.h"
#include "fleet/story.h"
#include "store/query.h"

enum { CF_STORY_DAY_LOOKS = 48 };
#define CF_STORY_LOOK_NS (INT64_C(1800) * CF_NS_PER_S)

typedef struct cf_narrator cf_narrator;

typedef struct cf_narrator_options {
  const cf_terminal *out;
  cf_format format;
  cf_json *json; /* CF_FORMAT_JSON: rows become its list "events", sums its object "sums" */
  const cf_scenario *scenario;
  int64_t from_ns, to_ns; /* from <= t < to */
  bool decisions;         /* reports only */
} cf_narrator_options;

/* NULL: no memory. */
cf_narrator *cf_narrator_create(const cf_narrator_options *options);
void cf_narrator_destroy(cf_narrator *narrator);

/* cf_story_listener.tell; `self` is the narrator. CF_IO when the output cannot be written. */
cf_status cf_narrator_tell(void *self, const cf_story_event *event, cf_diag *diag);

/* How the whole story compares with the node's books, limits or none. */
typedef struct cf_story_check {
  bool complete;       /* the run's end was heard */
  double joules_apart; /* largest difference of an account, in relation to what went through the node */
  double nats_apart;   /* in relation to the sum of their sizes */
} cf_story_check;

/* Prints what is left and the sums. CF_INTERNAL when the story does not close: joules or nats are more than 1e-9 apart.
 */
cf_status cf_narrator_finish(cf_narrator *narrator, cf_story_check *check, cf_diag *diag);

#endif
