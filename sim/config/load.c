#include "config/load.h"

#include <sha256.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool cf_load_fail(cf_load *load, cf_source where, const char *format, ...) {
  char text[CF_DIAG_TEXT];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  cf_tree_fail(load->diag, CF_INPUT, where, "%s", text);
  return false;
}

/* The schema finds them in its own order. */
void cf_load_sort_errors(cf_diag *diag, unsigned from) {
  for (unsigned i = from + 1; i < diag->stored; i++) {
    cf_diag_entry moving = diag->entry[i];
    unsigned to = i;
    while (to > from && strcmp(diag->entry[to - 1].file, moving.file) != 0) to--; /* the block of the same file */
    if (to == from) continue;
    while (to > from && strcmp(diag->entry[to - 1].file, moving.file) == 0 &&
           (diag->entry[to - 1].line > moving.line ||
            (diag->entry[to - 1].line == moving.line && diag->entry[to - 1].column > moving.column)))
      to--;
    memmove(&diag->entry[to + 1], &diag->entry[to], (i - to) * sizeof moving);
    diag->entry[to] = moving;
  }
}

bool cf_load_full(const cf_load *load) { return load->diag->errors >= CF_DIAG_MAX; }

void *cf_load_zero(cf_load *load, size_t bytes) {
  void *memory = cf_arena_zero(load->arena, bytes, _Alignof(max_align_t));
  if (!memory) cf_fail(load->diag, CF_INTERNAL, "no memory");
  return memory;
}

char *cf_load_text(cf_load *load, const char *format, ...) {
  va_list args, again;
  va_start(args, format);
  va_copy(again, args);
  int length = vsnprintf(NULL, 0, format, args);
  va_end(args);
  size_t size = (size_t)(length < 0 ? 0 : length) + 1;
  char *copy = cf_arena_alloc(load->arena, size, 1);
  if (copy)
    vsnprintf(copy, size, format, again);
  else
    cf_fail(load->diag, CF_INTERNAL, "no memory");
  va_end(again);
  return copy;
}

/* Grows an array in the arena by doubling; the old one stays behind. */
static void *grow(cf_load *load, void *old, uint32_t count, uint32_t *room, size_t element) {
  if (count < *room) return old;
  uint32_t wider = *room ? *room * 2 : 32;
  void *memory = cf_load_zero(load, element * wider);
  if (!memory) return NULL;
  if (count) memcpy(memory, old, element * count);
  *room = wider;
  return memory;
}

static const cf_input_file *add_input(cf_load *load, cf_input_file file) {
  load->input_bytes += file.length;
  if (load->input_bytes > CF_LOAD_BYTES) {
    cf_fail(load->diag, CF_INPUT, "more than %d MiB of input files", CF_LOAD_BYTES / 1048576);
    return NULL;
  }
  cf_input_file *grown = grow(load, load->input, load->inputs, &load->input_room, sizeof file);
  if (!grown) return NULL;
  load->input = grown;
  SHA256Data((const uint8_t *)file.bytes, file.length, file.sha256);
  load->input[load->inputs] = file;
  return &load->input[load->inputs++];
}

const cf_input_file *cf_load_file(cf_load *load, const char *path, const char *stored_as, cf_source where) {
  if (load->inputs >= CF_LOAD_FILES) {
    cf_load_fail(load, where, "more than %d input files", CF_LOAD_FILES);
    return NULL;
  }
  cf_input_file file = {.path = cf_load_text(load, "%s", stored_as)};
  char why[CF_READER_WHY] = "";
  cf_status status = load->reader.read(load->reader.self, path, load->arena, &file.bytes, &file.length, why);
  if (status) {
    cf_tree_fail(load->diag, status, where, "cannot read '%s': %s", path, why);
    return NULL;
  }
  return file.path ? add_input(load, file) : NULL;
}

size_t cf_load_enter(cf_load *load, const char *key) {
  size_t length = strlen(load->path);
  if (length + 2 < sizeof load->path)
    snprintf(load->path + length, sizeof load->path - length, "%s%.*s", length ? "." : "",
             (int)(sizeof load->path - length - 2), key);
  return length;
}

void cf_load_leave(cf_load *load, size_t length) { load->path[length] = '\0'; }

const char *cf_load_here(const cf_load *load, char *text, size_t size) {
  if (load->path[0])
    snprintf(text, size, "'%.150s'", load->path);
  else
    snprintf(text, size, "%s", load->scenario ? "the scenario" : load->plan ? "the plan" : "the model");
  return text;
}

bool cf_load_constant(cf_load *load, const char *suffix, cf_constant constant) {
  if (load->mute) return true;
  /* Groups of the fleet are named without the word fleet: sensors.storage.leakage. */
  const char *path = strncmp(load->path, "fleet.", 6) == 0 ? load->path + 6 : load->path;
  constant.path = suffix ? cf_load_text(load, "%s.%s", path, suffix) : cf_load_text(load, "%s", path);
  cf_constant *grown = grow(load, load->constant, load->constants, &load->constant_room, sizeof constant);
  if (!grown || !constant.path) return false;
  load->constant = grown;
  load->constant[load->constants++] = constant;
  return true;
}

bool cf_load_is_name(const char *text) {
  size_t length = strlen(text);
  if (length == 0 || length > 100 || text[0] == '.' || text[0] == '-') return false;
  for (const char *p = text; *p; p++)
    if (!(*p >= 'a' && *p <= 'z') && !(*p >= 'A' && *p <= 'Z') && !(*p >= '0' && *p <= '9') && !strchr("._-", *p))
      return false;
  return true;
}
