#include "store/saved.h"

#include "config/suggest.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_BYTES = 4096, QUERY_MAX_BYTES = 1 << 20, LINE_BYTES = 256 };

static bool is_query(const char *file) {
  size_t length = strlen(file);
  return file[0] != '.' && length > 4 && strcmp(file + length - 4, ".sql") == 0;
}

static int query_filter(const struct dirent *entry) { return is_query(entry->d_name); }

/* The files of the directory in order of names; -1 with a diagnostic. strcmp, so that no locale has a say. */
static int by_name(const struct dirent **a, const struct dirent **b) { return strcmp((*a)->d_name, (*b)->d_name); }

static int scan(const char *directory, struct dirent ***entries, cf_diag *diag) {
  int count = scandir(directory, entries, query_filter, by_name);
  if (count < 0) cf_fail(diag, CF_IO, "%s: cannot read the directory of saved queries", directory);
  return count;
}

static void free_entries(struct dirent **entries, int count) {
  for (int i = 0; i < count; i++) free(entries[i]);
  free(entries);
}

/* A name is one word, so that it cannot leave the directory. */
static bool is_name(const char *name) {
  if (!name[0] || name[0] == '.') return false;
  return !strchr(name, '/');
}

static cf_status unknown(const char *directory, const char *name, cf_diag *diag) {
  struct dirent **entries = NULL;
  int count = scan(directory, &entries, diag);
  if (count < 0) return CF_IO;
  cf_suggestion nearest = {.given = name};
  for (int i = 0; i < count; i++) {
    entries[i]->d_name[strlen(entries[i]->d_name) - 4] = '\0';
    cf_suggest_offer(&nearest, entries[i]->d_name, 0);
  }
  char hint[LINE_BYTES];
  cf_fail(diag, CF_USAGE, "there is no saved query '%s'%s", name, cf_suggest_text(&nearest, hint, sizeof hint));
  free_entries(entries, count);
  return CF_USAGE;
}

cf_status cf_saved_read(const char *directory, const char *name, char **sql, cf_diag *diag) {
  *sql = NULL;
  char path[PATH_BYTES];
  int length = snprintf(path, sizeof path, "%s/%s.sql", directory, name);
  FILE *file = is_name(name) && length > 0 && length < PATH_BYTES ? fopen(path, "rb") : NULL;
  if (!file) return unknown(directory, name, diag);
  char *text = malloc(QUERY_MAX_BYTES + 1);
  if (!text) {
    fclose(file);
    return cf_fail(diag, CF_INTERNAL, "no memory to read %s", path);
  }
  size_t read = fread(text, 1, QUERY_MAX_BYTES + 1, file);
  bool failed = ferror(file) != 0;
  fclose(file);
  cf_status status = CF_OK;
  if (failed) status = cf_fail(diag, CF_IO, "%s: cannot read the saved query", path);
  if (read > QUERY_MAX_BYTES)
    status = cf_fail(diag, CF_IO, "%s: a saved query has at most %d bytes", path, QUERY_MAX_BYTES);
  if (status != CF_OK) {
    free(text);
    return status;
  }
  text[read] = '\0';
  *sql = text;
  return CF_OK;
}

/* The text of a first line "-- text"; empty when there is none. */
static void read_title(const char *directory, const char *file, char *title, size_t size) {
  char path[PATH_BYTES], line[LINE_BYTES] = "";
  title[0] = '\0';
  if (snprintf(path, sizeof path, "%s/%s", directory, file) >= PATH_BYTES) return;
  FILE *in = fopen(path, "rb");
  if (!in) return;
  if (fgets(line, sizeof line, in) && strncmp(line, "--", 2) == 0) {
    line[strcspn(line, "\r\n")] = '\0';
    snprintf(title, size, "%s", line + 2 + strspn(line + 2, " "));
  }
  fclose(in);
}

cf_status cf_saved_list(const char *directory, FILE *out, cf_diag *diag) {
  struct dirent **entries = NULL;
  int count = scan(directory, &entries, diag);
  if (count < 0) return CF_IO;
  int width = 0;
  for (int i = 0; i < count; i++) {
    int length = (int)strlen(entries[i]->d_name) - 4;
    if (length > width) width = length;
  }
  for (int i = 0; i < count; i++) {
    char title[LINE_BYTES];
    read_title(directory, entries[i]->d_name, title, sizeof title);
    fprintf(out, "%-*.*s  %s\n", width, (int)strlen(entries[i]->d_name) - 4, entries[i]->d_name, title);
  }
  free_entries(entries, count);
  return CF_OK;
}
