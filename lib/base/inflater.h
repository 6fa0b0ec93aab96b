/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_INFLATER_H
#define BASE_INFLATER_H

/*
 * inflater - the decompressor of libdeflate that a process keeps.
 *
 * Making one clears 11 KiB of tables, which a small member does not repay.  It
 * holds nothing between two calls, and is for one thread.
 */
struct libdeflate_decompressor;

/* Borrowed, never freed; NULL when there is no memory. */
struct libdeflate_decompressor *inflater(void);

#endif
