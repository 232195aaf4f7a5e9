/* What a query gave, ready to stand in a page: as dense JSON for a chart, or as HTML. */
#ifndef CF_REPORT_RESULT_H
#define CF_REPORT_RESULT_H

#include "base/diag.h"
#include "store/query.h"

#include <stdint.h>

enum { CF_RESULT_ROWS = 20000, CF_RESULT_NOTE = 200 };

typedef enum cf_result_form {
  CF_RESULT_JSON,      /* {"columns":["a",...],"rows":[[1,"x"],...]}; reals have seven significant digits */
  CF_RESULT_TABLE,     /* <table>, numbers to the right, a colour key before each policy */
  CF_RESULT_SENTENCES, /* one paragraph of the first column's texts; `...` is code */
  CF_RESULT_FACTS      /* <dl> of two columns: name, value */
} cf_result_form;

typedef struct cf_result {
  uint32_t rows;
  char *text; /* malloc'd; without rows it is not for use */
  char note[CF_RESULT_NOTE];
} cf_result;

/* What a query may ask of the report; NULL: not given, and NULL in the SQL. */
typedef struct cf_result_parameters {
  const char *run;  /* :run, the number of the only run to show */
  const char *hour; /* :hour, the local solar hour at the scenario's start */
} cf_result_parameters;

/* Runs `sql`. `note` is the column whose value in the first row becomes result->note; "" for none. CF_USAGE for what
 * the database cannot be asked, CF_INPUT for more than CF_RESULT_ROWS rows or a note that is no column. */
cf_status cf_result_ask(cf_database *database, const char *sql, const cf_result_parameters *parameters,
                        cf_result_form form, const char *note, cf_result *result, cf_diag *diag);
void cf_result_free(cf_result *result);

#endif
