/* SPDX-License-Identifier: Apache-2.0 */
/* Names and addresses that are forgotten after a time, found without reading
 * every release; see erase.sql. */
CREATE INDEX release_people ON pypiwatch.release (first_seen_at)
    WHERE coalesce(author, author_email, maintainer, maintainer_email)
    IS NOT NULL;
CREATE INDEX project_role_revoked ON pypiwatch.project_role (revoked_at)
    WHERE revoked_at IS NOT NULL;
