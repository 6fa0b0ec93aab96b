-- SPDX-License-Identifier: Apache-2.0
-- Holds verdict $4 on file $2 with digest $3 for look back $1; false when it
-- says nothing new.
SELECT pypiwatch.verdict_hold($1::bigint, $2::bigint, $3, $4::jsonb) AS held
