/**
 * POST /connect on the wire. Synonyms (databricks_organization_id, is_sql_endpoint) end here.
 *
 * Rules: CONNECT-19, CONNECT-21; contract sections 2 and 3.
 */
#ifndef PC_WIRE_WIRE_CONNECT_H
#define PC_WIRE_WIRE_CONNECT_H

#include "base/json.h"
#include "core/connect.h"

/**
 * @ret_req  in the arena; its strings borrow from @body, its secrets are copies that can be wiped.
 *           A JDBC URL with a password in it is among the secrets and not among the resources.
 *
 * ERR_BAD_REQUEST  no JSON of the API's limits, or the first field that does not fit
 */
_must_use_ struct err wire_read_connect_request(struct arena *arena, struct str body,
						struct connect_request *ret_req);

/** What wire_read_connect_request() reads: for the callers of a partner. */
void wire_write_connect_request(struct json_writer *writer, const struct connect_request *req);

struct connect_response {
	struct connect_answer answer;
	struct str redirect_uri;
	struct str oauth_redirect_uri; /* empty: left out */
};

void wire_write_connect_response(struct json_writer *writer,
				 const struct connect_response *response);

#endif
