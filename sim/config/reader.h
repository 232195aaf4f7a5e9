/* Where the bytes of input files come from: the disk, or memory (a replay from a database).
 *
 * A reader is a table of two functions; the loader knows no other way to a file. Paths are as the loader makes them. */
#ifndef CF_CONFIG_READER_H
#define CF_CONFIG_READER_H

#include "base/arena.h"
#include "base/status.h"

#include <stddef.h>

enum { CF_READER_MAX_BYTES = 16 * 1024 * 1024, CF_READER_WHY = 200 };

struct cf_input_file;

typedef struct cf_reader {
  void *self;
  /* The file's bytes, with a NUL behind the last, in the arena. CF_IO with a reason in `why` (CF_READER_WHY bytes) when
   * it cannot be read, CF_INPUT when it is larger than CF_READER_MAX_BYTES. */
  cf_status (*read)(void *self, const char *path, cf_arena *arena, const char **bytes, size_t *length, char *why);
  /* Calls `each` for the name of every file in a folder, in byte order; nothing when there is no such folder. */
  void (*list)(void *self, const char *folder, void (*each)(void *each_self, const char *name), void *each_self);
} cf_reader;

cf_reader cf_reader_disk(void);

/* Files in memory, found by their exact path. The files must outlive the reader. */
typedef struct cf_reader_files {
  const struct cf_input_file *file;
  size_t count;
} cf_reader_files;
cf_reader cf_reader_memory(cf_reader_files *files);

#endif
