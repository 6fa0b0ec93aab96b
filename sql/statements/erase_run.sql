-- SPDX-License-Identifier: Apache-2.0
-- Person $1 as an author ($2) and as an uploader ($3) becomes $4 everywhere but
-- in files; if not really ($5), tells only how often.
SELECT r->>'releases' AS releases, r->>'owners' AS owners,
    r->>'events' AS events, r->>'campaigns' AS campaigns,
    r->>'alerts' AS alerts, coalesce((SELECT max(id) FROM pypiwatch.upload),
	0) AS newest
FROM pypiwatch.erase_run($1, $2::boolean, $3::boolean, $4, $5::boolean) AS r
