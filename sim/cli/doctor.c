/* coldfleet doctor: what this program is made of, and whether it will work here. */
#include "base/json.h"
#include "base/remath.h"
#include "cli/command.h"
#include "cli/places.h"
#include "cli/version.h"
#include "sweep/child.h"

#include <gsl/gsl_version.h>
#include <sleef.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <yaml.h>

typedef struct doctor_flags {
  const char *models;
  bool json;
} doctor_flags;

#define AT(field) offsetof(doctor_flags, field)
static const cf_flag flags[] = {{"models", 0, CF_FLAG_TEXT, "DIR", "the catalogue of models", AT(models), 0},
                                {"json", 0, CF_FLAG_SWITCH, NULL, "as a JSON object", AT(json), 0},
                                {0}};

/* What cf_math_id gives with the arithmetic that the published digests were made with. */
static const uint64_t GOLDEN_MATH_ID = UINT64_C(0x4f5e52ef83e15259);

/* What is only absent is no problem: something else works without it, as its text says. */
typedef enum finding { FACT, GOOD, ABSENT, BAD } finding;

/* Prints findings as lines or as JSON and counts the bad ones. */
typedef struct findings {
  const cf_cli *cli;
  cf_json json;
  bool as_json;
  unsigned bad;
} findings;

enum { TEXT_COLUMN = 25 };

/* A long text goes on in its column. */
static void print_text(FILE *out, const char *text) {
  unsigned column = TEXT_COLUMN;
  for (const char *word = text; *word;) {
    size_t length = strcspn(word, " ");
    if (column > TEXT_COLUMN && column + 1 + length > CF_PAGE_WIDTH) {
      fprintf(out, "\n%*s", TEXT_COLUMN, "");
      column = TEXT_COLUMN;
    }
    column += (unsigned)fprintf(out, "%s%.*s", column > TEXT_COLUMN ? " " : "", (int)length, word);
    word += length + (word[length] == ' ');
  }
  fputc('\n', out);
}

static void find(findings *f, finding verdict, const char *key, const char *text) {
  static const char *const words[] = {"", "ok", "missing", "NOT OK"};
  static const cf_ink inks[] = {CF_INK_NONE, CF_INK_GREEN, CF_INK_YELLOW, CF_INK_RED};
  static const char *const states[] = {NULL, "ok", "missing", "not ok"};
  const cf_terminal *out = &f->cli->out;
  f->bad += verdict == BAD;
  if (f->as_json) {
    cf_json_object(&f->json, key);
    cf_json_text(&f->json, "value", text);
    if (verdict != FACT) cf_json_text(&f->json, "state", states[verdict]);
    cf_json_close(&f->json);
    return;
  }
  fprintf(out->out, "%-16s %s%-7s%s ", key, cf_ink_code(out, inks[verdict]), words[verdict],
          cf_ink_code(out, CF_INK_NONE));
  print_text(out->out, text);
}

#if defined(__clang__)
#define COMPILER "clang " __clang_version__
#else
#define COMPILER "gcc " __VERSION__
#endif

/* What the library was built with, as far as something here depends on it. */
static void find_sqlite(findings *f) {
  char text[200];
  sqlite3 *database = NULL;
  bool opened = sqlite3_open(":memory:", &database) == SQLITE_OK;
  bool mathematics = opened && sqlite3_exec(database, "SELECT sqrt(2)", NULL, NULL, NULL) == SQLITE_OK;
  bool threads = sqlite3_threadsafe() != 0;
  int attached = opened ? sqlite3_limit(database, SQLITE_LIMIT_ATTACHED, -1) : 0;
  sqlite3_close(database);
  snprintf(text, sizeof text, "%s%s; %d files attached at most",
           mathematics ? "mathematical functions" : "no mathematical functions, which intervals and reports need",
           threads ? ", safe with threads" : "; not safe with threads, which runs need", attached);
  find(f, mathematics && threads ? GOOD : BAD, "SQLite's build", text);
}

static void find_versions(findings *f) {
  char text[200];
  struct utsname host;
  find(f, FACT, "program", "coldfleet " CF_VERSION);
  find(f, FACT, "compiler", COMPILER);
  snprintf(text, sizeof text, "%s (built with %s)", gsl_version, GSL_VERSION);
  find(f, FACT, "GSL", text);
  snprintf(text, sizeof text, "%s (built with %s)", sqlite3_libversion(), SQLITE_VERSION);
  /* STRICT tables exist since 3.37. */
  find(f, sqlite3_libversion_number() >= 3037000 ? GOOD : BAD, "SQLite", text);
  find_sqlite(f);
  find(f, FACT, "libyaml", yaml_get_version_string());
  snprintf(text, sizeof text, "%d.%d.%d", SLEEF_VERSION_MAJOR, SLEEF_VERSION_MINOR, SLEEF_VERSION_PATCHLEVEL);
  find(f, FACT, "SLEEF", text);
  if (uname(&host) == 0) {
    snprintf(text, sizeof text, "%.60s %.60s %.60s", host.sysname, host.release, host.machine);
    find(f, FACT, "system", text);
  }
  snprintf(text, sizeof text, "%ld online", sysconf(_SC_NPROCESSORS_ONLN));
  find(f, FACT, "cores", text);
}

static void find_cpu(findings *f) {
  char text[80] = "";
#if defined(__x86_64__)
  __builtin_cpu_init();
  snprintf(text, sizeof text, "sse2%s%s%s%s", __builtin_cpu_supports("avx") ? " avx" : "",
           __builtin_cpu_supports("avx2") ? " avx2" : "", __builtin_cpu_supports("fma") ? " fma" : "",
           __builtin_cpu_supports("avx512f") ? " avx512f" : "");
#else
  snprintf(text, sizeof text, "not an x86-64 processor");
#endif
  find(f, FACT, "CPU", text);
}

static void find_math(findings *f) {
  char text[120];
  uint64_t id = cf_math_id();
  if (id == GOLDEN_MATH_ID)
    snprintf(text, sizeof text, "%016llx, as the published digests", (unsigned long long)id);
  else
    snprintf(text, sizeof text, "%016llx, not %016llx: digests differ from the published ones", (unsigned long long)id,
             (unsigned long long)GOLDEN_MATH_ID);
  find(f, id == GOLDEN_MATH_ID ? GOOD : BAD, "math_id", text);
}

/* A place that one of the functions of places.h finds. */
static void find_place(findings *f, const char *key, finding otherwise,
                       cf_status (*look)(char path[CF_PATH_MAX], cf_diag *diag)) {
  char path[CF_PATH_MAX];
  cf_diag diag;
  cf_diag_init(&diag);
  bool found = look(path, &diag) == CF_OK;
  find(f, found ? GOOD : otherwise, key, found ? path : diag.entry[0].text);
}

static void find_models(findings *f, const char *models) {
  char path[CF_PATH_MAX];
  cf_diag diag;
  cf_diag_init(&diag);
  bool found = cf_find_models(models, path, &diag) == CF_OK;
  find(f, found ? GOOD : BAD, "models", found ? path : diag.entry[0].text);
}

static void find_room(findings *f) {
  static const double LEAST_BYTES = 100e6; /* a rule of our own: the databases of some scenarios that ship */
  char text[200];
  struct statvfs disk;
  const char *out = cf_is_directory("out") ? "out" : ".";
  bool writable = access(out, W_OK) == 0;
  find(f, writable ? GOOD : BAD, "results go to",
       writable ? "./out" : "./out, which cannot be written; use -o for another place");
  if (statvfs(out, &disk) != 0) return;
  double free_bytes = (double)disk.f_bavail * (double)disk.f_frsize;
  snprintf(text, sizeof text, "%sB there%s", cf_text_count(free_bytes).text,
           free_bytes < LEAST_BYTES ? ", which is little; use -o for another place" : "");
  find(f, free_bytes < LEAST_BYTES ? BAD : GOOD, "free space", text);
}

/* Asks the program that submits jobs for its version; whether a cluster answers is not asked, as that may take long. */
static void find_slurm(findings *f) {
  static const char *const question[] = {"sbatch", "--version", NULL};
  cf_child *child = malloc(sizeof *child);
  if (!child) return;
  if (cf_child_run(question, child) == 0 && child->status == 0) {
    child->out[strcspn(child->out, "\n")] = '\0';
    find(f, GOOD, "Slurm", child->out);
  } else {
    find(f, ABSENT, "Slurm",
         "no sbatch here, so sweeps run on this machine alone; for a cluster work on "
         "one of its login nodes, or install Slurm's client (Debian: slurm-client)");
  }
  free(child);
}

static cf_status run(const cf_cli *cli, int argc, char **argv) {
  doctor_flags given = {0};
  cf_words words;
  cf_status status = cf_cli_read(cli, &cf_command_doctor, argc, argv, &given, &words, 0, 0);
  if (status) return status;
  findings f = {.cli = cli, .json = cf_json_start(cli->out.out), .as_json = given.json};
  if (f.as_json) cf_json_object(&f.json, NULL);
  find_versions(&f);
  find_cpu(&f);
  find_math(&f);
  find_models(&f, given.models);
  find_place(&f, "saved queries", BAD, cf_find_queries);
  find_place(&f, "reference tables", ABSENT, cf_find_reference);
  find_place(&f, "charts", ABSENT, cf_find_charts);
  find_place(&f, "report's page", ABSENT, cf_find_style);
  find_place(&f, "report's scripts", ABSENT, cf_find_web);
  find_room(&f);
  find_slurm(&f);
  if (f.as_json) {
    cf_json_count(&f.json, "problems", f.bad);
    cf_json_close(&f.json);
  } else if (f.bad) {
    fprintf(cli->out.out, "%u problem%s\n", f.bad, f.bad == 1 ? "" : "s");
  } else {
    fputs("all is well\n", cli->out.out);
  }
  return cf_cli_flush(cli, f.bad ? CF_ASSERTION : CF_OK);
}

const cf_command cf_command_doctor = {
    .name = "doctor",
    .ring = 1,
    .line = "check that the program will work here",
    .usage = "[--json]",
    .about =
        "Exit code 4 when something is not as it should be. What is missing is not needed by everybody: its line\n"
        "says what goes without it.",
    .example = "coldfleet doctor",
    .flags = flags,
    .run = run,
};
