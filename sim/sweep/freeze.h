/* Freezing a plan: every point is loaded once, and what the runs depend on is written into DIR/plan.db and hashed.
 * Internal to sweep.
 *
 * The hash is SHA-256 of this text, one item per line:
 *   coldfleet plan
 *   version, math_id         of the program
 *   plan SHA256              of the plan's bytes
 *   input SHA256 PATH        of every file, in the order of reading: the base scenario's, then those of further points
 *   points N
 *   settings SHA256          of "point ID", then every setting of the point, for each point
 *
 * The file is made under another name, so that one that was not finished never looks like one; what such a one left is
 * removed. One process at a time for a directory: the caller sees to that. */
#ifndef CF_SWEEP_FREEZE_H
#define CF_SWEEP_FREEZE_H

#include "sweep/campaign.h"

/* `campaign` has plan, points, base and the numbers of runs; its plan_sha256 is set. Where campaign->plan_path is ""
 * the points are only loaded. Where it names a file, that is compared and not touched: CF_INPUT, saying what differs.
 * Points that cannot be loaded: CF_INPUT at the axis (else the first axis, else the scenario) in the plan, with the
 * label of the first and the number of all. */
cf_status cf_freeze(cf_campaign *campaign, const char *models_dir, cf_campaign_progress progress, void *self,
                    cf_diag *diag);

#endif
