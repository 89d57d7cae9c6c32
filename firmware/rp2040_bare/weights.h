/* The models' weights in SRAM, a model at a time.
 * SPDX-License-Identifier: MIT */
#ifndef QUILLET_WEIGHTS_H
#define QUILLET_WEIGHTS_H

/* Copy what the section .weights.quotes or .weights.names holds to where it is linked to be. */
void quillet_fetch_quotes(void);
void quillet_fetch_names(void);

#endif
