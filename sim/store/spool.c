#include "store/spool.h"

#include <fcntl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A row: total length u32, relation u16, cells u16, then per cell its type u8 and 8 bytes, or a length u32 and the
 * bytes. It never straddles the memory and the file: the memory is moved into the file whole. */
enum { HEAD_BYTES = 8 };

void cf_spool_init(cf_spool *spool, const char *directory, size_t limit_bytes) {
  *spool = (cf_spool){.directory = directory, .limit_bytes = limit_bytes, .file = -1};
}

void cf_spool_free(cf_spool *spool) {
  free(spool->memory);
  if (spool->file >= 0) close(spool->file);
  cf_spool_init(spool, spool->directory, spool->limit_bytes);
}

static cf_status file_error(const cf_spool *spool, const char *what, cf_diag *diag) {
  char cause[128];
  return cf_fail(diag, CF_IO, "%s: cannot %s the rows of a run that has not ended: %s", spool->directory, what,
                 strerror_r(errno, cause, sizeof cause));
}

static int open_nameless(const char *directory) {
  int file = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file >= 0) return file;
  char path[4096];
  int length = snprintf(path, sizeof path, "%s/.coldfleet-XXXXXX", directory);
  if (length < 0 || (size_t)length >= sizeof path) return -1;
  file = mkostemp(path, O_CLOEXEC);
  if (file >= 0) unlink(path);
  return file;
}

/* Moves the memory to the end of the file. */
static cf_status spill(cf_spool *spool, cf_diag *diag) {
  if (spool->file < 0) spool->file = open_nameless(spool->directory);
  if (spool->file < 0) return file_error(spool, "make a file to keep", diag);
  for (size_t done = 0; done < spool->used;) {
    ssize_t step = write(spool->file, spool->memory + done, spool->used - done);
    if (step < 0 && errno == EINTR) continue;
    if (step <= 0) return file_error(spool, "keep", diag);
    done += (size_t)step;
  }
  spool->used = 0;
  return CF_OK;
}

static cf_status reserve(cf_spool *spool, size_t bytes, cf_diag *diag) {
  if (spool->used + bytes > spool->limit_bytes && spool->used > 0) {
    cf_status status = spill(spool, diag);
    if (status != CF_OK) return status;
  }
  if (spool->used + bytes <= spool->size) return CF_OK;
  size_t size = spool->size ? spool->size : 4096;
  while (size < spool->used + bytes) size *= 2;
  unsigned char *memory = realloc(spool->memory, size);
  if (!memory) return cf_fail(diag, CF_INTERNAL, "no memory to keep the rows of a run");
  spool->memory = memory;
  spool->size = size;
  return CF_OK;
}

static unsigned char *put_bytes(unsigned char *at, const void *bytes, size_t length) {
  memcpy(at, bytes, length);
  return at + length;
}

cf_status cf_spool_put(cf_spool *spool, cf_relation_id relation, const cf_cell *cell, uint32_t count, cf_diag *diag) {
  size_t bytes = HEAD_BYTES;
  for (uint32_t i = 0; i < count; i++) {
    bool counted = cell[i].type == CF_CELL_TEXT || cell[i].type == CF_CELL_BLOB;
    bytes += 1 + (counted ? sizeof(uint32_t) + (size_t)cell[i].length : sizeof(int64_t));
  }
  if (bytes > UINT32_MAX / 2) return cf_fail(diag, CF_INTERNAL, "a row of %zu bytes is too long", bytes);
  cf_status status = reserve(spool, bytes, diag);
  if (status != CF_OK) return status;
  uint32_t total = (uint32_t)bytes;
  uint16_t head[2] = {(uint16_t)relation, (uint16_t)count};
  unsigned char *at = spool->memory + spool->used;
  at = put_bytes(at, &total, sizeof total);
  at = put_bytes(at, head, sizeof head);
  for (uint32_t i = 0; i < count; i++) {
    *at++ = (unsigned char)cell[i].type;
    if (cell[i].type == CF_CELL_TEXT || cell[i].type == CF_CELL_BLOB) {
      at = put_bytes(at, &cell[i].length, sizeof cell[i].length);
      at = put_bytes(at, cell[i].as.text, cell[i].length);
    } else {
      int64_t zero = 0;
      at = put_bytes(at, cell[i].type == CF_CELL_NULL ? (const void *)&zero : (const void *)&cell[i].as, sizeof zero);
    }
  }
  spool->used += bytes;
  spool->rows++;
  return CF_OK;
}

/* Decodes the row at `bytes` and hands it on. Text stays where it is. */
static cf_status hand_on(const unsigned char *bytes, cf_spool_row row, void *self, cf_diag *diag) {
  uint16_t head[2];
  memcpy(head, bytes + sizeof(uint32_t), sizeof head);
  const unsigned char *at = bytes + HEAD_BYTES;
  cf_cell cell[CF_MAX_COLUMNS];
  for (uint32_t i = 0; i < head[1]; i++) {
    cell[i] = (cf_cell){.type = (cf_cell_type)*at++};
    if (cell[i].type == CF_CELL_TEXT || cell[i].type == CF_CELL_BLOB) {
      memcpy(&cell[i].length, at, sizeof cell[i].length);
      at += sizeof cell[i].length;
      cell[i].as.text = (const char *)at;
      at += cell[i].length;
    } else {
      memcpy(&cell[i].as, at, sizeof cell[i].as);
      at += sizeof cell[i].as;
    }
  }
  return row(self, (cf_relation_id)head[0], cell, head[1], diag);
}

/* Hands on the whole rows of a block; *left is what remains of a row that was cut. */
static cf_status hand_on_block(const unsigned char *block, size_t length, size_t *left, cf_spool_row row, void *self,
                               cf_diag *diag) {
  size_t at = 0;
  while (length - at >= sizeof(uint32_t)) {
    uint32_t total;
    memcpy(&total, block + at, sizeof total);
    if (length - at < total) break;
    cf_status status = hand_on(block + at, row, self, diag);
    if (status != CF_OK) return status;
    at += total;
  }
  *left = length - at;
  return CF_OK;
}

static cf_status read_file(cf_spool *spool, cf_spool_row row, void *self, cf_diag *diag) {
  size_t size = 1 << 20, kept = 0;
  unsigned char *block = malloc(size);
  if (!block) return cf_fail(diag, CF_INTERNAL, "no memory to read the rows of a run");
  cf_status status = CF_OK;
  off_t offset = 0;
  while (status == CF_OK) {
    ssize_t step = pread(spool->file, block + kept, size - kept, offset);
    if (step < 0 && errno == EINTR) continue;
    if (step < 0) status = file_error(spool, "read", diag);
    if (step <= 0) break;
    offset += step;
    size_t length = kept + (size_t)step;
    status = hand_on_block(block, length, &kept, row, self, diag);
    memmove(block, block + (length - kept), kept);
    if (kept == size) { /* a row longer than the block */
      unsigned char *larger = realloc(block, size *= 2);
      if (!larger) {
        status = cf_fail(diag, CF_INTERNAL, "no memory to read the rows of a run");
        break;
      }
      block = larger;
    }
  }
  free(block);
  return status;
}

cf_status cf_spool_read(cf_spool *spool, cf_spool_row row, void *self, cf_diag *diag) {
  if (spool->file >= 0) {
    cf_status status = read_file(spool, row, self, diag);
    if (status != CF_OK) return status;
  }
  size_t left = 0;
  return hand_on_block(spool->memory, spool->used, &left, row, self, diag);
}
