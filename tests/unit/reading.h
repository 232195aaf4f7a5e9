/* For the tests of readers of text: an arena that is not zeroed by itself, a diagnosis, and what an error must say. */
#ifndef CF_TESTS_UNIT_READING_H
#define CF_TESTS_UNIT_READING_H

#include "../support/cf_test.h"

#include "base/arena.h"
#include "base/diag.h"

typedef struct reading {
  cf_arena *arena;
  cf_diag diag;
} reading;

static inline reading reading_begin(void) {
  reading r = {.arena = cf_arena_create(0xA5)};
  assert_non_null(r.arena);
  cf_diag_init(&r.diag);
  return r;
}

static inline void reading_end(reading *r) { cf_arena_destroy(r->arena); }

/* No error and no warning. */
static inline void assert_clean(const reading *r) {
  if (r->diag.stored) cf_diag_print(&r->diag, stderr, false);
  assert_int_equal(r->diag.stored, 0);
}

static inline void assert_entry(const cf_diag *diag, unsigned index, uint32_t line, uint32_t column, const char *text) {
  if (index >= diag->stored) cf_diag_print(diag, stderr, false);
  assert_in_range(index + 1, 1, diag->stored);
  assert_string_equal(diag->entry[index].text, text);
  assert_int_equal(diag->entry[index].line, line);
  assert_int_equal(diag->entry[index].column, column);
}

/* One error and nothing else. */
static inline void assert_one_error(const cf_diag *diag, uint32_t line, uint32_t column, const char *text) {
  if (diag->stored != 1) cf_diag_print(diag, stderr, false);
  assert_int_equal(diag->stored, 1);
  assert_int_equal(diag->errors, 1);
  assert_int_equal(diag->status, CF_INPUT);
  assert_entry(diag, 0, line, column, text);
}

/* A copy without a terminating NUL, in a block of exactly its size: reading beyond it is seen by the sanitizer. */
static inline char *exact_copy(const char *text, size_t length) {
  char *copy = malloc(length ? length : 1);
  assert_non_null(copy);
  memcpy(copy, text, length);
  return copy;
}

/* `text` with line `number` (from 1) replaced by `with` (several lines are fine), or left out when that is NULL. */
static inline char *with_line(const char *text, uint32_t number, const char *with) {
  const char *start = text;
  for (uint32_t i = 1; i < number; i++) {
    start = strchr(start, '\n');
    assert_non_null(start);
    start++;
  }
  const char *end = strchr(start, '\n');
  end = end ? end + 1 : start + strlen(start);
  size_t size = strlen(text) + (with ? strlen(with) : 0) + 2;
  char *edited = malloc(size);
  assert_non_null(edited);
  snprintf(edited, size, "%.*s%s%s%s", (int)(start - text), text, with ? with : "", with ? "\n" : "", end);
  return edited;
}

#endif
