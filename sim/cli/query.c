/* coldfleet query: one SELECT, read-only, printed as a table, CSV, JSON or markdown. */
#include "cli/command.h"
#include "cli/places.h"
#include "store/query.h"
#include "store/saved.h"

#include <stdlib.h>
#include <string.h>

typedef struct query_flags {
  const char *saved, *format;
  cf_list parameter;
  uint64_t limit, time;
  bool list, json;
} query_flags;

#define AT(field) offsetof(query_flags, field)
static const cf_flag flags[] = {
    {"saved", 's', CF_FLAG_TEXT, "NAME", "a question from analysis/queries instead of SQL", AT(saved), 0},
    {"list", 'l', CF_FLAG_SWITCH, NULL, "list the saved questions", AT(list), 0},
    {"param", 'p', CF_FLAG_LIST, "NAME=VALUE", "a value for :NAME in the SQL, e.g. -p run=2; repeatable", AT(parameter),
     0},
    {"format", 'f', CF_FLAG_TEXT, "FORMAT", "table (unless given), csv, json or md", AT(format), 0},
    {"json", 0, CF_FLAG_SWITCH, NULL, "the same as --format json", AT(json), 0},
    {"limit", 'n', CF_FLAG_COUNT, "ROWS", "print at most so many rows", AT(limit), 1},
    {"time-limit", 't', CF_FLAG_COUNT, "SECONDS", "give up after so long; 60 unless given", AT(time), 1},
    {0}};

static cf_status read_parameters(const cf_list *list, cf_parameter *parameter, char names[CF_MAX_LIST][64],
                                 cf_diag *diag) {
  for (unsigned i = 0; i < list->count; i++) {
    const char *equals = strchr(list->item[i], '=');
    size_t length = equals ? (size_t)(equals - list->item[i]) : 0;
    if (length == 0 || length >= sizeof names[i])
      return cf_fail(diag, CF_USAGE, "--param takes NAME=VALUE, not '%s'", list->item[i]);
    memcpy(names[i], list->item[i], length);
    names[i][length] = '\0';
    parameter[i] = (cf_parameter){.name = names[i], .value = equals + 1};
  }
  return CF_OK;
}

static cf_status list_saved(const cf_cli *cli) {
  char directory[CF_PATH_MAX];
  cf_diag diag;
  cf_diag_init(&diag);
  cf_status status = cf_find_queries(directory, &diag);
  if (status == CF_OK) status = cf_saved_list(directory, cli->out.out, &diag);
  return cf_cli_tell(cli, &diag, status);
}

static cf_status ask(const cf_cli *cli, const query_flags *given, const char *path, const char *sql, cf_diag *diag) {
  cf_parameter parameter[CF_MAX_LIST];
  char names[CF_MAX_LIST][64];
  cf_query_options options = {.parameter = parameter, .parameters = given->parameter.count};
  if (given->limit != CF_ABSENT) options.row_limit = given->limit;
  if (given->time != CF_ABSENT) options.time_limit_s = (double)given->time;
  if (given->json) options.format = CF_FORMAT_JSON;
  if (given->format && !cf_format_parse(given->format, &options.format))
    return cf_fail(diag, CF_USAGE, "--format is table, csv, json or md, not '%s'", given->format);
  cf_status status = read_parameters(&given->parameter, parameter, names, diag);
  if (status) return status;
  cf_database *database = NULL;
  status = cf_database_open(path, &database, diag);
  if (status == CF_OK) status = cf_query_print(database, sql, &options, cli->out.out, diag);
  cf_database_close(database);
  return status;
}

static cf_status run(const cf_cli *cli, int argc, char **argv) {
  query_flags given = {.limit = CF_ABSENT, .time = CF_ABSENT};
  cf_words words;
  cf_status status = cf_cli_read(cli, &cf_command_query, argc, argv, &given, &words, 0, 2);
  if (status) return status;
  if (given.list) return cf_cli_flush(cli, list_saved(cli));
  cf_diag diag;
  cf_diag_init(&diag);
  char directory[CF_PATH_MAX], *saved = NULL;
  unsigned wanted = given.saved ? 1 : 2;
  if (words.count != wanted) {
    status = cf_fail(&diag, CF_USAGE, "%s",
                     given.saved ? "--saved takes a database and no SQL" : "a database and the SQL are needed");
    fprintf(cli->err.out, "usage: %s query %s\n", cli->program, cf_command_query.usage);
    return cf_cli_tell(cli, &diag, status);
  }
  if (given.saved) {
    status = cf_find_queries(directory, &diag);
    if (status == CF_OK) status = cf_saved_read(directory, given.saved, &saved, &diag);
  }
  if (status == CF_OK) status = ask(cli, &given, words.word[0], saved ? saved : words.word[1], &diag);
  free(saved);
  return cf_cli_flush(cli, cf_cli_tell(cli, &diag, status));
}

const cf_command cf_command_query = {
    .name = "query",
    .ring = 1,
    .line = "ask a database of results in SQL",
    .usage = "DB 'SELECT ...' | DB --saved NAME [--format table|csv|json|md] | --list",
    .about =
        "The database is opened read-only. Tables and columns are described by `coldfleet schema db` and in the\n"
        "table doc of every database.",
    .example = "coldfleet query out/quickstart.db 'SELECT policy, loss, down_frac, used_j FROM run'",
    .flags = flags,
    .run = run,
};
