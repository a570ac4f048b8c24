/**
 * The OpenAPI document of this server: docs/openapi.yaml with the server's own address and paths.
 * The parts are made by gen_openapi.py.
 */
#ifndef PC_API_OPENAPI_H
#define PC_API_OPENAPI_H

#include "api/call.h"

struct openapi_path {
	size_t endpoint; /* offset of the path in struct partner_endpoints */
	struct str item; /* JSON */
};
extern const struct openapi_path openapi_paths[];
extern const size_t n_openapi_paths;
/** JSON: all of the document but its paths and servers. */
extern const struct str openapi_rest;

/**
 * The document. An operation that the partner config does not name is left out; so are the test
 * hooks where they are off.
 */
struct str openapi_document(struct arena *arena, const struct partner_config *config,
			    const struct app_settings *settings);

/** GET /openapi.json */
void api_openapi(struct call *call);

#endif
