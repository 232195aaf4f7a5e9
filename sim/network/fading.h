/* Log-normal fading per packet: received power is the mean plus fading_db times a standard normal, so a packet with
 * mean margin_db above sensitivity is lost when margin_db + fading_db Phi^-1(u) < 0, that is when a uniform u lies
 * below Phi(-margin_db / fading_db) = erfc(margin_db / (fading_db sqrt 2)) / 2. All in dB. */
#ifndef CF_NETWORK_FADING_H
#define CF_NETWORK_FADING_H

/* That chance, to 1e-15 absolute; fading_db >= 0. Without fading a packet is lost if and only if margin_db < 0. */
double cf_packet_loss_chance(double margin_db, double fading_db);

#endif
