#include "sweep/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct stream {
  int fd[2]; /* of the pipe: read, write */
  char *text;
  size_t length;
} stream;

static int open_pipes(stream *streams) {
  if (pipe2(streams[0].fd, O_CLOEXEC) != 0) return errno;
  if (pipe2(streams[1].fd, O_CLOEXEC) == 0) return 0;
  int error = errno;
  close(streams[0].fd[0]);
  close(streams[0].fd[1]);
  return error;
}

static int prepare(const stream *streams, posix_spawn_file_actions_t *actions, posix_spawnattr_t *attributes) {
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  int error = posix_spawnattr_setsigmask(attributes, &none);
  if (!error) error = posix_spawnattr_setsigdefault(attributes, &all);
  if (!error) error = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  if (!error) error = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  if (!error) error = posix_spawn_file_actions_adddup2(actions, streams[0].fd[1], STDOUT_FILENO);
  if (!error) error = posix_spawn_file_actions_adddup2(actions, streams[1].fd[1], STDERR_FILENO);
  return error;
}

static int start(const char *const *argv, const stream *streams, pid_t *pid) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int error = posix_spawn_file_actions_init(&actions);
  if (error) return error;
  error = posix_spawnattr_init(&attributes);
  if (!error) {
    error = prepare(streams, &actions, &attributes);
    if (!error) error = posix_spawnp(pid, argv[0], &actions, &attributes, (char *const *)argv, environ);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

/* False at the end of the stream. */
static bool take(stream *from) {
  char dropped[4096];
  size_t room = CF_CHILD_TEXT - 1 - from->length;
  ssize_t got = room ? read(from->fd[0], from->text + from->length, room) : read(from->fd[0], dropped, sizeof dropped);
  if (got < 0) return errno == EINTR;
  if (room) from->length += (size_t)got;
  return got > 0;
}

static void listen_to(stream *streams) {
  struct pollfd wait[2] = {{streams[0].fd[0], POLLIN, 0}, {streams[1].fd[0], POLLIN, 0}};
  while (wait[0].fd >= 0 || wait[1].fd >= 0) {
    if (poll(wait, 2, -1) < 0 && errno != EINTR) break;
    for (unsigned i = 0; i < 2; i++)
      if (wait[i].fd >= 0 && wait[i].revents && !take(&streams[i])) wait[i].fd = -1;
  }
  streams[0].text[streams[0].length] = '\0';
  streams[1].text[streams[1].length] = '\0';
}

int cf_child_run(const char *const *argv, cf_child *child) {
  stream streams[2] = {{.text = child->out}, {.text = child->err}};
  int error = open_pipes(streams);
  if (error) return error;
  pid_t pid = 0;
  error = start(argv, streams, &pid);
  close(streams[0].fd[1]);
  close(streams[1].fd[1]);
  if (!error) listen_to(streams);
  close(streams[0].fd[0]);
  close(streams[1].fd[0]);
  if (error) return error;
  int status = 0;
  while (waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) return errno;
  child->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return 0;
}
