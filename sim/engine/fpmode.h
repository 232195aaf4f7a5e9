/* The floating-point mode of a thread: rounding to nearest, no trap, no flush-to-zero. The same history needs the same
 * mode in every thread, and a plug-in or a library may have changed it. On x86-64 that is the control part of MXCSR;
 * elsewhere nothing is checked. */
#ifndef CF_ENGINE_FPMODE_H
#define CF_ENGINE_FPMODE_H

#include <stdbool.h>
#include <stdint.h>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

enum { CF_FPMODE_PLAIN = 0x1f80, CF_FPMODE_FLAGS = 0x3f }; /* all masked; the flags are sticky and mean nothing */

static inline uint32_t cf_fpmode_get(void) {
#if defined(__x86_64__)
  return _mm_getcsr() & ~(uint32_t)CF_FPMODE_FLAGS;
#else
  return CF_FPMODE_PLAIN;
#endif
}

static inline void cf_fpmode_set(uint32_t mode) {
#if defined(__x86_64__)
  _mm_setcsr(mode);
#else
  (void)mode;
#endif
}

#endif
