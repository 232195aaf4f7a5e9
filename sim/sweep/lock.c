#include "sweep/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LOCK_PATH = 4096, LOCK_WORDS = 160 };

static void sign(int file) {
  char host[64] = "", words[LOCK_WORDS];
  gethostname(host, sizeof host - 1);
  int length = snprintf(words, sizeof words, "process %d on %s\n", (int)getpid(), host);
  /* Who holds it is only for messages. */
  if (ftruncate(file, 0) == 0 && pwrite(file, words, (size_t)length, 0) != length) ftruncate(file, 0);
}

static cf_status refuse(const char *directory, int file, cf_diag *diag) {
  char words[LOCK_WORDS] = "";
  ssize_t length = pread(file, words, sizeof words - 1, 0);
  words[length > 0 ? strcspn(words, "\n") : 0] = '\0';
  return cf_fail(diag, CF_IO, "%s: another sweep or merge is at work there (%s); wait for it, or stop it", directory,
                 words[0] ? words : "unknown process");
}

static bool make_directory(const char *directory) {
  char part[LOCK_PATH];
  if (snprintf(part, sizeof part, "%s", directory) >= LOCK_PATH) return false;
  for (char *slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    mkdir(part, 0777); /* most are there; what cannot be made is missed below */
    *slash = '/';
  }
  return mkdir(part, 0777) == 0 || errno == EEXIST;
}

cf_status cf_lock_take(const char *directory, double patience_s, int *lock, cf_diag *diag) {
  static const double PAUSE_S = 0.02;
  static const struct timespec pause = {.tv_nsec = 20 * 1000 * 1000};
  char path[LOCK_PATH];
  *lock = -1;
  if (snprintf(path, sizeof path, "%s/lock", directory) >= LOCK_PATH)
    return cf_fail(diag, CF_USAGE, "%s: the path is too long", directory);
  if (!make_directory(directory))
    return cf_fail(diag, CF_IO, "%s: cannot make the directory: %s", directory, strerror(errno));
  int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (file < 0) return cf_fail(diag, CF_IO, "%s: cannot be written: %s", path, strerror(errno));
  for (unsigned pauses = 0; flock(file, LOCK_EX | LOCK_NB) != 0; pauses++) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      cf_status status = cf_fail(diag, CF_IO, "%s: cannot be locked: %s", path, strerror(errno));
      close(file);
      return status;
    }
    if (pauses * PAUSE_S >= patience_s) {
      cf_status status = refuse(directory, file, diag);
      close(file);
      return status;
    }
    nanosleep(&pause, NULL);
  }
  sign(file);
  *lock = file;
  return CF_OK;
}

void cf_lock_free(int lock) {
  if (lock >= 0) close(lock);
}
