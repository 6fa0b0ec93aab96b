/* SPDX-License-Identifier: Apache-2.0 */
/* How often the bytes of a file were not what the index had said. */
ALTER TABLE pypiwatch.task ADD COLUMN mismatches integer NOT NULL DEFAULT 0;
