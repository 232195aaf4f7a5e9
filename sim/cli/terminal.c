#include "cli/terminal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

static bool speaks_utf8(void) {
  static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
  for (unsigned i = 0; i < 3; i++) {
    const char *value = getenv(names[i]);
    if (!value || !*value) continue; /* an empty variable counts as absent (POSIX) */
    return strcasestr(value, "utf-8") || strcasestr(value, "utf8");
  }
  return false;
}

static unsigned width_of(FILE *out, bool tty) {
  if (!tty) return CF_PAGE_WIDTH;
  struct winsize size;
  if (ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const char *columns = getenv("COLUMNS");
  long width = columns ? strtol(columns, NULL, 10) : 0;
  return width >= 20 && width <= 1000 ? (unsigned)width : 80;
}

cf_terminal cf_terminal_open(FILE *out) {
  const char *no_colour = getenv("NO_COLOR");
  const char *term = getenv("TERM");
  bool tty = isatty(fileno(out)) == 1;
  bool dumb = !term || !*term || strcmp(term, "dumb") == 0;
  return (cf_terminal){.out = out,
                       .tty = tty,
                       .colour = tty && !dumb && !(no_colour && *no_colour),
                       .utf8 = speaks_utf8(),
                       .width = width_of(out, tty)};
}

const char *cf_ink_code(const cf_terminal *terminal, cf_ink ink) {
  static const char *const codes[] = {"\033[0m", "\033[1m", "\033[2m", "\033[32m", "\033[31m", "\033[33m"};
  return terminal->colour ? codes[ink] : "";
}

static cf_text undefined(void) { return (cf_text){"-"}; }

cf_text cf_text_grouped(uint64_t count) {
  char digits[24];
  cf_text result;
  int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)count);
  unsigned to = 0;
  for (int i = 0; i < length; i++) {
    if (i > 0 && (length - i) % 3 == 0) result.text[to++] = ',';
    result.text[to++] = digits[i];
  }
  result.text[to] = '\0';
  return result;
}

cf_text cf_text_count(double count) {
  static const char *const suffix[] = {"", " k", " M", " G", " T"};
  cf_text result;
  if (!isfinite(count)) return undefined();
  unsigned power = 0;
  /* 999.5 would round to 1000 with three digits */
  while (fabs(count) >= 999.5 && power < 4) {
    count /= 1000;
    power++;
  }
  snprintf(result.text, sizeof result.text, "%.3g%s", count, suffix[power]);
  return result;
}

cf_text cf_text_share(double share, unsigned digits) {
  cf_text result;
  if (!isfinite(share)) return undefined();
  snprintf(result.text, sizeof result.text, "%.*f %%", (int)digits, share * 100);
  return result;
}

/* Decimals that show `digits` significant ones of a value, never in exponent form above 1e-6. */
static int decimals_for(double value, int digits) {
  double size = fabs(value);
  int decimals = digits - 1;
  while (size >= 10 && decimals > 0) {
    size /= 10;
    decimals--;
  }
  while (size < 1 && decimals < 9) {
    size *= 10;
    decimals++;
  }
  return decimals;
}

cf_text cf_text_small_share(double share) {
  cf_text result;
  if (!isfinite(share)) return undefined();
  double percent = share * 100;
  if (percent == 0)
    snprintf(result.text, sizeof result.text, "0 %%");
  else if (fabs(percent) < 1e-6)
    snprintf(result.text, sizeof result.text, "%.1e %%", percent);
  else
    snprintf(result.text, sizeof result.text, "%.*f %%", decimals_for(percent, 2), percent);
  return result;
}

cf_text cf_text_ratio(double ratio) {
  cf_text result;
  if (isnan(ratio)) return undefined();
  if (ratio >= 99999)
    snprintf(result.text, sizeof result.text, "plenty");
  else if (ratio >= 9.95)
    snprintf(result.text, sizeof result.text, "%.0f : 1", ratio);
  else if (ratio >= 0.095 || ratio <= 0)
    snprintf(result.text, sizeof result.text, "%.1f : 1", ratio);
  else
    snprintf(result.text, sizeof result.text, "%.1g : 1", ratio);
  return result;
}

cf_text cf_text_fixed(double value, unsigned decimals) {
  cf_text result;
  if (!isfinite(value)) return undefined();
  if (fabs(value) >= 1e15)
    snprintf(result.text, sizeof result.text, "%.3e", value);
  else
    snprintf(result.text, sizeof result.text, "%.*f", (int)decimals, value);
  return result;
}

cf_text cf_text_figure(double value, unsigned digits) {
  cf_text result;
  if (!isfinite(value)) return undefined();
  snprintf(result.text, sizeof result.text, "%.*g", (int)digits, value);
  return result;
}

cf_text cf_text_duration(double seconds) {
  static const struct {
    const char *name;
    double seconds;
  } units[] = {{"d", 86400}, {"h", 3600}, {"min", 60}, {"s", 1}};
  cf_text result;
  if (!isfinite(seconds) || seconds < 0) return undefined();
  if (seconds < 60) {
    if (seconds > 0 && seconds < 0.0995)
      snprintf(result.text, sizeof result.text, "%.1g s", seconds);
    else if (seconds == floor(seconds))
      snprintf(result.text, sizeof result.text, "%.0f s", seconds);
    else
      snprintf(result.text, sizeof result.text, "%.1f s", seconds);
    return result;
  }
  double whole = floor(seconds + 0.5);
  for (unsigned i = 0; i < 3; i++) {
    if (whole < units[i].seconds) continue;
    double many = floor(whole / units[i].seconds);
    double rest = floor((whole - many * units[i].seconds) / units[i + 1].seconds);
    if (rest > 0)
      snprintf(result.text, sizeof result.text, "%.0f %s %.0f %s", many, units[i].name, rest, units[i + 1].name);
    else
      snprintf(result.text, sizeof result.text, "%.0f %s", many, units[i].name);
    return result;
  }
  return undefined();
}

cf_text cf_text_date(int64_t unix_s) {
  cf_text result;
  struct tm parts;
  time_t when = (time_t)unix_s;
  if (!gmtime_r(&when, &parts) || !strftime(result.text, sizeof result.text, "%Y-%m-%d", &parts)) return undefined();
  return result;
}

cf_text cf_text_digest(const uint64_t lane[2]) {
  cf_text result;
  snprintf(result.text, sizeof result.text, "%016llx%016llx", (unsigned long long)lane[0], (unsigned long long)lane[1]);
  return result;
}

cf_energy_unit cf_energy_unit_for(double energy_j) {
  double size = fabs(energy_j);
  if (size >= 3.6e7) return (cf_energy_unit){"kWh", 3.6e6};
  if (size >= 3600) return (cf_energy_unit){"Wh", 3600};
  if (size >= 3.6) return (cf_energy_unit){"mWh", 3.6};
  return (cf_energy_unit){"mJ", 1e-3};
}

unsigned cf_text_columns(const char *text) {
  unsigned columns = 0;
  for (; *text; text++) columns += ((unsigned char)*text & 0xC0) != 0x80;
  return columns;
}

void cf_sparkline(const cf_terminal *terminal, const double *value, unsigned count, char *line) {
  static const char *const blocks[] = {"\u2581", "\u2582", "\u2583", "\u2584", "\u2585", "\u2586", "\u2587", "\u2588"};
  static const char ascii[] = ".:-=+*#@";
  double low = INFINITY, high = -INFINITY;
  for (unsigned i = 0; i < count; i++) {
    if (!isfinite(value[i])) continue;
    if (value[i] < low) low = value[i];
    if (value[i] > high) high = value[i];
  }
  for (unsigned i = 0; i < count; i++) {
    if (!isfinite(value[i])) {
      *line++ = ' ';
      continue;
    }
    double share = high > low ? (value[i] - low) / (high - low) : 0.5;
    unsigned level = (unsigned)(share * 7.999);
    if (terminal->utf8) {
      memcpy(line, blocks[level], 3);
      line += 3;
    } else {
      *line++ = ascii[level];
    }
  }
  *line = '\0';
}

static unsigned place_on_line(double value, cf_ends ends, unsigned columns) {
  double share = ends.to > ends.from ? (value - ends.from) / (ends.to - ends.from) : 0.5;
  if (!(share >= 0)) share = 0;
  if (share > 1) share = 1;
  return (unsigned)(share * (columns - 1) + 0.5);
}

void cf_interval_bar(const cf_terminal *terminal, double mean, cf_ends interval, cf_ends line_ends, unsigned columns,
                     char *line) {
  enum { BLANK, ZERO, RANGE, LEFT, RIGHT, DOT };
  static const char *const rich[] = {" ", "\u2502", "\u2500", "\u251c", "\u2524", "\u25cf"};
  static const char *const plain[] = {" ", "|", "-", "[", "]", "*"};
  unsigned char cell[CF_PAGE_WIDTH] = {BLANK};
  if (columns > CF_PAGE_WIDTH) columns = CF_PAGE_WIDTH;
  *line = '\0';
  if (columns == 0) return;
  if (line_ends.from <= 0 && line_ends.to >= 0) cell[place_on_line(0, line_ends, columns)] = ZERO;
  if (!isnan(mean) && !isnan(interval.from) && !isnan(interval.to)) {
    unsigned low = place_on_line(interval.from, line_ends, columns);
    unsigned high = place_on_line(interval.to, line_ends, columns);
    for (unsigned i = low; i <= high; i++) cell[i] = RANGE;
    cell[low] = LEFT;
    cell[high] = RIGHT;
  }
  if (!isnan(mean)) cell[place_on_line(mean, line_ends, columns)] = DOT;
  for (unsigned i = 0; i < columns; i++) line = stpcpy(line, (terminal->utf8 ? rich : plain)[cell[i]]);
}

void cf_bar(const cf_terminal *terminal, double share, unsigned columns, char *line) {
  if (!(share >= 0)) share = 0;
  if (share > 1) share = 1;
  unsigned filled = (unsigned)(share * columns + 1e-9);
  for (unsigned i = 0; i < columns; i++) {
    if (terminal->utf8) {
      memcpy(line, i < filled ? "\u2588" : "\u2591", 3);
      line += 3;
    } else {
      *line++ = i < filled ? '#' : '.';
    }
  }
  *line = '\0';
}
