-- SPDX-License-Identifier: Apache-2.0
-- Protects normalised name $1; $2: it is our own.
WITH t AS (
	INSERT INTO pypiwatch.target (normalized, kind, owned)
	VALUES ($1, 'protected', $2::boolean)
	ON CONFLICT (normalized, kind) DO UPDATE SET owned = excluded.owned
	RETURNING normalized
)
SELECT normalized, pg_notify('pypiwatch_targets', ''),
    pypiwatch.audit_add('protect', normalized, jsonb_build_object('owned', $2::boolean)) AS audit
FROM t
