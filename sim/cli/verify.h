/* What `coldfleet verify` holds against the tables of reference: which columns, how close. */
#ifndef CF_CLI_VERIFY_H
#define CF_CLI_VERIFY_H

#include "cli/probe.h"

enum { CF_VERIFY_MEASURES = 6 };

typedef enum cf_verify_kind { CF_VERIFY_ABSOLUTE, CF_VERIFY_RELATIVE } cf_verify_kind;

/* One line of the answer: some columns of a table. */
typedef struct cf_verify_measure {
  const char *component;
  const char *columns; /* "a,b"; a computed one and its reference may differ: "a=b" */
  const char *only;    /* rows whose column `case` says so; NULL: all */
  cf_verify_kind kind;
  double asked;
  const char *unit;
} cf_verify_measure;

/* One file of reference through one part of probe. */
typedef struct cf_verify_suite {
  const char *part;
  const char *file;
  const cf_probe_table *table;                   /* NULL: a power trace */
  const char *networks;                          /* file, or NULL */
  bool has_tolerance;                            /* its curves have one */
  cf_verify_measure measure[CF_VERIFY_MEASURES]; /* ends with a NULL component */
} cf_verify_suite;

extern const cf_verify_suite cf_verify_suites[]; /* ends with a NULL part */

/* What came out of a measure. A cell that is defined on one side only is an infinite error. */
typedef struct cf_verify_result {
  uint32_t rows;
  double error;
} cf_verify_result;

/* Runs a suite with the files of `folder`. */
cf_status cf_verify_suite_run(const cf_verify_suite *suite, const char *folder, double tolerance,
                              cf_verify_result result[CF_VERIFY_MEASURES], cf_diag *diag);

#endif
