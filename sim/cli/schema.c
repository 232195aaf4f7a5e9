/* coldfleet schema: what may be written in a file, and what a database holds, for editors and for people. */
#include "cli/command.h"
#include "config/schema_print.h"
#include "store/tables.h"

#include <string.h>

typedef struct schema_flags {
  bool markdown, sql, list;
} schema_flags;

#define AT(field) offsetof(schema_flags, field)
static const cf_flag flags[] = {{"markdown", 'm', CF_FLAG_SWITCH, NULL,
                                 "the reference for people: of all files, or of the database", AT(markdown), 0},
                                {"sql", 0, CF_FLAG_SWITCH, NULL, "with db: the statements that make it", AT(sql), 0},
                                {"list", 'l', CF_FLAG_SWITCH, NULL, "the words that KIND may be", AT(list), 0},
                                {0}};

static cf_status print(const cf_cli *cli, const schema_flags *given, const char *kind, cf_diag *diag) {
  FILE *out = cli->out.out;
  bool database = strcmp(kind, "db") == 0;
  if (given->sql && given->markdown) return cf_fail(diag, CF_USAGE, "--sql or --markdown, not both");
  if (given->sql && !database) return cf_fail(diag, CF_USAGE, "--sql is for `schema db`");
  if (database && given->sql)
    cf_database_print_sql(out);
  else if (database && given->markdown)
    cf_database_print_markdown(out);
  else if (database)
    cf_database_print_json(out);
  else if (given->markdown && strcmp(kind, "scenario") != 0)
    return cf_fail(diag, CF_USAGE, "--markdown prints the reference of all kinds at once: say `schema --markdown`");
  else if (given->markdown)
    cf_schema_print_markdown(out);
  else
    return cf_schema_print_json(out, kind, diag);
  return CF_OK;
}

static cf_status run(const cf_cli *cli, int argc, char **argv) {
  schema_flags given = {0};
  cf_words words;
  cf_status status = cf_cli_read(cli, &cf_command_schema, argc, argv, &given, &words, 0, 1);
  if (status) return status;
  cf_diag diag;
  cf_diag_init(&diag);
  if (given.list) {
    for (unsigned i = 0; cf_schema_kind(i); i++) fprintf(cli->out.out, "%s\n", cf_schema_kind(i));
    fputs("db\n", cli->out.out);
  } else {
    status = print(cli, &given, words.count ? words.word[0] : "scenario", &diag);
  }
  return cf_cli_flush(cli, cf_cli_tell(cli, &diag, status));
}

const cf_command cf_command_schema = {
    .name = "schema",
    .ring = 3,
    .line = "the JSON Schema of scenarios, plans and models, the tables of a database",
    .usage = "[KIND | db] [--markdown | --sql | --list]",
    .about = "KIND is scenario unless given; --list names the others.",
    .example = "coldfleet schema scenario",
    .flags = flags,
    .run = run,
};
