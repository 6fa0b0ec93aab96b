/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who of a mail's recipients may still get it, when others have it: addresses
 * with commas between; NULL: all, or nobody.
 */
ALTER TABLE pypiwatch.delivery ADD COLUMN left_to text;
