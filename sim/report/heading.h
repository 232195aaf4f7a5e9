/* What stands above the figures: what was run, what it asked, what its author says is scarce, and the policies in their
 * order, from a results database. */
#ifndef CF_REPORT_HEADING_H
#define CF_REPORT_HEADING_H

#include "base/arena.h"
#include "base/diag.h"
#include "store/query.h"

#include <stdint.h>

enum { CF_HEADING_SCENARIOS = 16, CF_HEADING_POLICIES = 64 };

typedef struct cf_heading {
  cf_arena *arena;
  const char *title;    /* the plan's name, else the scenarios', joined by ", " */
  const char *question; /* of the plan; "" outside a sweep */
  uint32_t scenarios;   /* more are not listed */
  struct {
    const char *name, *scarce; /* "" where its file says nothing */
  } scenario[CF_HEADING_SCENARIOS];
  uint32_t policies;
  const char *policy[CF_HEADING_POLICIES]; /* in the order of their first runs */
} cf_heading;

/* CF_INPUT: the database has no runs; else as cf_query_rows. Free it in any case. */
cf_status cf_heading_read(cf_database *database, cf_heading *heading, cf_diag *diag);
void cf_heading_free(cf_heading *heading);

#endif
