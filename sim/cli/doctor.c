/* coldfleet doctor: what this program is made of, and whether it will work here. */
#include "base/remath.h"
#include "cli/command.h"
#include "cli/json.h"
#include "cli/places.h"
#include "cli/version.h"

#include <gsl/gsl_version.h>
#include <sleef.h>
#include <sqlite3.h>
#include <string.h>
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

typedef enum finding { FACT, GOOD, BAD } finding;

/* Prints findings as lines or as JSON and counts the bad ones. */
typedef struct findings {
  const cf_cli *cli;
  cf_json json;
  bool as_json;
  unsigned bad;
} findings;

static void find(findings *f, finding verdict, const char *key, const char *text) {
  const cf_terminal *out = &f->cli->out;
  f->bad += verdict == BAD;
  if (f->as_json) {
    cf_json_object(&f->json, key);
    cf_json_text(&f->json, "value", text);
    if (verdict != FACT) cf_json_bool(&f->json, "good", verdict == GOOD);
    cf_json_close(&f->json);
    return;
  }
  static const char *const words[] = {"", "ok", "NOT OK"};
  static const cf_ink inks[] = {CF_INK_NONE, CF_INK_GREEN, CF_INK_RED};
  fprintf(out->out, "%-16s %s%-6s%s %s\n", key, cf_ink_code(out, inks[verdict]), words[verdict],
          cf_ink_code(out, CF_INK_NONE), text);
}

#if defined(__clang__)
#define COMPILER "clang " __clang_version__
#else
#define COMPILER "gcc " __VERSION__
#endif

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

static void find_places(findings *f, const char *models) {
  char path[CF_PATH_MAX];
  cf_diag diag;
  cf_diag_init(&diag);
  bool found = cf_find_models(models, path, &diag) == CF_OK;
  find(f, found ? GOOD : BAD, "models", found ? path : diag.entry[0].text);
  cf_diag_init(&diag);
  found = cf_find_queries(path, &diag) == CF_OK;
  find(f, found ? GOOD : BAD, "saved queries", found ? path : diag.entry[0].text);
  const char *out = cf_is_directory("out") ? "out" : ".";
  bool writable = access(out, W_OK) == 0;
  find(f, writable ? GOOD : BAD, "results go to",
       writable ? "./out" : "./out, which cannot be written; use -o for another place");
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
  find_places(&f, given.models);
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
    .about = "Exit code 4 when something is not as it should be.",
    .example = "coldfleet doctor",
    .flags = flags,
    .run = run,
};
