-- SPDX-License-Identifier: Apache-2.0
-- What a report of detection $1 to PyPI says; NULL when there is none.
SELECT analyst.report_source($1::bigint) AS object
