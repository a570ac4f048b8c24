/*
 * The benchmark's yardstick: a constant, answered on the event thread after the same
 * authentication. Empty in every other build.
 */
#include "api/operations.h"

#if PC_BENCH
#include "api/respond.h"
#include "wire/wire_connect.h"

void
api_bench_constant(struct call *call)
{
	static const struct connect_response constant = {
		.answer = {
			.user_status = USER_STATUS_NEW,
			.account_status = ACCOUNT_STATUS_NEW,
			.redirect_value = REDIRECT_CREATE_TRIAL,
			.is_configured = true,
			.connection_id = { STR_INIT("01920000-0000-7000-8000-000000000000") },
		},
		.redirect_uri = STR_INIT("http://localhost:8080/launch/create_trial?launch=constant"),
	};
	struct respond_json json;

	respond_json_begin(call, &json);
	wire_write_connect_response(&json.writer, &constant);
	respond_json_end(call, &json);
}
#else
typedef int bench_routes_are_compiled_out;
#endif
