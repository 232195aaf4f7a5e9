#include "config/reader.h"

#include "config/scenario.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static cf_status because(char *why, int error) {
  char text[128];
  snprintf(why, CF_READER_WHY, "%s", strerror_r(error, text, sizeof text));
  return CF_IO;
}

static cf_status disk_read(void *self, const char *path, cf_arena *arena, const char **bytes, size_t *length,
                           char *why) {
  (void)self;
  struct stat info;
  if (stat(path, &info) != 0) return because(why, errno);
  if (!S_ISREG(info.st_mode)) { /* a folder; or a pipe, which may never end */
    snprintf(why, CF_READER_WHY, "not a regular file");
    return CF_IO;
  }
  if (info.st_size > CF_READER_MAX_BYTES) {
    snprintf(why, CF_READER_WHY, "larger than 16 MiB");
    return CF_INPUT;
  }
  FILE *file = fopen(path, "rb");
  if (!file) return because(why, errno);
  size_t size = (size_t)info.st_size;
  char *memory = cf_arena_alloc(arena, size + 1, 1);
  if (!memory) {
    fclose(file);
    snprintf(why, CF_READER_WHY, "no memory");
    return CF_INTERNAL;
  }
  size_t got = fread(memory, 1, size, file);
  int failed = ferror(file) ? errno : 0;
  fclose(file);
  if (failed) return because(why, failed);
  memory[got] = '\0';
  *bytes = memory;
  *length = got;
  return CF_OK;
}

static int by_name(const struct dirent **a, const struct dirent **b) { return strcmp((*a)->d_name, (*b)->d_name); }

static void disk_list(void *self, const char *folder, void (*each)(void *, const char *), void *each_self) {
  (void)self;
  struct dirent **entry = NULL;
  int count = scandir(folder, &entry, NULL, by_name);
  for (int i = 0; i < count; i++) {
    if (entry[i]->d_name[0] != '.') each(each_self, entry[i]->d_name);
    free(entry[i]);
  }
  free(entry);
}

cf_reader cf_reader_disk(void) { return (cf_reader){.self = NULL, .read = disk_read, .list = disk_list}; }

static cf_status memory_read(void *self, const char *path, cf_arena *arena, const char **bytes, size_t *length,
                             char *why) {
  const cf_reader_files *files = self;
  for (size_t i = 0; i < files->count; i++) {
    if (strcmp(files->file[i].path, path) != 0) continue;
    if (files->file[i].length > CF_READER_MAX_BYTES) {
      snprintf(why, CF_READER_WHY, "larger than 16 MiB");
      return CF_INPUT;
    }
    *bytes = cf_arena_copy(arena, files->file[i].bytes, files->file[i].length);
    *length = files->file[i].length;
    if (*bytes) return CF_OK;
    snprintf(why, CF_READER_WHY, "no memory");
    return CF_INTERNAL;
  }
  snprintf(why, CF_READER_WHY, "not among the stored input files");
  return CF_IO;
}

static void memory_list(void *self, const char *folder, void (*each)(void *, const char *), void *each_self) {
  const cf_reader_files *files = self;
  size_t prefix = strlen(folder);
  for (size_t i = 0; i < files->count; i++) {
    const char *path = files->file[i].path;
    if (strncmp(path, folder, prefix) == 0 && path[prefix] == '/' && !strchr(path + prefix + 1, '/'))
      each(each_self, path + prefix + 1);
  }
}

cf_reader cf_reader_memory(cf_reader_files *files) {
  return (cf_reader){.self = files, .read = memory_read, .list = memory_list};
}
