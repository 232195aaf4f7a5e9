/* coldfleet man: the pages of the manual, for `make install`. */
#include "cli/man.h"

#include "cli/roff.h"
#include "cli/version.h"
#include "config/schema_print.h"
#include "store/tables.h"

#include <stdlib.h>
#include <string.h>

typedef struct man_flags {
  bool list;
} man_flags;

static const cf_flag flags[] = {
    {"list", 'l', CF_FLAG_SWITCH, NULL, "the names of all pages", offsetof(man_flags, list), 0}, {0}};

/* A page about files: of the Markdown that the program prints elsewhere, too, the sections that have to do with plans
 * or those that have not. */
typedef struct document {
  const char *name, *about, *intro;
  void (*print)(FILE *out);
  bool plans;
} document;

static const document documents[] = {
    {"coldfleet-scenario", "files that coldfleet reads: keys, units, defaults, ranges", NULL, cf_schema_print_markdown,
     false},
    {"coldfleet-plan", "plans of sweeps: what is varied, how often, and what is tuned",
     "A plan is a YAML file for `coldfleet sweep`. How numbers and units are written is said in "
     "`coldfleet-scenario`(5).",
     cf_schema_print_markdown, true},
    {"coldfleet-database", "databases that coldfleet writes: tables, columns, units", NULL, cf_database_print_markdown,
     false},
    {0}};

void cf_man_name(const cf_command *command, char name[CF_MAN_NAME]) {
  snprintf(name, CF_MAN_NAME, "coldfleet-%s", command->name);
  for (char *at = name; *at; at++)
    if (*at == ' ') *at = '-';
}

typedef struct lister {
  void (*each)(void *self, const char *name, char section);
  void *self;
} lister;

static void list_command(void *self, const cf_command *command) {
  const lister *list = self;
  char name[CF_MAN_NAME];
  cf_man_name(command, name);
  list->each(list->self, name, '1');
}

void cf_man_each(const cf_cli *cli, void (*each)(void *self, const char *name, char section), void *self) {
  lister list = {.each = each, .self = self};
  each(self, "coldfleet", '1');
  cf_command_each(cli, list_command, &list);
  for (const document *page = documents; page->name; page++) each(self, page->name, '5');
}

static cf_roff start(FILE *out, const char *name, char section, const char *about) {
  cf_roff_page page = {.name = name,
                       .section = section,
                       .about = about,
                       .title = section == '1' ? "User Commands" : "File Formats",
                       .version = CF_VERSION,
                       .date = CF_VERSION_DATE};
  return cf_roff_start(out, &page);
}

static void write_flag(cf_roff *roff, const cf_flag *flag) {
  char term[160], letter[16] = "", value[64] = "";
  if (flag->letter) snprintf(letter, sizeof letter, "`-%c`, ", flag->letter);
  if (flag->value) snprintf(value, sizeof value, " *%s*", flag->value);
  snprintf(term, sizeof term, "%s`--%s`%s", letter, flag->name, value);
  cf_roff_term(roff, term, flag->help);
}

static void write_flags(cf_roff *roff, const cf_flag *flag) {
  if (!flag->name) return;
  cf_roff_heading(roff, "Options");
  for (; flag->name; flag++) write_flag(roff, flag);
}

/* What the command's help prints below its flags, as it stands. */
static void write_more(cf_roff *roff, const cf_command *command) {
  char *text = NULL;
  size_t length;
  FILE *out = open_memstream(&text, &length);
  if (!out) return;
  command->more(out);
  fclose(out);
  cf_roff_heading(roff, "Columns");
  cf_roff_literal(roff, text + strspn(text, "\n"));
  free(text);
}

static void write_reference(cf_roff *roff, const char *own) {
  char text[256] = "`coldfleet`(1)";
  size_t length = strlen(text);
  for (const document *page = documents; page->name; page++)
    if (strcmp(page->name, own) != 0)
      length += (size_t)snprintf(text + length, sizeof text - length, ", `%s`(5)", page->name);
  cf_roff_heading(roff, "See also");
  cf_roff_paragraph(roff, text);
}

static void write_command(FILE *out, const cf_command *command) {
  char name[CF_MAN_NAME], text[512];
  cf_man_name(command, name);
  cf_roff roff = start(out, name, '1', command->line);
  cf_roff_heading(&roff, "Synopsis");
  snprintf(text, sizeof text, "`coldfleet %s %s`", command->name, command->usage);
  cf_roff_paragraph(&roff, text);
  cf_roff_heading(&roff, "Description");
  snprintf(text, sizeof text, "%c%s.", command->line[0] >= 'a' ? command->line[0] - 32 : command->line[0],
           command->line + 1);
  cf_roff_paragraph(&roff, text);
  if (command->about) cf_roff_paragraph(&roff, command->about);
  write_flags(&roff, command->flags);
  if (command->parts) cf_roff_heading(&roff, "Parts");
  for (const cf_command *const *part = command->parts; part && *part; part++) {
    char term[CF_MAN_NAME + 8];
    cf_man_name(*part, name);
    snprintf(term, sizeof term, "`%s`(1)", name);
    cf_roff_term(&roff, term, (*part)->line);
  }
  if (command->more) write_more(&roff, command);
  cf_roff_heading(&roff, "Example");
  cf_roff_literal(&roff, command->example);
  write_reference(&roff, "");
}

static void write_ring(cf_roff *roff, const cf_cli *cli, unsigned ring, const char *title) {
  bool any = false;
  for (unsigned i = 0; i < cli->command_count; i++) {
    if (cli->commands[i].ring != ring) continue;
    if (!any) cf_roff_subheading(roff, title);
    any = true;
    char name[CF_MAN_NAME], term[CF_MAN_NAME + 8];
    cf_man_name(&cli->commands[i], name);
    snprintf(term, sizeof term, "`%s`(1)", name);
    cf_roff_term(roff, term, cli->commands[i].line);
  }
}

static void write_entries(cf_roff *roff, const char *title, const cf_help_entry *entry) {
  cf_roff_heading(roff, title);
  for (; entry->word; entry++) {
    char term[64];
    snprintf(term, sizeof term, "`%s`", entry->word);
    cf_roff_term(roff, term, entry->text);
  }
}

static void write_program(const cf_cli *cli, FILE *out) {
  cf_roff roff = start(out, "coldfleet", '1', "simulates fleets of edge devices that are short of energy and of cold");
  cf_roff_heading(&roff, "Synopsis");
  cf_roff_paragraph(&roff, "`coldfleet` *COMMAND* ...");
  cf_roff_paragraph(&roff, "`coldfleet help` [`--all`] [*COMMAND*]");
  cf_roff_paragraph(&roff, "`coldfleet --version`");
  cf_roff_heading(&roff, "Description");
  cf_roff_paragraph(&roff, cf_help_question);
  cf_roff_paragraph(&roff, "Data and results go to standard output, talk goes to standard error.");
  cf_roff_heading(&roff, "Commands");
  write_ring(&roff, cli, 1, "The ones to begin with");
  write_ring(&roff, cli, 2, "More");
  write_ring(&roff, cli, 3, "Plumbing");
  write_entries(&roff, "Exit status", cf_help_exit_codes);
  write_entries(&roff, "Environment", cf_help_environment);
  cf_roff_heading(&roff, "Example");
  for (unsigned i = 0; i < cli->command_count; i++)
    if (cli->commands[i].ring == 1) cf_roff_literal(&roff, cli->commands[i].example);
  write_reference(&roff, "");
}

/* Whether the section that begins at `heading`, "## ...", has to do with plans. */
static bool of_plans(const char *heading) {
  char title[128];
  snprintf(title, sizeof title, "%.*s", (int)strcspn(heading, "\n"), heading);
  return strcasestr(title, "plan") != NULL;
}

/* Keeps the sections that belong to the page, in place. */
static void keep_sections(char *markdown, const document *page) {
  char *to = markdown;
  bool keep = !page->plans;
  for (const char *line = markdown; *line;) {
    size_t length = strcspn(line, "\n");
    length += line[length] == '\n';
    if (page->print == cf_schema_print_markdown && strncmp(line, "## ", 3) == 0) keep = of_plans(line) == page->plans;
    if (keep) memmove(to, line, length);
    if (keep) to += length;
    line += length;
  }
  *to = '\0';
}

static void write_document(FILE *out, const document *page) {
  char *text = NULL;
  size_t length;
  FILE *into = open_memstream(&text, &length);
  if (!into) return;
  page->print(into);
  fclose(into);
  keep_sections(text, page);
  cf_roff roff = start(out, page->name, '5', page->about);
  cf_roff_heading(&roff, "Description");
  if (page->intro) cf_roff_paragraph(&roff, page->intro);
  cf_roff_markdown(&roff, text);
  write_reference(&roff, page->name);
  free(text);
}

/* ---- finding a page ---------------------------------------------------------------------------------------------- */

enum { MOST_PAGES = 96 };

typedef struct search {
  char wanted[CF_MAN_NAME]; /* without "coldfleet-" and ".1" */
  const cf_command *command;
  unsigned names;
  char name[MOST_PAGES][CF_MAN_NAME];
} search;

static void offer(search *find, const char *name) {
  if (find->names < MOST_PAGES) snprintf(find->name[find->names++], CF_MAN_NAME, "%s", name);
}

static void look_at(void *self, const cf_command *command) {
  search *find = self;
  char name[CF_MAN_NAME];
  cf_man_name(command, name);
  const char *brief = name + strlen("coldfleet-");
  offer(find, brief);
  if (strcmp(brief, find->wanted) == 0) find->command = command;
}

static void start_search(search *find, const char *name) {
  if (strncmp(name, "coldfleet-", 10) == 0) name += 10;
  snprintf(find->wanted, sizeof find->wanted, "%s", name);
  size_t length = strlen(find->wanted);
  if (length > 2 && find->wanted[length - 2] == '.') find->wanted[length - 2] = '\0';
  offer(find, "coldfleet");
}

cf_status cf_man_write(const cf_cli *cli, const char *name, FILE *out, cf_diag *diag) {
  search find = {0};
  const char *names[MOST_PAGES];
  start_search(&find, name);
  if (strcmp(find.wanted, "coldfleet") == 0) {
    write_program(cli, out);
    return CF_OK;
  }
  for (const document *page = documents; page->name; page++) {
    const char *brief = page->name + strlen("coldfleet-");
    offer(&find, brief);
    if (strcmp(brief, find.wanted) != 0) continue;
    write_document(out, page);
    return CF_OK;
  }
  cf_command_each(cli, look_at, &find);
  if (find.command) {
    write_command(out, find.command);
    return CF_OK;
  }
  for (unsigned i = 0; i < find.names; i++) names[i] = find.name[i];
  int nearest = cf_nearest(find.wanted, names, find.names);
  if (nearest >= 0) return cf_fail(diag, CF_USAGE, "no page '%s' (did you mean '%s'?)", name, names[nearest]);
  return cf_fail(diag, CF_USAGE, "no page '%s' (`%s man --list` names them)", name, cli->program);
}

/* ---- the command ------------------------------------------------------------------------------------------------- */

static void print_name(void *self, const char *name, char section) { fprintf(self, "%s.%c\n", name, section); }

static cf_status run(const cf_cli *cli, int argc, char **argv) {
  man_flags given = {0};
  cf_words words;
  cf_diag diag;
  cf_status status = cf_cli_read(cli, &cf_command_man, argc, argv, &given, &words, 0, 1);
  if (status) return status;
  cf_diag_init(&diag);
  if (given.list)
    cf_man_each(cli, print_name, cli->out.out);
  else
    status = cf_man_write(cli, words.count ? words.word[0] : "coldfleet", cli->out.out, &diag);
  return cf_cli_flush(cli, cf_cli_tell(cli, &diag, status));
}

const cf_command cf_command_man = {
    .name = "man",
    .ring = 3,
    .line = "a page of the manual, as source for man",
    .usage = "[PAGE | --list]",
    .about =
        "PAGE is a command (run), a part of one (probe-sun), scenario, plan or database; without it, the program's.\n"
        "`make install` puts all of them where man finds them; without that, `coldfleet man run | man -l -` shows one.",
    .example = "coldfleet man run",
    .flags = flags,
    .run = run,
};
