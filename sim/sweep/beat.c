#include "sweep/beat.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static bool path_of(const char *directory, const char *name, char path[CF_CAMPAIGN_PATH]) {
  return snprintf(path, CF_CAMPAIGN_PATH, "%s/running%s%s", directory, name[0] ? "/" : "", name) < CF_CAMPAIGN_PATH;
}

void cf_beat_write(const char *directory, const char *name, const cf_work_state *state) {
  char folder[CF_CAMPAIGN_PATH], path[CF_CAMPAIGN_PATH], fresh[CF_CAMPAIGN_PATH + 8], host[CF_BEAT_HOST] = "";
  if (!path_of(directory, "", folder) || !path_of(directory, name, path)) return;
  mkdir(folder, 0777);
  snprintf(fresh, sizeof fresh, "%s.new", path);
  FILE *file = fopen(fresh, "w");
  if (!file) return;
  gethostname(host, sizeof host - 1);
  fprintf(file, "%s %ld %u %u %u %.9g %.17g %.9g %u", host[0] ? host : "-", (long)getpid(), state->runs, state->done,
          state->failed, state->share, state->events, state->elapsed_s, state->workers);
  for (unsigned i = 0; i < state->workers; i++) fprintf(file, " %d", state->process[i]);
  fputc('\n', file);
  if (fclose(file) != 0 || rename(fresh, path) != 0) remove(fresh);
}

void cf_beat_remove(const char *directory, const char *name) {
  char path[CF_CAMPAIGN_PATH];
  if (path_of(directory, name, path)) remove(path);
  if (path_of(directory, "", path)) rmdir(path); /* the last one puts out the light */
}

/* The words of a sign of life, one after the other; `whole` becomes false where one is missing or no number. */
typedef struct words {
  char *rest;
  bool whole;
} words;

static double number(words *w, double most) {
  char *end, *word = strtok_r(NULL, " \n", &w->rest);
  double value = word ? strtod(word, &end) : 0;
  if (word && *end == '\0' && value >= 0 && value <= most) return value;
  w->whole = false;
  return 0;
}

static bool parse(char *line, cf_beat *beat) {
  words w = {.whole = true};
  const char *host = strtok_r(line, " \n", &w.rest);
  if (!host) return false;
  snprintf(beat->host, sizeof beat->host, "%s", host);
  beat->process = (long)number(&w, INT32_MAX);
  beat->runs = (uint32_t)number(&w, UINT32_MAX);
  beat->done = (uint32_t)number(&w, UINT32_MAX);
  beat->failed = (uint32_t)number(&w, UINT32_MAX);
  beat->share = number(&w, 1);
  beat->events = number(&w, 1e300);
  beat->elapsed_s = number(&w, 1e12);
  beat->workers = (unsigned)number(&w, CF_WORK_MOST);
  for (unsigned i = 0; w.whole && i < beat->workers; i++) beat->worker[i] = (int)number(&w, INT32_MAX);
  return w.whole;
}

/* A file is only used when it is read whole. */
static bool read_one(const char *directory, const char *name, cf_beat *beat) {
  char path[CF_CAMPAIGN_PATH], line[CF_BEAT_HOST + 12 * (CF_WORK_MOST + 16)];
  struct stat about;
  struct timespec now;
  *beat = (cf_beat){0};
  if (snprintf(beat->name, sizeof beat->name, "%s", name) >= CF_BEAT_NAME || !path_of(directory, name, path))
    return false;
  FILE *file = fopen(path, "r");
  if (!file) return false;
  bool whole = fstat(fileno(file), &about) == 0 && fgets(line, sizeof line, file) && parse(line, beat);
  fclose(file);
  if (!whole) return false;
  clock_gettime(CLOCK_REALTIME, &now);
  beat->age_s = (double)(now.tv_sec - about.st_mtim.tv_sec) + 1e-9 * (double)(now.tv_nsec - about.st_mtim.tv_nsec);
  return true;
}

static int is_beat(const struct dirent *entry) {
  size_t length = strlen(entry->d_name);
  return entry->d_name[0] != '.' && !(length > 4 && strcmp(entry->d_name + length - 4, ".new") == 0);
}

void cf_beat_read(const char *directory, void (*each)(void *self, const cf_beat *beat), void *self) {
  char path[CF_CAMPAIGN_PATH];
  struct dirent **entry;
  if (!path_of(directory, "", path)) return;
  int count = scandir(path, &entry, is_beat, alphasort);
  for (int i = 0; i < count; i++) {
    cf_beat beat;
    if (i < CF_BEATS && read_one(directory, entry[i]->d_name, &beat)) each(self, &beat);
    free(entry[i]);
  }
  if (count >= 0) free(entry);
}
