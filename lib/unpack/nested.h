/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNPACK_NESTED_H
#define UNPACK_NESTED_H

/* nested - archives inside archives. */
struct place;
struct member;

/* Looks into a member that was delivered, if it is an archive; the path of
 * the member in hand is in the place. */
void	nested_walk(struct place *, const struct member *);

#endif
