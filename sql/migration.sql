/* SPDX-License-Identifier: Apache-2.0 */
/* What migrating itself needs; safe to run again. */
CREATE SCHEMA IF NOT EXISTS pypiwatch;
CREATE TABLE IF NOT EXISTS pypiwatch.migration (
	version		integer PRIMARY KEY,
	name		text NOT NULL,
	applied_at	timestamptz NOT NULL DEFAULT now()
);
