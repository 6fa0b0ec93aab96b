-- SPDX-License-Identifier: Apache-2.0
-- Ends suppression $1 early.
SELECT analyst.unsuppress($1::bigint) AS id
