-- SPDX-License-Identifier: Apache-2.0
-- Protects normalised name $1 no longer.
WITH t AS (
	DELETE FROM pypiwatch.target
	WHERE normalized = $1 AND kind = 'protected' RETURNING normalized
)
SELECT normalized, pg_notify('pypiwatch_targets', ''),
    pypiwatch.audit_add('unprotect', normalized) AS audit
FROM t
