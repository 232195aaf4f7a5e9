/* Log-normal fading per packet: received power is the mean plus fading_db times a standard normal, so a packet with
 * mean margin_db above sensitivity is lost iff margin_db + fading_db Phi^-1(u) < 0. All in dB. */
#ifndef CF_NETWORK_FADING_H
#define CF_NETWORK_FADING_H

#include <stdbool.h>

/* 0 < u < 1, fading_db >= 0. */
bool cf_packet_lost(double margin_db, double fading_db, double u);

/* Its chance Phi(-margin_db / fading_db), to 1e-15 absolute, by bisection on the same Phi^-1: for load time and for a
 * node's own expectation. */
double cf_packet_loss_chance(double margin_db, double fading_db);

#endif
