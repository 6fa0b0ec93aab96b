/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNPACK_SDIST_H
#define UNPACK_SDIST_H

/* sdist - what a source archive has to look like (PEP 625, PEP 643). */
struct place;

/* Once all names are in the index, sorted. */
void	sdist_check(struct place *);

#endif
